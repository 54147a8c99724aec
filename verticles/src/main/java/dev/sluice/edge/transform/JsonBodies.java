package dev.sluice.edge.transform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** Which bodies are JSON, and what is not true any more of one that was changed. */
final class JsonBodies {
  private static final String IDENTITY = "identity";

  private JsonBodies() {}

  /** {@code application/json}, or any type that ends in {@code +json} (RFC 6839, section 3.1). */
  static boolean isJson(MultiMap headers) {
    String type = MediaTypes.essence(headers.get(HttpHeaders.CONTENT_TYPE));
    return type.equals("application/json") || type.endsWith("+json");
  }

  static boolean isEncoded(MultiMap headers) {
    String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
    return encoding != null && !encoding.equalsIgnoreCase(IDENTITY);
  }
}
