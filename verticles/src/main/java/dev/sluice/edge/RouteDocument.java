package dev.sluice.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.codec.ContractJson;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Routes;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * The routes as they are written: those of the file, and those of the admin API over them, which
 * alone can be changed here. For one thread at a time.
 */
final class RouteDocument {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML =
      new ObjectMapper(YAMLFactory.builder().loaderOptions(limits()).build());
  private static final int MOST_CHARACTERS = 16 << 20;

  /** What has names. */
  enum Kind {
    ROUTES,
    UPSTREAMS;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    String label() {
      return this == ROUTES ? "route" : "upstream";
    }
  }

  /** How something is written. */
  interface Writing {
    void write(RouteDocument document, Kind kind, String name, ObjectNode written);
  }

  private final JsonNode file;
  private final ObjectNode managed;
  private final long version;

  private RouteDocument(JsonNode file, ObjectNode managed, long version) {
    this.file = file;
    this.managed = managed;
    this.version = version;
  }

  /**
   * @param file the text of routes.yaml, which was checked
   */
  static RouteDocument of(String file, Routes.Stored stored) {
    try {
      JsonNode tree = YAML.readTree(file);
      String document = stored.document();
      return new RouteDocument(
          tree == null ? JSON.createObjectNode() : tree,
          document == null || document.isEmpty() ? JSON.createObjectNode() : parse(document),
          stored.version());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was read before is no YAML any more", e);
    }
  }

  /** The JSON object of a request's body. */
  static ObjectNode parse(Buffer body) {
    return parse(body.toString());
  }

  private static ObjectNode parse(String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw Problem.INVALID.because("the body is not JSON: " + e.getOriginalMessage());
    }
    throw Problem.INVALID.because("the body must be a JSON object");
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static Buffer json(Contract answer) {
    try {
      return Buffer.buffer(ContractJson.strict().writeValueAsBytes(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("contracts can be written", e);
    }
  }

  /** A stored version, its document as JSON. */
  static Buffer describe(Routes.Stored stored) {
    ObjectNode json = object();
    json.put("version", stored.version());
    json.put("author", stored.author());
    json.put("at", String.valueOf(stored.at()));
    json.put("comment", stored.comment());
    json.set("document", stored.document().isEmpty() ? object() : parse(stored.document()));
    return Buffer.buffer(json.toString());
  }

  long version() {
    return version;
  }

  /** What the admin API has, as the room keeps it. */
  String managed() {
    return managed.toString();
  }

  /** The same, as it was stored. */
  RouteDocument at(long newVersion) {
    return new RouteDocument(file, managed, newVersion);
  }

  /** Another document in place of the admin API's, on the same version. */
  RouteDocument replacedBy(String document) {
    return new RouteDocument(file, document.isEmpty() ? object() : parse(document), version);
  }

  void put(Kind kind, String name, ObjectNode written) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")) {
      throw Problem.INVALID.because("names are of letters, digits and _.-, not '" + name + "'");
    }
    managed.withObject("/" + kind.key()).set(name, written);
  }

  /** As RFC 7396 has it, on what is in force, wherever it comes from. */
  void merge(Kind kind, String name, ObjectNode patch) {
    JsonNode now = find(kind, name);
    if (now == null) {
      throw Problem.NOT_FOUND.because("there is no " + kind.label() + " '" + name + "'");
    }
    put(kind, name, (ObjectNode) merged(now, patch));
  }

  /** Takes away what the admin API has; a file's own is in force again then. */
  void remove(Kind kind, String name) {
    if (managed.path(kind.key()) instanceof ObjectNode all && all.has(name)) {
      all.remove(name);
    } else if (file.path(kind.key()).has(name)) {
      throw Problem.CONFLICT.because(
          "the "
              + kind.label()
              + " '"
              + name
              + "' is in routes.yaml: take it out there, or PATCH it with {\"enabled\": false}");
    } else {
      throw Problem.NOT_FOUND.because("there is no " + kind.label() + " '" + name + "'");
    }
  }

  /** Null if there is none. */
  JsonNode describe(Kind kind, String name) {
    JsonNode found = find(kind, name);
    if (found == null) {
      return null;
    }
    ObjectNode item = object();
    item.put("name", name);
    item.put("source", managed.path(kind.key()).has(name) ? "api" : "file");
    item.set(kind.label(), found);
    return item;
  }

  /** Those after a name, in the order of names, and where to go on. */
  Buffer page(Kind kind, String after, int limit) {
    Map<String, JsonNode> names = new TreeMap<>();
    file.path(kind.key()).fieldNames().forEachRemaining(name -> names.put(name, null));
    managed.path(kind.key()).fieldNames().forEachRemaining(name -> names.put(name, null));
    ObjectNode page = object();
    page.put("version", version);
    ArrayNode items = page.putArray("items");
    String last = null;
    for (String name : names.keySet()) {
      if (name.compareTo(after) > 0) {
        if (items.size() == limit) {
          page.put("after", last);
          break;
        }
        items.add(describe(kind, name));
        last = name;
      }
    }
    return Buffer.buffer(page.toString());
  }

  private JsonNode find(Kind kind, String name) {
    JsonNode found = managed.path(kind.key()).get(name);
    return found != null ? found : file.path(kind.key()).get(name);
  }

  private static JsonNode merged(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : object();
    changes
        .fields()
        .forEachRemaining(
            change -> {
              if (change.getValue().isNull()) {
                result.remove(change.getKey());
              } else {
                result.set(
                    change.getKey(), merged(result.path(change.getKey()), change.getValue()));
              }
            });
    return result;
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_CHARACTERS);
    return options;
  }
}
