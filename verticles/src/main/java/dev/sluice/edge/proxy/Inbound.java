package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import dev.sluice.edge.files.FileRequest;
import dev.sluice.edge.transform.TemplateValues;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/**
 * A request that has come through the edge's chain and shall be forwarded. It belongs to one event
 * loop. Its body, if it has one, is paused.
 */
public interface Inbound extends FileRequest, TemplateValues {
  @Override
  HttpServerRequest request();

  @Override
  HttpServerResponse response();

  @Override
  boolean hasBody();

  /** The path as it was sent. */
  @Override
  String path();

  /** The host that was asked for, with its port if the client said one; null if it said none. */
  String authority();

  /** The values of the parameters of the route's path, raw, in order. */
  @Override
  List<String> parameters();

  /** What a trailing {@code *} of the route's path stands for, raw; null if it has none. */
  @Override
  String rest();

  /** The client's address, as far as it can be believed. */
  @Override
  String host();

  /** Whether the peer is a proxy that is believed when it says whom it heard from. */
  boolean behindTrustedProxy();

  /** Who asks; null for nobody that is known. */
  Identity identity();

  @Override
  default String subject() {
    return identity() == null ? null : identity().subject();
  }

  @Override
  String correlationId();

  String traceparent();

  /** The same for requests of one client, for a balancer that keeps clients on a target. */
  String clientKey();

  /**
   * Says that the answer begins: the status and the upstream's headers are set already. The edge
   * adds its own. False if there is nobody to answer any more.
   */
  @Override
  boolean begin(int status);

  /** Counts bytes of the answer's body. */
  @Override
  void sent(int bytes);

  /** Answers with a problem, by whose kind the status is known. */
  void fail(Throwable cause);

  /**
   * Answers with a problem, unless the answer has begun: then the client is cut off. What is not a
   * {@link Failure} is logged, and not shown.
   */
  @Override
  void fail(int status, Throwable cause);

  /** Answers whole. The content type may be null. */
  void answer(int status, CharSequence contentType, Buffer body);

  /**
   * Reads the whole body into memory.
   *
   * @param limit in bytes
   * @return fails with a {@link Failure} when it is larger, too slow, or cut off, or when too many
   *     bodies are being read at once
   */
  Future<Buffer> wholeBody(int limit);

  /** Tells a client that waits for it to go on with its body (RFC 9110, section 10.1.1). */
  void wantBody();

  /** Gets rid of a body that is not wanted any more, once the answer is complete. */
  @Override
  void passOverBody();

  /**
   * Who asks, as upstreams are told.
   *
   * @param subject the user's or the key's id
   * @param tier may be empty
   * @param method such as {@code jwt}
   */
  record Identity(String subject, String tier, String method) {}
}
