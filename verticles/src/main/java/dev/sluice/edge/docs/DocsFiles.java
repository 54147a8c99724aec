package dev.sluice.edge.docs;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of the page, by the path they are served at. */
public final class DocsFiles {
  /** As the parent POM has it; the WebJar keeps its files below it. */
  private static final String VERSION = "5.34.1";

  private static final String WEB_JAR = "/META-INF/resources/webjars/swagger-ui/" + VERSION + "/";
  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

  /** Asked anew each time: these name the others. */
  private static final String OURS = "no-cache";

  /** The index asks for them by version. */
  private static final String THEIRS = "public, max-age=86400";

  /** Where the page is. */
  public static final String INDEX = "/docs";

  /** All paths that are served. */
  public static final List<String> PATHS =
      List.of(
          INDEX,
          INDEX + "/start.js",
          INDEX + "/swagger-ui.css",
          INDEX + "/swagger-ui-bundle.js",
          INDEX + "/favicon-32x32.png");

  /**
   * What the page may do: load from here and call here. Swagger UI draws its icons from data URLs
   * and sets styles by script, which needs no exception; it has neither scripts nor styles inside
   * the page.
   */
  public static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src"
          + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private DocsFiles() {}

  /**
   * Reads them from the class path, which blocks.
   *
   * @throws IllegalStateException if the program was packed without them
   */
  public static Map<String, DocsFile> read() {
    Map<String, DocsFile> files = new LinkedHashMap<>();
    for (String path : PATHS) {
      files.put(path, file(path));
    }
    return Map.copyOf(files);
  }

  private static DocsFile file(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "docs" -> DocsFile.of("text/html; charset=utf-8", OURS, bytes("index.html"));
      case "css" -> DocsFile.of("text/css; charset=utf-8", THEIRS, bytes(WEB_JAR + name));
      case "png" -> DocsFile.of("image/png", THEIRS, bytes(WEB_JAR + name));
      default ->
          name.equals("start.js")
              ? DocsFile.of(JAVASCRIPT, OURS, bytes(name))
              : DocsFile.of(JAVASCRIPT, THEIRS, bytes(WEB_JAR + name));
    };
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = DocsFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(resource + " cannot be read", e);
    }
  }
}
