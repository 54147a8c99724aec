package dev.sluice.edge.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;

/** Who waits for the answer to a {@link Forwarding}: it is told exactly one of the two. */
interface Reply {
  /** May change the headers of a request that is about to be sent. */
  default void prepare(MultiMap headers) {}

  /** The head of the answer to pass on has come; nothing of its body has been read yet. */
  void answered(Try attempt, HttpClientResponse response);

  /**
   * There is no answer.
   *
   * @param status 502, 503 or 504; 413 or 400 for the client's own body; 0 where the failure says
   *     it
   */
  void failed(int status, Throwable failure);
}
