package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in front of a service: what goes through, and how. */
@ExtendWith(Servers.Extension.class)
class ProxyIT {
  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream upstream;
  private TestNode gateway;

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    upstream = new TestUpstream(vertx, ProxyIT::serve);
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          shop:
            targets: [{url: "%s"}]
            response_timeout: 2s
        routes:
          shop:
            match: {paths: ["/shop/*"]}
            upstream: shop
            rewrite: {strip_prefix: /shop}
            body_limit: 1MB
            timeout: 1s
          items:
            match: {paths: ["/items/{id}"]}
            upstream: shop
            rewrite: {path: "/echo/{id}", host: preserve}
        """
            .formatted(upstream.url()));
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    Waiting.await(vertx.close());
  }

  private static void serve(HttpServerRequest request) {
    String path = request.path();
    if (path.startsWith("/echo")) {
      request.body().onSuccess(body -> echo(request, body));
    } else if (path.equals("/stream")) {
      request.response().setChunked(true).write("one,");
      request.response().write("two,");
      request.response().end("three");
    } else if (path.equals("/never")) {
      request.resume();
    } else if (path.equals("/cut")) {
      request.response().putHeader("Content-Length", "100").write("only this");
      request.connection().close();
    } else if (path.equals("/websocket")) {
      request.toWebSocket().onSuccess(socket -> socket.handler(socket::write));
    } else {
      request
          .response()
          .setStatusCode(404)
          .putHeader("Connection", "X-Hop")
          .putHeader("X-Hop", "1");
      request.response().end("not here");
    }
  }

  private static void echo(HttpServerRequest request, Buffer body) {
    JsonObject headers = new JsonObject();
    request
        .headers()
        .forEach((name, value) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), value));
    Buffer json =
        new JsonObject()
            .put("method", request.method().name())
            .put("uri", request.uri())
            .put("headers", headers)
            .put("length", body.length())
            .toBuffer();
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Content-Length", "" + json.length())
        .end(json);
  }

  @Test
  void aRequestGoesThroughWithItsPathQueryAndBody() throws Exception {
    Answer answer = gateway.post("/shop/echo/a%20b?x=1&y=%2F", "{\"a\":1}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/method")).isEqualTo("POST");
    assertThat(answer.at("/uri")).isEqualTo("/echo/a%20b?x=1&y=%2F");
    assertThat(answer.at("/length")).isEqualTo("7");
    assertThat(answer.at("/headers/host")).isEqualTo("127.0.0.1:" + upstream.port());
    assertThat(answer.at("/headers/x-forwarded-for")).isEqualTo("127.0.0.1");
    assertThat(answer.at("/headers/x-forwarded-proto")).isEqualTo("http");
    assertThat(answer.at("/headers/forwarded")).startsWith("for=127.0.0.1;host=\"127.0.0.1:");
    assertThat(answer.at("/headers/via")).endsWith("sluice");
    assertThat(answer.at("/headers/x-request-id")).isEqualTo(answer.header("X-Request-Id"));
    assertThat(answer.at("/headers/traceparent")).isNotEmpty();
    assertThat(answer.header("Via")).isEqualTo("1.1 sluice");
    assertThat(answer.header("Date")).isNotEmpty();
    assertThat(answer.header("Content-Security-Policy")).isNull();
    assertThat(gateway.get("/items/7").at("/uri")).isEqualTo("/echo/7");
    assertThat(gateway.get("/items/7").at("/headers/host"))
        .isNotEqualTo("127.0.0.1:" + upstream.port());
  }

  @Test
  void whatIsForgedOrForOneHopEndsHere() throws Exception {
    try (RawHttp client = new RawHttp(gateway.url())) {
      client.write(
          """
          GET /shop/echo HTTP/1.1\r
          Host: shop\r
          Connection: keep-alive, X-Mine\r
          X-Mine: gone\r
          Keep-Alive: timeout=5\r
          Proxy-Authorization: Basic x\r
          TE: gzip\r
          X-Forwarded-For: 6.6.6.6\r
          X-Forwarded-Proto: https\r
          X-Forwarded-Port: 1\r
          X-Real-IP: 6.6.6.6\r
          Forwarded: for=6.6.6.6\r
          X-Authenticated-Subject: root\r
          X-Kept: yes\r
          \r
          """);
      JsonObject headers = new JsonObject(client.read().body()).getJsonObject("headers");
      assertThat(headers.fieldNames())
          .doesNotContain(
              "connection",
              "x-mine",
              "keep-alive",
              "proxy-authorization",
              "te",
              "x-forwarded-port",
              "x-real-ip",
              "x-authenticated-subject");
      assertThat(headers.getString("x-forwarded-for")).isEqualTo("127.0.0.1");
      assertThat(headers.getString("x-forwarded-proto")).isEqualTo("http");
      assertThat(headers.getString("forwarded")).doesNotContain("6.6.6.6");
      assertThat(headers.getString("x-kept")).isEqualTo("yes");
      client.write("GET /shop/nothing HTTP/1.1\r\nHost: shop\r\n\r\n");
      RawHttp.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.body()).isEqualTo("not here");
      assertThat(reply.headers()).doesNotContainKeys("connection", "x-hop");
    }
  }

  @Test
  void answersAreStreamedAndEndAsTheyDid() throws Exception {
    Answer streamed = gateway.get("/shop/stream");
    assertThat(streamed.status()).isEqualTo(200);
    assertThat(streamed.text()).isEqualTo("one,two,three");
    try (RawHttp client = new RawHttp(gateway.url())) {
      client.write("HEAD /shop/echo HTTP/1.1\r\nHost: shop\r\n\r\n");
      RawHttp.Reply head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(Integer.parseInt(head.header("content-length"))).isGreaterThan(10);
      client.write("GET /shop/cut HTTP/1.1\r\nHost: shop\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(client.isClosed()).as("it has a part of the body").isFalse();
      assertThat(client.rest()).as("and then the connection ends").hasSizeLessThan(9);
    }
  }

  @Test
  void anUpstreamThatIsAwayOrSilentIsSaidSo() throws Exception {
    Answer late = gateway.get("/shop/never");
    assertThat(late.status()).as(late.text()).isEqualTo(504);
    assertThat(late.at("/detail")).contains("'shop' did not answer in time");
    upstream.kill();
    Answer away = gateway.get("/shop/echo");
    assertThat(away.status()).as(away.text()).isEqualTo(502);
    assertThat(away.at("/detail")).contains("'shop' cannot be reached");
    upstream.start();
    assertThat(gateway.get("/shop/echo").status()).isEqualTo(200);
  }

  @Test
  void bodiesAreBoundAndAskedForLate() throws Exception {
    assertThat(gateway.post("/shop/echo", " ".repeat(1024 * 1024)).status()).isEqualTo(200);
    assertThat(gateway.post("/shop/echo", " ".repeat(1024 * 1024 + 1)).status()).isEqualTo(413);
    try (RawHttp client = new RawHttp(gateway.url())) {
      client.write(
          "POST /shop/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(100);
      client.write("abc");
      assertThat(client.read().body()).contains("\"length\":3");
      client.write(
          "POST /shop/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
      assertThat(client.read().body()).contains("\"length\":3");
    }
  }
}
