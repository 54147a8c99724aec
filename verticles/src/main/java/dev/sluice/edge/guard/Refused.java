package dev.sluice.edge.guard;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/**
 * Why a request was refused before it had a route; the cause in its {@code decoderResult}. The
 * message is for the client: it tells what would have been right, and nothing of what was sent. It
 * has no stack trace, because clients decide how many of these are made.
 */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Fault fault;

  Refused(Fault fault, String detail) {
    super(detail, null, false, false);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }

  /** What the failure of a decoder means, also of those failures that are not ours. */
  public static Refused of(Throwable cause, HeadLimits limits) {
    if (cause instanceof Refused refused) {
      return refused;
    }
    if (cause instanceof TooLongHttpLineException) {
      return new Refused(
          Fault.LINE, "the request line is longer than edge.line_limit, " + limits.line());
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Refused(
          Fault.HEADERS, "the headers are larger than edge.header_limit, " + limits.size());
    }
    return new Refused(Fault.SYNTAX, "this is not well-formed HTTP");
  }
}
