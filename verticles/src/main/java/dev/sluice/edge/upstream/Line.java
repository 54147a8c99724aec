package dev.sluice.edge.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of one event loop to one upstream. Belongs to that loop. */
final class Line {
  private static final Logger log = LoggerFactory.getLogger(Line.class);

  static final int LINE_LIMIT = 8 * 1024;
  static final int HEADER_LIMIT = 64 * 1024;
  private static final int CHUNK = 16 * 1024;
  private static final int STREAMS_A_CONNECTION = 100;
  private static final int CLEAN_MILLIS = 1000;

  private final HttpClientAgent client;

  /** Connections that had no request yet: nearly always empty, which is all a request looks at. */
  private final Set<HttpConnection> fresh = Collections.newSetFromMap(new IdentityHashMap<>());

  Line(Pools.Terms terms, int loops, Vertx vertx) {
    this.client =
        vertx
            .httpClientBuilder()
            .with(options(terms))
            .with(pool(terms, loops))
            .withConnectHandler(this::connected)
            .build();
  }

  HttpClientAgent client() {
    return client;
  }

  /** Whether a request that was just given this connection is not its first. */
  boolean reused(HttpConnection connection) {
    return fresh.isEmpty() || !fresh.remove(connection);
  }

  void close() {
    client.close().onFailure(e -> log.debug("closing connections", e));
  }

  private void connected(HttpConnection connection) {
    fresh.add(connection);
    connection.closeHandler(closed -> fresh.remove(connection));
  }

  private static PoolOptions pool(Pools.Terms terms, int loops) {
    int size = terms.pool().sizeOf(loops);
    boolean two = terms.protocol() == UpstreamConfig.Protocol.HTTP2;
    return new PoolOptions()
        .setHttp1MaxSize(size)
        .setHttp2MaxSize(two ? (size + STREAMS_A_CONNECTION - 1) / STREAMS_A_CONNECTION : 1)
        .setMaxWaitQueueSize(terms.pool().waitingOf(loops))
        .setCleanerPeriod(CLEAN_MILLIS);
  }

  private static HttpClientOptions options(Pools.Terms terms) {
    HttpClientOptions options = new HttpClientOptions();
    int keepAlive = (int) Math.max(1, terms.pool().keepAlive().toSeconds());
    long connectMillis = terms.connectTimeout().toMillis();
    options
        .setKeepAlive(true)
        .setKeepAliveTimeout(keepAlive)
        .setHttp2KeepAliveTimeout(keepAlive)
        .setPipelining(false)
        .setDecompressionSupported(false)
        .setMaxRedirects(0)
        .setMaxInitialLineLength(LINE_LIMIT)
        .setMaxHeaderSize(HEADER_LIMIT)
        .setMaxChunkSize(CHUNK)
        .setConnectTimeout((int) connectMillis)
        // Streams may rest for long; who forwards them knows how long.
        .setIdleTimeout(0)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setForceSni(terms.sni())
        .setVerifyHost(terms.tls().verify())
        .setTrustAll(!terms.tls().verify())
        .setSslHandshakeTimeout(connectMillis)
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    if (terms.protocol() == UpstreamConfig.Protocol.HTTP2) {
      options
          .setProtocolVersion(HttpVersion.HTTP_2)
          .setUseAlpn(true)
          .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
          .setHttp2ClearTextUpgrade(false);
    }
    if (!terms.tls().ca().isEmpty()) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(terms.tls().ca()));
    }
    if (!terms.tls().cert().isEmpty()) {
      options.setKeyCertOptions(
          new PemKeyCertOptions().addCertPath(terms.tls().cert()).addKeyPath(terms.tls().key()));
    }
    return options;
  }
}
