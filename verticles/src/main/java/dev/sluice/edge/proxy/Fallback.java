package dev.sluice.edge.proxy;

import dev.sluice.edge.route.FallbackConfig;
import io.vertx.core.buffer.Buffer;

/**
 * What is answered in place of an upstream that does not.
 *
 * @param status of the answer
 */
public record Fallback(int status, String contentType, Buffer body) {

  /** Null if there is none. */
  static Fallback of(FallbackConfig config) {
    return config.status() == 0
        ? null
        : new Fallback(config.status(), config.contentType(), Buffer.buffer(config.body()));
  }

  /** Whether it is answered in place of this status, from the upstream or about it. */
  boolean standsInFor(int missing) {
    return missing >= 502 && missing <= 504;
  }

  void answer(Inbound in) {
    in.answer(status, contentType, body);
  }
}
