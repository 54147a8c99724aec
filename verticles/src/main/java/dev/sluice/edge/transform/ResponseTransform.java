package dev.sluice.edge.transform;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/** What a route changes in responses before a client gets them. Immutable, shared by all loops. */
public final class ResponseTransform {
  /** The longest JSON body that is changed, in bytes. */
  public static final int BODY_LIMIT = RequestTransform.BODY_LIMIT;

  private static final CharSequence RANGE = HttpHeaders.createOptimized("Range");
  private static final CharSequence IF_RANGE = HttpHeaders.createOptimized("If-Range");
  private static final int NO_CONTENT = 204;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;

  private final HeaderChanges headers;
  private final BodyChanges body;
  private final boolean security;

  private ResponseTransform(TransformConfig config, List<String> parameters) {
    this.headers = HeaderChanges.of(config.headers(), parameters);
    this.body = BodyChanges.of(config.body());
    this.security = config.security();
  }

  /**
   * @param parameters the names of the parameters in the route's path, in order
   * @return null if there is nothing to do
   * @throws IllegalArgumentException if a value has a name in it that is not known, or if it has
   *     rules for requests
   */
  public static ResponseTransform of(TransformConfig config, List<String> parameters) {
    if (!config.query().isEmpty()) {
      throw new IllegalArgumentException("query: nothing for responses; it is of requests only");
    }
    return config.isEmpty() ? null : new ResponseTransform(config, parameters);
  }

  /**
   * Has the upstream asked for what can be changed here: a body without a content coding, and
   * whole. Nothing happens where bodies are not changed.
   */
  public void ask(MultiMap upstreamHeaders) {
    if (body != null) {
      upstreamHeaders.set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
      upstreamHeaders.remove(RANGE);
      upstreamHeaders.remove(IF_RANGE);
    }
  }

  /**
   * Changes what the client is sent, before the gateway's own headers are there.
   *
   * @param secure whether the client came over TLS
   */
  public void headers(MultiMap clientHeaders, TemplateValues values, boolean secure) {
    if (headers != null) {
      headers.apply(clientHeaders, values);
    }
    if (security) {
      SecurityFields.apply(clientHeaders, secure);
    }
  }

  /**
   * Whether the body of this response must be read whole, up to {@link #BODY_LIMIT}, and given to
   * {@link #body}. Then {@link #forget} what the headers say of the old one. To be asked with the
   * upstream's headers, before {@link #headers}.
   *
   * @throws Failure UNAVAILABLE (502) if it is JSON from which something must be taken out, and
   *     cannot be: in a content coding, in part, or longer than the limit
   */
  public boolean changesBody(int status, MultiMap upstreamHeaders) {
    if (body == null
        || status == NO_CONTENT
        || status == NOT_MODIFIED
        || !JsonBodies.isJson(upstreamHeaders)) {
      return false;
    }
    String length = upstreamHeaders.get(HttpHeaders.CONTENT_LENGTH);
    boolean unfit =
        status == PARTIAL
            || JsonBodies.isEncoded(upstreamHeaders)
            || (length != null && Long.parseLong(length) > BODY_LIMIT);
    if (unfit && body.removes()) {
      throw unfit();
    }
    return !unfit;
  }

  /**
   * Whether a body that is found to be longer than the limit only while it is read may be passed on
   * as it is. If not, the answer is 502: something must be taken out of it that nobody may see.
   */
  public boolean mayPassUnchanged() {
    return body == null || !body.removes();
  }

  /** Takes out what is not true of a body that is changed. */
  public void forget(MultiMap clientHeaders) {
    clientHeaders.remove(HttpHeaders.CONTENT_LENGTH);
    Representation.altered(clientHeaders);
  }

  /**
   * The body to send in place of this one. One that is no JSON stays as it is. It takes some 7 ms a
   * megabyte, so large ones belong on a worker.
   *
   * @throws Failure UNAVAILABLE (502) if it is no JSON, and something must be taken out of it
   */
  public Buffer body(Buffer whole) {
    if (body == null || whole.length() == 0) {
      return whole;
    }
    Buffer changed = body.apply(whole);
    if (changed == null && body.removes()) {
      throw unfit();
    }
    return changed == null ? whole : changed;
  }

  /** What is said instead of an answer that may not be shown as it is. */
  public static Failure unfit() {
    return Problem.UNAVAILABLE.because(
        "the upstream's answer cannot be shown: it is not JSON of at most "
            + BODY_LIMIT
            + " bytes, whole and without a content coding");
  }
}
