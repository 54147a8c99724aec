package dev.sluice.devstack.demo;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Say what came. */
final class EchoPages {
  private static final int MAX_BODY = 1_048_576;

  private final String name;

  EchoPages(String name) {
    this.name = name;
  }

  /** A body that is no UTF-8 is in {@code bodyBase64}; one above 1 MB is 413 and the end. */
  void everything(HttpServerRequest request) {
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (request.response().ended()) {
            return;
          }
          if (body.length() + part.length() > MAX_BODY) {
            request.response().putHeader("Connection", "close");
            DemoPages.text(request.response(), 413, "at most " + MAX_BODY + " bytes\n");
            return;
          }
          body.appendBuffer(part);
        });
    request.endHandler(
        end -> {
          if (!request.response().ended()) {
            answer(request, whole(request, body));
          }
        });
  }

  void headers(HttpServerRequest request) {
    answer(request, headers(request.headers()));
  }

  private JsonObject whole(HttpServerRequest request, Buffer body) {
    JsonObject whole =
        new JsonObject()
            .put("target", name)
            .put("method", request.method().name())
            .put("path", request.path())
            .put("query", request.query())
            .put("version", request.version().alpnName())
            .put("remoteAddress", request.remoteAddress().toString())
            .put("headers", headers(request.headers()));
    try {
      ByteBuffer bytes = ByteBuffer.wrap(body.getBytes());
      whole.put("body", StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException notText) {
      whole.put("bodyBase64", Base64.getEncoder().encodeToString(body.getBytes()));
    }
    return whole;
  }

  /** By names in lower case, all values of each in their order. */
  private static JsonObject headers(MultiMap came) {
    JsonObject headers = new JsonObject();
    came.forEach(
        (name, value) -> {
          String key = name.toLowerCase(Locale.ROOT);
          JsonArray values = headers.getJsonArray(key);
          headers.put(key, (values == null ? new JsonArray() : values).add(value));
        });
    return headers;
  }

  private static void answer(HttpServerRequest request, JsonObject json) {
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .end(json.encodePrettily() + "\n");
  }
}
