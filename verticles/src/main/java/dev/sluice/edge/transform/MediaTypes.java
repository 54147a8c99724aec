package dev.sluice.edge.transform;

import java.util.Locale;

/** Media types (RFC 9110, section 8.3.1). */
public final class MediaTypes {
  private MediaTypes() {}

  /** Type and subtype in lower case, without parameters; empty for null. */
  static String essence(String contentType) {
    if (contentType == null) {
      return "";
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether compressing pays: texts and what is made like them. Pictures, films and archives are
   * compressed already, and what is not known is taken for such.
   */
  public static boolean compressible(String contentType) {
    String type = essence(contentType);
    return switch (type) {
      case "application/json",
          "application/javascript",
          "application/x-javascript",
          "application/ecmascript",
          "application/xml",
          "application/x-ndjson",
          "application/jsonl",
          "application/wasm",
          "application/graphql",
          "application/yaml",
          "application/x-yaml",
          "application/toml",
          "application/sql",
          "application/rtf",
          "application/vnd.ms-fontobject",
          "font/ttf",
          "font/otf",
          "font/collection",
          "image/bmp",
          "image/x-icon",
          "image/vnd.microsoft.icon" ->
          true;
      // A deflater holds a quarter of a megabyte, and a stream of events may go on for days.
      case "text/event-stream" -> false;
      default ->
          type.startsWith("text/")
              || type.endsWith("+json")
              || type.endsWith("+xml")
              || type.endsWith("+yaml")
              || type.endsWith("+text");
    };
  }
}
