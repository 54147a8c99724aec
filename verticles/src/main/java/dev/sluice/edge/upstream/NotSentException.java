package dev.sluice.edge.upstream;

/** There was no connection to send a request on; the cause is what the client said. */
final class NotSentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final UpstreamFailure failure;

  NotSentException(UpstreamFailure failure, Endpoint endpoint, Throwable cause) {
    // Without a stack trace, which says nothing here and costs much while a target is away.
    super("no connection to " + endpoint.name() + ": " + cause, cause, false, false);
    this.failure = failure;
  }

  UpstreamFailure failure() {
    return failure;
  }
}
