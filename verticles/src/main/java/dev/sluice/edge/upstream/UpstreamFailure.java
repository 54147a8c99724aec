package dev.sluice.edge.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.dns.DnsException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Why there was no response of a target, or not all of it. */
public enum UpstreamFailure {
  /** No connection could be opened. */
  CONNECT,
  /** The connection or stream was broken off. */
  RESET,
  /** Nothing came in time. */
  TIMEOUT,
  /**
   * All connections are in use, and too many requests wait for one, or this one did for too long.
   */
  POOL_FULL,
  /** The name has no address. */
  DNS,
  /** No TLS could be agreed on, or the certificate is not trusted. */
  TLS,
  /** What came is no HTTP. */
  PROTOCOL;

  private static final int DEEPEST = 8;

  /** HTTP/2, RFC 9113 section 7: the stream was not processed at all. */
  private static final long REFUSED_STREAM = 0x7;

  private final String outcome = name().toLowerCase(Locale.ROOT);

  /** As it is counted. */
  String outcome() {
    return outcome;
  }

  /** Whether it says that the target is not there, and not that there is too much to do. */
  public boolean isUnreachable() {
    return this == CONNECT || this == DNS || this == TLS;
  }

  /** What a failure of {@link UpstreamClient}, its requests and its responses is. */
  public static UpstreamFailure of(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      UpstreamFailure known = known(cause);
      if (known != null) {
        return known;
      }
      cause = cause.getCause();
    }
    return failure instanceof IOException
            || failure instanceof HttpClosedException
            || failure instanceof StreamResetException
        ? RESET
        : PROTOCOL;
  }

  /**
   * Whether it is certain that the target has not worked on the request, so that also one that is
   * not idempotent may be sent again: there was no connection to send it on, or the target said so.
   */
  public static boolean neverSent(Throwable failure) {
    return failure instanceof NotSentException
        || (failure instanceof StreamResetException reset && reset.getCode() == REFUSED_STREAM);
  }

  /**
   * Whether the target has most likely closed an idle connection just when the request was sent on
   * it (RFC 9112 section 9.3.1): an idempotent request may be sent again, on a new connection,
   * without counting it as a failure. It is not certain: the target may have worked on the request
   * and then died.
   *
   * @param reused {@link Outgoing#reused}
   * @param anyReceived whether a part of the response, also a 1xx, was received
   */
  public static boolean staleConnection(Throwable failure, boolean reused, boolean anyReceived) {
    return reused && !anyReceived && !neverSent(failure) && of(failure) == RESET;
  }

  /** What happened before there was a connection, where the same exceptions mean something else. */
  static UpstreamFailure whileConnecting(Throwable failure) {
    // Vert.x gives up waiting for a pooled connection with this; that of a socket is another one.
    if (failure instanceof TimeoutException) {
      return POOL_FULL;
    }
    UpstreamFailure known = of(failure);
    return known == RESET || known == TIMEOUT || known == PROTOCOL ? CONNECT : known;
  }

  /** Also a file with some that is not there, or has none in it. */
  private static boolean isAboutCertificates(Throwable failure) {
    return failure instanceof GeneralSecurityException
        || failure instanceof io.vertx.core.file.FileSystemException
        || failure instanceof java.nio.file.FileSystemException;
  }

  private static UpstreamFailure known(Throwable failure) {
    if (failure instanceof NotSentException notSent) {
      return notSent.failure();
    }
    if (failure instanceof ConnectionPoolTooBusyException) {
      return POOL_FULL;
    }
    if (failure instanceof UnknownHostException || failure instanceof DnsException) {
      return DNS;
    }
    if (failure instanceof SSLException || isAboutCertificates(failure)) {
      return TLS;
    }
    if (failure instanceof ConnectException || failure instanceof ConnectTimeoutException) {
      return CONNECT;
    }
    if (failure instanceof TimeoutException) {
      return TIMEOUT;
    }
    boolean wrapsTls = failure instanceof DecoderException && failure.getCause() != null;
    return (failure instanceof DecoderException && !wrapsTls) || failure instanceof Http2Exception
        ? PROTOCOL
        : null;
  }
}
