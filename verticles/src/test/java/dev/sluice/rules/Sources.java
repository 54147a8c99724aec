package dev.sluice.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The repository's own files, from wherever in it a test runs. */
public final class Sources {
  private Sources() {}

  /** The folder with the parent POM. */
  public static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("eventbus-codecs"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException("not run inside the repository");
      }
    }
    return at;
  }

  /**
   * The Java files of all modules.
   *
   * @param part {@code main} or {@code test}
   */
  static List<Path> java(String part) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path module : modules()) {
      Path sources = module.resolve("src").resolve(part).resolve("java");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> files = Files.walk(sources)) {
          files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(found::add);
        }
      }
    }
    return found;
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(root())) {
      return folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).sorted().toList();
    }
  }
}
