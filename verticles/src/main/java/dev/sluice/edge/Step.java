package dev.sluice.edge;

/** One step of the chain: something every request goes through, and every reply on its way back. */
interface Step {
  /**
   * Looks at the request.
   *
   * @return true to go on; false when this step has answered, or will call {@link Exchange#proceed}
   *     later, on the same event loop
   */
  boolean request(Exchange exchange);

  /** Looks at the reply before its head is written; the status is set by then. */
  default void response(Exchange exchange) {}

  /** The reply is complete, or the client has gone. */
  default void ended(Exchange exchange) {}
}
