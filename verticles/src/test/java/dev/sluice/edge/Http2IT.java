package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.guard.Doorkeeper;
import dev.sluice.edge.guard.HeadLimits;
import dev.sluice.edge.guard.OpenConnections;
import dev.sluice.edge.guard.SlowConfig;
import dev.sluice.platform.metrics.HttpMeters;
import dev.sluice.platform.metrics.Metrics;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The port for HTTP/2 in clear text, and what is judged of a request that came by HTTP/2. */
class Http2IT {
  private static final HeadLimits LIMITS = new HeadLimits(8192, 8192, 20);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics();
  private final AtomicInteger served = new AtomicInteger();

  /** Those that nobody holds are closed when memory is collected. */
  private final List<HttpClient> clients = new ArrayList<>();

  private int port;

  @BeforeEach
  void serve() throws Exception {
    HttpServerOptions options = Listener.http2Only(new HttpServerOptions());
    Doorkeeper doorkeeper =
        new Doorkeeper(
            vertx,
            Time.system(),
            new OpenConnections(100, 100, address -> false, metrics.registry()),
            options,
            LIMITS,
            new SlowConfig(LONG, 0, LONG, LONG),
            metrics.registry());
    Listener listener =
        new Listener(LIMITS, new HttpMeters(metrics, Time.system()), metrics.registry());
    HttpServer server = vertx.createHttpServer(options);
    server.connectionHandler(connection -> doorkeeper.receiveHttp2(connection, () -> {}));
    server.invalidRequestHandler(none -> none.connection().close());
    server.requestHandler(
        Listener.http2(
            doorkeeper,
            listener,
            request -> {
              served.incrementAndGet();
              request.response().end("served");
            }));
    port = await(server.listen(0, "127.0.0.1")).actualPort();
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    metrics.close();
  }

  private Future<HttpClientResponse> send(
      HttpVersion version, boolean upgrade, String method, String target, int headers) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(upgrade));
    clients.add(client);
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI(target);
    for (int i = 0; i < headers; i++) {
      options.addHeader("x-" + i, "a");
    }
    return client.request(options).compose(request -> request.send());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 1, 200",
    "PROPFIND, /a?b=c, 1, 200",
    "GET, /, 21, 431",
    "GET, /a#b, 1, 400",
    "GET, /a\\b, 1, 400",
    "TRACE, /, 1, 501",
    "get, /, 1, 400",
    "OPTIONS, *, 1, 200",
    "GET, *, 1, 400",
  })
  void requestsAreJudged(String method, String target, int headers, int status) throws Exception {
    HttpClientResponse answer = await(send(HttpVersion.HTTP_2, false, method, target, headers));
    assertThat(answer.version()).isEqualTo(HttpVersion.HTTP_2);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(served.get()).isEqualTo(status == 200 ? 1 : 0);
  }

  @Test
  void nothingElseIsSpokenThere() throws Exception {
    assertThat(awaitFailure(send(HttpVersion.HTTP_1_1, false, "GET", "/", 0))).isNotNull();
    assertThat(awaitFailure(send(HttpVersion.HTTP_2, true, "GET", "/", 0))).isNotNull();
    try (RawHttp http = new RawHttp("http://127.0.0.1:" + port)) {
      http.write(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"
              + FramingCases.SMUGGLED);
      assertThat(http.readOrEnd()).isEqualTo(-1);
    }
    assertThat(served.get()).isZero();
  }
}
