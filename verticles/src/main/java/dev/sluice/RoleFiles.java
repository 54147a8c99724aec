package dev.sluice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What roles come to: {@code all} is everything, a room's name is that room, and any other name is
 * the file {@code roles/<name>.yaml}, a YAML list of rooms.
 */
final class RoleFiles {
  private static final String ALL = "all";

  private final Path folder;

  /**
   * @param conf the folder that holds {@code roles/}, or null
   */
  RoleFiles(Path conf) {
    this.folder = conf == null ? null : conf.resolve("roles");
  }

  /**
   * @throws IllegalArgumentException naming what is not known, and what is
   */
  Set<String> rooms(List<String> roles) throws IOException {
    Set<String> rooms = new LinkedHashSet<>();
    for (String role : roles) {
      if (role.equals(ALL)) {
        rooms.addAll(known());
      } else if (known().contains(role)) {
        rooms.add(role);
      } else {
        rooms.addAll(read(role));
      }
    }
    return rooms;
  }

  private Set<String> read(String role) throws IOException {
    Path file = folder == null ? null : folder.resolve(role + ".yaml");
    if (!role.matches("[a-z0-9_-]+") || file == null || !Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "node.roles: there is no room or role '" + role + "'; known are " + names());
    }
    Set<String> rooms = new LinkedHashSet<>();
    for (JsonNode entry : list(file)) {
      if (!known().contains(entry.asText())) {
        throw new IllegalArgumentException(
            file + ": there is no room '" + entry.asText() + "'; known are " + known());
      }
      rooms.add(entry.asText());
    }
    return rooms;
  }

  private static JsonNode list(Path file) throws IOException {
    JsonNode list;
    try {
      list = new YAMLMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + ": is not YAML: " + e.getOriginalMessage(), e);
    }
    boolean names = list.isArray() && !list.isEmpty();
    for (JsonNode entry : list) {
      names &= entry.isTextual();
    }
    if (!names) {
      throw new IllegalArgumentException(file + ": must be a list of rooms, such as '- order'");
    }
    return list;
  }

  private static Set<String> known() {
    Set<String> known = new LinkedHashSet<>(SluiceNode.ROOMS.keySet());
    known.add(SluiceNode.EDGE);
    return known;
  }

  private Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>(known());
    names.add(ALL);
    if (folder != null && Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".yaml"))
            .forEach(name -> names.add(name.substring(0, name.length() - 5)));
      }
    }
    return names;
  }
}
