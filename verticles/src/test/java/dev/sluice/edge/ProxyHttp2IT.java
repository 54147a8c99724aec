package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.FreePort;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 on both sides, as gRPC needs it: streams at once both ways, and trailers. */
@ExtendWith(Servers.Extension.class)
class ProxyHttp2IT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream upstream;
  private TestNode gateway;
  private HttpClient client;
  private int port;
  private final AtomicInteger cut = new AtomicInteger();

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    upstream = new TestUpstream(vertx, this::serve);
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          grpc: {targets: [{url: "%1$s"}], protocol: http2}
          rest: {targets: [{url: "%1$s"}]}
        routes:
          grpc: {match: {paths: ["/shop.Orders/*"]}, upstream: grpc, rewrite: {host: preserve}}
          rest: {match: {paths: ["/rest/*"]}, upstream: rest}
        """
            .formatted(upstream.url()));
    port = FreePort.find();
    gateway =
        TestNode.gateway(servers, folder, Map.of("SLUICE_EDGE_HTTP2_CLEAR_TEXT_PORT", "" + port));
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    await(vertx.close());
  }

  /** Echoes each part at once, says how it went at the end. */
  private void serve(HttpServerRequest request) {
    var response = request.response();
    response
        .putHeader("Content-Type", "application/grpc")
        .putHeader("X-Version", "" + request.version());
    if (request.version() != HttpVersion.HTTP_2) {
      request.body().onSuccess(body -> response.end(body));
      return;
    }
    response.putHeader("X-Te", String.valueOf(request.getHeader("te")));
    response.writeHead();
    request.exceptionHandler(e -> cut.incrementAndGet());
    request.handler(response::write);
    request.endHandler(
        end -> {
          response.putTrailer("grpc-status", "0").putTrailer("grpc-message", "fine");
          response.end();
        });
  }

  private Future<HttpClientRequest> call(HttpMethod method, String path) {
    return client.request(
        new RequestOptions().setHost("127.0.0.1").setPort(port).setMethod(method).setURI(path));
  }

  @Test
  void aStreamGoesBothWaysAtOnceAndEndsWithTrailers() throws Exception {
    HttpClientRequest request = await(call(HttpMethod.POST, "/shop.Orders/Watch"));
    request.putHeader("Content-Type", "application/grpc").putHeader("TE", "trailers");
    request.setChunked(true);
    await(request.sendHead());
    HttpClientResponse response = await(request.response().onSuccess(HttpClientResponse::pause));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.getHeader("X-Version")).isEqualTo("HTTP_2");
    assertThat(response.getHeader("X-Te")).isEqualTo("trailers");
    Buffer received = Buffer.buffer();
    AtomicInteger ended = new AtomicInteger();
    response.handler(received::appendBuffer).endHandler(end -> ended.incrementAndGet()).resume();
    for (int i = 0; i < 3; i++) {
      String part = "message " + i + ";";
      await(request.write(part));
      Waiting.until("it came back", SOON, () -> received.toString().endsWith(part));
    }
    assertThat(ended.get()).isZero();
    await(request.end());
    Waiting.until("the answer ends", SOON, () -> ended.get() == 1);
    assertThat(response.trailers().get("grpc-status")).isEqualTo("0");
    assertThat(response.trailers().get("grpc-message")).isEqualTo("fine");
  }

  @Test
  void aClientThatCancelsIsNoticedBehindTheGateway() throws Exception {
    HttpClientRequest request = await(call(HttpMethod.POST, "/shop.Orders/Watch"));
    request.setChunked(true);
    await(request.sendHead());
    assertThat(await(request.response()).statusCode()).isEqualTo(200);
    await(request.write("one"));
    await(request.reset());
    Waiting.until("the upstream's stream is cut", SOON, () -> cut.get() == 1);
  }

  @Test
  void anUpstreamOfHttp1IsAskedInItsOwnWay() throws Exception {
    HttpClientRequest get = await(call(HttpMethod.GET, "/rest/x"));
    HttpClientResponse answer = await(get.send());
    assertThat(answer.getHeader("X-Version")).isEqualTo("HTTP_1_1");
    assertThat(answer.headers().contains("connection")).isFalse();
    assertThat(
            await(
                call(HttpMethod.POST, "/rest/x")
                    .compose(post -> post.send("with a body"))
                    .compose(HttpClientResponse::body)))
        .hasToString("with a body");
    HttpClientRequest streamed = await(call(HttpMethod.PUT, "/rest/x"));
    streamed.setChunked(true);
    Future<Buffer> body = streamed.response().compose(HttpClientResponse::body);
    await(streamed.write("in "));
    await(streamed.write("parts"));
    await(streamed.end());
    assertThat(await(body)).hasToString("in parts");
  }

  /** In HTTP/1.1, which is what comes after it, it could be the end of a line. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, '\n', '\r', 0x1b, 0x7f})
  void aControlCharacterInAValueDoesNotComeToTheUpstream(int character) throws Exception {
    String bad = "a" + (char) character + "x-forged: 1";
    assertThat(RawHttp2.get(port, "/rest/x", "x-note", bad)).isIn(400, -1);
    assertThat(upstream.requests()).isZero();
    assertThat(RawHttp2.get(port, "/rest/x", "x-note", "a\tb")).isEqualTo(200);
    assertThat(upstream.requests()).isEqualTo(1);
  }
}
