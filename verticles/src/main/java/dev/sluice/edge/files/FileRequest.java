package dev.sluice.edge.files;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** A request for a file that has come through the edge's chain. It belongs to one event loop. */
public interface FileRequest {
  HttpServerRequest request();

  HttpServerResponse response();

  /** The path as it was sent. */
  String path();

  /**
   * What a trailing {@code *} of the route's path stands for, raw, without a leading slash: the
   * file, seen from the folder. Null if the path has none; then the whole path is.
   */
  String rest();

  /**
   * Says that the answer begins: all of its headers are set already. False if there is nobody to
   * answer any more.
   */
  boolean begin(int status);

  /** Counts bytes of the answer's body. */
  void sent(int bytes);

  /** Answers with a problem, unless the answer has begun: then the client is cut off. */
  void fail(int status, Throwable cause);

  boolean hasBody();

  /** Gets rid of a body that is not wanted, once the answer is complete. */
  void passOverBody();
}
