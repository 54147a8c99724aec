package dev.sluice.edge.transform;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * What a route changes in requests before an upstream gets them. Immutable, shared by all loops.
 */
public final class RequestTransform {
  /**
   * The longest JSON body that is changed, in bytes; a longer one is refused with 413 by who reads
   * it.
   */
  public static final int BODY_LIMIT = 1 << 20;

  private final HeaderChanges headers;
  private final QueryChanges query;
  private final BodyChanges body;

  private RequestTransform(TransformConfig config, List<String> parameters) {
    this.headers = HeaderChanges.of(config.headers(), parameters);
    this.query = QueryChanges.of(config.query(), parameters);
    this.body = BodyChanges.of(config.body());
  }

  /**
   * @param parameters the names of the parameters in the route's path, in order
   * @return null if there is nothing to do
   * @throws IllegalArgumentException if a value has a name in it that is not known, or if it has
   *     rules for responses
   */
  public static RequestTransform of(TransformConfig config, List<String> parameters) {
    if (config.security()) {
      throw new IllegalArgumentException("security: false for requests; it is of responses only");
    }
    return config.isEmpty() ? null : new RequestTransform(config, parameters);
  }

  /** Changes what the upstream is sent, after all other headers are there. */
  public void headers(MultiMap upstreamHeaders, TemplateValues values) {
    if (headers != null) {
      headers.apply(upstreamHeaders, values);
    }
  }

  /**
   * @param rawQuery without its {@code ?}, or null
   * @return the same way
   */
  public String query(String rawQuery, TemplateValues values) {
    return query == null ? rawQuery : query.apply(rawQuery, values);
  }

  /**
   * Whether the body of this request must be read whole, up to {@link #BODY_LIMIT}, and given to
   * {@link #body}.
   *
   * @throws Failure UNSUPPORTED (415) if it is JSON in a content coding: passed on as it is it
   *     would go round the rules
   */
  public boolean changesBody(MultiMap requestHeaders) {
    if (body == null || !JsonBodies.isJson(requestHeaders)) {
      return false;
    }
    if (JsonBodies.isEncoded(requestHeaders)) {
      throw Problem.UNSUPPORTED.because("the body must be sent here without a content coding");
    }
    return true;
  }

  /**
   * The body to send in place of this one, whose length is to be set anew. It takes some 7 ms a
   * megabyte, so large ones belong on a worker.
   *
   * @throws Failure INVALID (400) if it is no JSON; one without any bytes stays so
   */
  public Buffer body(Buffer whole) {
    if (body == null || whole.length() == 0) {
      return whole;
    }
    Buffer changed = body.apply(whole);
    if (changed == null) {
      throw Problem.INVALID.because("the body is not the JSON that its Content-Type says it is");
    }
    return changed;
  }
}
