package dev.sluice.devstack.demo;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Answer as they are told. Used by one event loop. */
final class AnswerPages {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Vertx vertx;
  private final String name;
  private final Random random;
  // By seconds, and so of at most 86401 entries.
  private final Map<Integer, Integer> answered = new HashMap<>();

  AnswerPages(Vertx vertx, String name, Random random) {
    this.vertx = vertx;
    this.name = name;
    this.random = random;
  }

  void delay(HttpServerRequest request, int millis) {
    String text = name + " waited for " + millis + " ms\n";
    if (millis == 0) {
      DemoPages.text(request.response(), 200, text);
      return;
    }
    vertx.setTimer(
        millis,
        over -> {
          if (!request.response().closed()) {
            DemoPages.text(request.response(), 200, text);
          }
        });
  }

  void status(HttpServerRequest request, int code) {
    HttpServerResponse response = request.response();
    if (code == 429 || code == 503) {
      response.putHeader("Retry-After", "1");
    } else if (code == 401) {
      response.putHeader("WWW-Authenticate", "Basic realm=\"demo\"");
    } else if (REDIRECTS.contains(code)) {
      response.putHeader("Location", "/");
    }
    if (code == 204 || code == 205 || code == 304) {
      response.setStatusCode(code).end(); // these have no body
    } else {
      DemoPages.text(response, code, name + " answers " + code + "\n");
    }
  }

  void flaky(HttpServerRequest request, int percent) {
    boolean fails = random.nextInt(100) < percent;
    DemoPages.text(
        request.response(), fails ? 503 : 200, name + (fails ? " fails\n" : " succeeds\n"));
  }

  /**
   * Each answer is another one, with another tag; who shows the tag of the last one is told that it
   * is still good, so that asking anew and asking whether can be told apart.
   */
  void cache(HttpServerRequest request, int seconds) {
    HttpServerResponse response = request.response();
    int last = answered.getOrDefault(seconds, 0);
    String shown = request.getHeader("If-None-Match");
    boolean good = last > 0 && tag(last).equals(shown);
    int number = good ? last : last + 1;
    answered.put(seconds, number);
    response
        .putHeader("Cache-Control", "public, max-age=" + seconds)
        .putHeader("ETag", tag(number));
    if (good) {
      response.setStatusCode(304).end();
    } else {
      DemoPages.text(response, 200, "answer " + number + " of " + name + "\n");
    }
  }

  private String tag(int number) {
    return "\"" + name + "-" + number + "\"";
  }
}
