package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a route can ask for besides being forwarded. */
@ExtendWith(Servers.Extension.class)
class RouteFeaturesIT {
  static final Map<String, String> UNLIMITED =
      Map.of(
          "SLUICE_LIMITS_TIERS_FREE_RATE", "0",
          "SLUICE_LIMITS_TIERS_FREE_BURST", "0",
          "SLUICE_LIMITS_ROUTES_AUTH_LIMIT_RATE", "0",
          "SLUICE_LIMITS_ROUTES_LOGIN_LIMIT_RATE", "0");

  @TempDir Path folder;
  private Vertx vertx;
  private TestUpstream upstream;
  private TestNode node;

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    upstream = new TestUpstream(vertx, RouteFeaturesIT::serve);
    Files.createDirectory(folder.resolve("public"));
    Files.writeString(folder.resolve("public/hello.txt"), "hello");
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          shop: {targets: [{url: "%s"}]}
        routes:
          changed:
            match: {paths: ["/changed/{id}"]}
            upstream: shop
            request:
              headers: {set: {x-id: "{id}"}, remove: [x-secret]}
              query: {add: {source: gateway}}
              body: {set: {seen: "true"}, remove: [password]}
            response:
              headers: {remove: [server], set: {x-served: "yes"}}
              body: {remove: [internal]}
          zipped:
            match: {paths: ["/zipped/*"]}
            upstream: shop
            compression: true
          files:
            match: {paths: ["/files/*"]}
            folder: {path: ./public}
          fixed:
            match: {paths: ["/fixed"]}
            respond: {status: 410, content_type: text/plain, body: "gone", headers: {x-why: moved}}
          own:
            match: {paths: ["/own"]}
            upstream: shop
            auth: [jwt]
          admins:
            match: {paths: ["/admins"]}
            upstream: shop
            auth: [jwt, api_key]
            permissions: ["do:everything"]
          public:
            match: {paths: ["/public"]}
            upstream: shop
          limited:
            match: {paths: ["/limited"]}
            upstream: shop
            limits: {few: {limit: {rate: 2, per: 1m, by: ip, debt: 0}}}
          guarded:
            match: {paths: ["/guarded"]}
            upstream: shop
            guard: {deny: [127.0.0.0/8]}
          version2:
            match: {paths: ["/api/things"], version: "2"}
            respond: {status: 200, body: "two"}
          version1:
            match: {paths: ["/api/things"]}
            respond: {status: 200, body: "one"}
          keys:
            match: {hosts: [keys.example.com], paths: ["/"]}
            contract: auth.public_keys
        """
            .formatted(upstream.url()));
    node = TestNode.start(servers, folder, UNLIMITED);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    await(vertx.close());
  }

  private static void serve(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              if (request.path().startsWith("/zipped")) {
                request
                    .response()
                    .putHeader("Content-Type", "text/plain")
                    .end("a line like the others\n".repeat(1000));
                return;
              }
              if (request.path().endsWith("/broken") || request.path().endsWith("/long")) {
                boolean isLong = request.path().endsWith("/long");
                request
                    .response()
                    .setChunked(true)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Set-Cookie", "session=secret")
                    .end(isLong ? "\"" + "x".repeat(2_000_000) + "\"" : "{no json");
                return;
              }
              StringBuilder headers = new StringBuilder();
              for (String name : new String[] {"x-id", "x-secret", "authorization"}) {
                headers.append(name).append('=').append(request.getHeader(name)).append(' ');
              }
              request
                  .response()
                  .putHeader("Content-Type", "application/json")
                  .putHeader("Server", "secret/1.0")
                  .end(
                      "{\"uri\":\"%s\",\"headers\":\"%s\",\"internal\":1,\"body\":%s}"
                          .formatted(request.uri(), headers, body.length() == 0 ? "null" : body));
            });
  }

  @Test
  void requestsAndResponsesAreChanged() throws Exception {
    Answer answer =
        node.send(
            "POST",
            "/changed/7?a=1",
            "{\"name\":\"ada\",\"password\":\"x\",\"price\":1.10}",
            "X-Secret",
            "s");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/uri")).isEqualTo("/changed/7?a=1&source=gateway");
    assertThat(answer.at("/headers")).contains("x-id=7", "x-secret=null");
    assertThat(answer.text())
        .contains("\"body\":{\"name\":\"ada\",\"price\":1.10,\"seen\":true}")
        .doesNotContain("internal");
    assertThat(answer.header("Server")).isNull();
    assertThat(answer.header("x-served")).isEqualTo("yes");
    assertThat(node.post("/changed/7", "{broken").status()).isEqualTo(400);
  }

  /** Something must be taken out of these, which cannot be done. */
  @Test
  void whatMayNotBeShownIsNotShownAndTheConnectionGoesOn() throws Exception {
    try (RawHttp client = new RawHttp(node.url())) {
      for (String path : new String[] {"/changed/broken", "/changed/long"}) {
        client.write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        RawHttp.Reply reply = client.read();
        assertThat(reply.status()).as(path).isEqualTo(502);
        assertThat(reply.headers()).doesNotContainKeys("set-cookie", "transfer-encoding");
        assertThat(reply.body()).contains("cannot be shown");
      }
      client.write("GET /changed/7 HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void responsesAreCompressedForWhoCanReadIt() throws Exception {
    try (RawHttp client = new RawHttp(node.url())) {
      client.write(
          "GET /zipped/x HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
      RawHttp.Reply head = client.readHead();
      assertThat(head.header("content-encoding")).isEqualTo("gzip");
      assertThat(head.header("vary")).containsIgnoringCase("accept-encoding");
      assertThat(client.rest().length()).isLessThan(2000);
    }
    assertThat(node.get("/zipped/x").text()).hasSize(23_000);
  }

  @Test
  void filesAndFixedAnswersNeedNoUpstream() throws Exception {
    Answer file = node.get("/files/hello.txt");
    assertThat(file.status()).as(file.text()).isEqualTo(200);
    assertThat(file.text()).isEqualTo("hello");
    assertThat(file.header("Cache-Control")).isEqualTo("public, max-age=86400");
    assertThat(file.header("ETag")).isNotNull();
    assertThat(node.get("/files/hello.txt", "If-None-Match", file.header("ETag")).status())
        .isEqualTo(304);
    assertThat(node.get("/files/none.txt").status()).isEqualTo(404);
    assertThat(node.get("/files/..%2froutes.yaml").status()).isIn(400, 404);
    Answer fixed = node.get("/fixed");
    assertThat(fixed.status()).isEqualTo(410);
    assertThat(fixed.text()).isEqualTo("gone");
    assertThat(fixed.header("x-why")).isEqualTo("moved");
    assertThat(node.get("/api/things").text()).isEqualTo("one");
    assertThat(node.get("/api/things", "Accept-Version", "2").text()).isEqualTo("two");
    assertThat(upstream.requests()).isZero();
  }

  @Test
  void whoMayIsTheRoutesToSay() throws Exception {
    String[] user = node.signIn();
    assertThat(node.get("/own").status()).isEqualTo(401);
    assertThat(node.get("/own", user).status()).isEqualTo(200);
    assertThat(node.get("/own", "Authorization", "Bearer wrong").status()).isEqualTo(401);
    assertThat(node.get("/admins", user).status()).isEqualTo(403);
    Answer theirs = node.get("/public", "Authorization", "Basic dGhlaXJz");
    assertThat(theirs.status()).as("what the gateway does not look at goes through").isEqualTo(200);
    assertThat(theirs.at("/headers")).contains("authorization=Basic dGhlaXJz");
    assertThat(node.get("/guarded").status()).isEqualTo(403);
  }

  @Test
  void limitsStandOnRoutesBesideTiers() throws Exception {
    assertThat(node.get("/limited").status()).isEqualTo(200);
    assertThat(node.get("/limited").status()).isEqualTo(200);
    Answer third = node.get("/limited");
    assertThat(third.status()).as(third.text()).isEqualTo(429);
    assertThat(third.at("/detail")).contains("'limited.few'");
    assertThat(third.header("RateLimit-Policy")).contains("\"limited.few\";q=2;w=60");
    assertThat(node.get("/public").status()).isEqualTo(200);
  }

  @Test
  void aContractCanHaveAnotherAddress() throws Exception {
    try (RawHttp client = new RawHttp(node.url())) {
      client.write("GET / HTTP/1.1\r\nHost: KEYS.example.com\r\n\r\n");
      RawHttp.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).startsWith("{\"keys\":[");
    }
  }
}
