package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * One answer that is put together: an object with a member for each part, in which the bytes of the
 * parts' answers are as they came. A part that is not there is null; then {@code Sluice-Partial}
 * names it, {@code _errors} says why, and nobody may keep the answer. As soon as one that is
 * required is missing there is no answer, and the others are not waited for.
 */
final class Composition {
  static final CharSequence PARTIAL = HttpHeaders.createOptimized("Sluice-Partial");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  /** What of the client's request is about another answer than the parts'. */
  private static final List<CharSequence> NOT_FOR_PARTS =
      List.of(
          HttpHeaders.ACCEPT_ENCODING,
          HttpHeaders.CONTENT_ENCODING,
          HttpHeaders.CONTENT_LENGTH,
          HttpHeaders.CONTENT_TYPE,
          HttpHeaders.IF_MATCH,
          HttpHeaders.IF_MODIFIED_SINCE,
          HttpHeaders.IF_NONE_MATCH,
          "If-Range",
          "If-Unmodified-Since",
          "Range");

  private static final int MOST_BYTES = 1024 * 1024; // of a part
  private static final int NO_CONTENT = 204;
  private static final int NOT_FOUND = 404;
  private static final Buffer NULL = Buffer.buffer("null");

  private final Forwarder forwarder;
  private final ComposedRoute route;
  private final Inbound in;
  private final long begun; // nanos
  private final Part[] parts;
  private int missing;
  private boolean over;

  Composition(Forwarder forwarder, ComposedRoute route, Inbound in) {
    this.forwarder = forwarder;
    this.route = route;
    this.in = in;
    this.begun = forwarder.nanos();
    this.parts = new Part[route.parts().size()];
    this.missing = parts.length;
  }

  void start() {
    in.response().closeHandler(gone -> end());
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Part(route.parts().get(i));
    }
    for (int i = 0; i < parts.length && !over; i++) {
      parts[i].begin(route.timeoutMillis());
    }
  }

  private final class Part extends Fetch {
    private final ComposedRoute.Part asked;
    private final JsonText check = new JsonText();
    private Buffer json = NULL;
    private int taken;
    private int status; // why it is missing; 0 as long as it is not
    private String why;

    Part(ComposedRoute.Part part) {
      super(forwarder, part.way(), in, HttpMethod.GET, part.uri(in), null);
      this.asked = part;
    }

    @Override
    void prepare(HttpClientRequest to) {
      MultiMap headers = to.headers();
      Headers.towardsUpstream(in, headers, null, false);
      NOT_FOR_PARTS.forEach(headers::remove);
      headers.set(HttpHeaders.ACCEPT, JSON);
      long left = route.timeoutMillis() - (forwarder.nanos() - begun) / 1_000_000;
      headers.set(Headers.TIMEOUT, Long.toString(Math.max(1, left)));
    }

    @Override
    boolean head(int answered) {
      if (answered < 200 || answered > 299) {
        why = "the upstream '%s' answered %d".formatted(asked.way().upstream().name(), answered);
        return false;
      }
      json = Buffer.buffer();
      return true;
    }

    @Override
    boolean part(Buffer bytes) {
      if (taken + bytes.length() > MOST_BYTES) {
        why = "its answer has more than %d bytes".formatted(MOST_BYTES);
      } else if (!forwarder.composing().take(bytes.length())) {
        why = "too many answers are put together at once";
      } else {
        taken += bytes.length();
        json.appendBuffer(bytes);
        if (check.feed(bytes)) {
          return true;
        }
        why = "its answer is not JSON";
      }
      return false;
    }

    @Override
    void complete(int answered, MultiMap headers) {
      if (json.length() == 0 && answered == NO_CONTENT) {
        json = NULL;
        arrived();
      } else if (check.end()) {
        json = JsonText.withoutMark(json);
        arrived();
      } else {
        why = "its answer is not JSON";
        unwanted(answered);
      }
    }

    @Override
    void unwanted(int answered) {
      // What is no answer although its status says so is the upstream's failure.
      lacks(this, answered < 300 && answered > 199 ? 502 : answered, null);
    }

    @Override
    void failed(int failed, Failure failure) {
      why = failure.detail();
      lacks(this, failed, failure);
    }

    private void giveBack() {
      forwarder.composing().giveBack(taken);
      taken = 0;
    }
  }

  /**
   * @param failure of ours to get an answer; null if the answer is none
   */
  private void lacks(Part part, int status, Failure failure) {
    part.status = status;
    part.json = NULL;
    part.giveBack();
    if (!part.asked.required()) {
      arrived();
    } else if (!over) {
      end();
      refuse(status, failure, "the part '" + part.asked.name() + "' is missing: " + part.why);
    }
  }

  private void arrived() {
    if (--missing == 0 && !over) {
      answer();
      end();
    }
  }

  private void refuse(int status, Failure failure, String why) {
    if (status == NOT_FOUND && failure == null) {
      in.fail(Problem.NOT_FOUND.because(why));
      return;
    }
    // That an upstream is left alone is known here; what it says about itself is its failure.
    int ours = status == 504 || failure != null ? status : 502;
    Failure told =
        (ours == 504 ? Problem.TIMEOUT : Problem.UNAVAILABLE)
            .because(why)
            .retryAfter(failure == null ? null : failure.retryAfter().orElse(null));
    if (route.fallback() != null && route.fallback().standsInFor(ours)) {
      route.fallback().answer(in);
    } else {
      in.fail(ours, told);
    }
  }

  private void answer() {
    Buffer answer = Buffer.buffer(64);
    JsonObject errors = new JsonObject();
    for (Part part : parts) {
      answer.appendString(answer.length() == 0 ? "{\"" : ",\"").appendString(part.asked.name());
      answer.appendString("\":").appendBuffer(part.json);
      if (part.status != 0) {
        errors.put(
            part.asked.name(), new JsonObject().put("status", part.status).put("detail", part.why));
      }
    }
    if (!errors.isEmpty()) {
      answer.appendString(",\"_errors\":").appendBuffer(errors.toBuffer());
      in.response().putHeader(PARTIAL, String.join(", ", errors.fieldNames()));
      in.response().putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }
    in.answer(200, JSON, answer.appendString("}"));
  }

  /** It was answered, or nobody waits for an answer any more. */
  private void end() {
    if (!over) {
      over = true;
      for (Part part : parts) {
        part.cancel();
        part.giveBack();
      }
    }
  }
}
