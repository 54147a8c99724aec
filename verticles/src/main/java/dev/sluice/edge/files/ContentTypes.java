package dev.sluice.edge.files;

import java.util.Locale;

/** What files are, by their names. Texts are in UTF-8. */
final class ContentTypes {
  private ContentTypes() {}

  static String of(String name) {
    int dot = name.lastIndexOf('.');
    String extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    String text = text(extension);
    return text != null ? text + "; charset=utf-8" : other(extension);
  }

  private static String text(String extension) {
    return switch (extension) {
      case "html", "htm" -> "text/html";
      case "css" -> "text/css";
      case "js", "mjs" -> "text/javascript"; // RFC 9239
      case "txt", "text", "log", "conf" -> "text/plain";
      case "csv" -> "text/csv";
      case "md" -> "text/markdown";
      case "ics" -> "text/calendar";
      case "vtt" -> "text/vtt";
      default -> null;
    };
  }

  private static String other(String extension) {
    return switch (extension) {
      case "json", "map" -> "application/json";
      case "webmanifest" -> "application/manifest+json";
      case "jsonld" -> "application/ld+json";
      case "xml", "xsd" -> "application/xml";
      case "xhtml" -> "application/xhtml+xml";
      case "rss" -> "application/rss+xml";
      case "atom" -> "application/atom+xml";
      case "yaml", "yml" -> "application/yaml"; // RFC 9512
      case "wasm" -> "application/wasm";
      case "pdf" -> "application/pdf";
      case "zip" -> "application/zip";
      case "gz", "tgz" -> "application/gzip";
      case "tar" -> "application/x-tar";
      case "jar" -> "application/java-archive";
      case "svg" -> "image/svg+xml";
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      case "gif" -> "image/gif";
      case "webp" -> "image/webp";
      case "avif" -> "image/avif";
      case "ico" -> "image/vnd.microsoft.icon";
      case "bmp" -> "image/bmp";
      case "woff" -> "font/woff";
      case "woff2" -> "font/woff2";
      case "ttf" -> "font/ttf";
      case "otf" -> "font/otf";
      case "mp3" -> "audio/mpeg";
      case "ogg", "oga" -> "audio/ogg";
      case "wav" -> "audio/wav";
      case "mp4", "m4v" -> "video/mp4";
      case "webm" -> "video/webm";
      default -> "application/octet-stream";
    };
  }
}
