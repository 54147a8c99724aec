package dev.sluice.edge;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway as an HTTP server: methods, headers, metrics, and what comes over a bare socket. */
@ExtendWith(Servers.Extension.class)
class EdgeHttpIT {
  private static final Duration BODY_TIMEOUT = Duration.ofMillis(500);
  private static final Duration ARRIVES = Duration.ofSeconds(30);
  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TEA-1\",\"quantity\":1,\"unitPrice\":{\"amount\":\"4.50\",\"currency\":\"EUR\"}}]}";
  private static final String CREATE = "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\n";
  private static final String KEYS = "GET /api/v1/auth/keys HTTP/1.1\r\nHost: a\r\n";

  private static TestNode node;
  private static TestNode shared;
  private static String[] user;

  @BeforeAll
  static void start(Servers servers) throws Exception {
    node =
        TestNode.start(servers, Map.of("SLUICE_EDGE_BODY_TIMEOUT", BODY_TIMEOUT.toMillis() + "ms"));
    shared =
        TestNode.start(
            servers,
            Map.of(
                "SLUICE_EDGE_CORS_ORIGINS",
                "https://app.example.com",
                "SLUICE_EDGE_CORS_CREDENTIALS",
                "true"));
    user = node.signIn();
  }

  @AfterAll
  static void stop() {
    shared.close();
    node.close();
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    Answer answer = node.get("/api/v1/nothing");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.at("/type")).isEqualTo("urn:sluice:problem:not-found");
    assertThat(answer.at("/instance")).isEqualTo("/api/v1/nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE|/api/v1/orders|GET, HEAD, OPTIONS, POST",
        "PUT|/api/orders|GET, HEAD, OPTIONS, POST",
        "POST|/api/v1/orders/0190f3c2-7c1a-7000-8000-000000000000|GET, HEAD, OPTIONS",
        "GET|/api/v1/auth/login|OPTIONS, POST",
        "HEAD|/auth/login|OPTIONS, POST",
        "BREW|/api/v1/audit|GET, HEAD, OPTIONS",
        "POST|/health/live|GET, HEAD, OPTIONS",
      })
  void anotherMethodIsToldWhichAreThere(String method, String path, String allow) throws Exception {
    Answer refused = node.send(method, path, null);
    assertThat(refused.status()).isEqualTo(405);
    assertThat(methods(refused)).isEqualTo(methods(allow));
    if (!method.equals("HEAD")) {
      assertThat(refused.at("/type")).isEqualTo("urn:sluice:problem:method-not-allowed");
    }
    Answer asked = node.send("OPTIONS", path, null);
    assertThat(asked.status()).isEqualTo(204);
    assertThat(methods(asked)).isEqualTo(methods(allow));
    assertThat(asked.text()).isEmpty();
  }

  @Test
  void headIsGetWithoutTheBody() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write("HEAD /api/v1/auth/keys HTTP/1.1\r\nHost: a\r\n\r\n" + KEYS + "\r\n");
      RawHttp.Reply head = http.readHead();
      RawHttp.Reply get = http.read();
      assertThat(List.of(head.status(), get.status())).containsExactly(200, 200);
      assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
      assertThat(head.header("content-type")).isEqualTo("application/json");
      assertThat(get.body()).contains("\"kty\":\"RSA\"");
    }
    assertThat(node.send("HEAD", "/api/v1/auth/me", null).status()).isEqualTo(401);
    assertThat(node.send("HEAD", "/health/live", null).status()).isEqualTo(200);
  }

  @Test
  void aliasesAnswerAndAreCountedAsTheCanonicalPath() throws Exception {
    double before = requests("GET", "/api/v1/auth/me", 200);
    for (String path : List.of("/api/v1/auth/me", "/api/auth/me", "/auth/me")) {
      assertThat(node.get(path, user).status()).as(path).isEqualTo(200);
    }
    assertThat(requests("GET", "/api/v1/auth/me", 200)).isEqualTo(before + 3);
    double created = requests("POST", "/api/v1/orders", 201);
    assertThat(node.post("/api/orders", ORDER, user).status()).isEqualTo(201);
    assertThat(requests("POST", "/api/v1/orders", 201)).isEqualTo(created + 1);
    assertThat(node.get("/.well-known/jwks.json").text())
        .isEqualTo(node.get("/api/v1/auth/keys").text());
    for (String verb : List.of("register", "login", "refresh", "logout")) {
      List<Integer> statuses = new ArrayList<>();
      for (String root : List.of("/api/v1", "/api", "")) {
        statuses.add(node.post(root + "/auth/" + verb, "{}").status());
      }
      assertThat(Set.copyOf(statuses)).as(verb).hasSize(1).doesNotContain(404, 405);
    }
  }

  @Test
  void requestsAreCountedByTemplateNeverByPath() throws Exception {
    String id = node.post("/api/v1/orders", ORDER, user).at("/id");
    assertThat(node.get("/api/v1/orders/" + id, user).status()).isEqualTo(200);
    assertThat(node.get("/api/v1/secret-" + id, user).status()).isEqualTo(404);
    assertThat(node.send("DELETE", "/api/v1/orders/" + id, null).status()).isEqualTo(405);
    String metrics = metrics();
    assertThat(metrics)
        .contains("path=\"/api/v1/orders/{orderId}\"", "path=\"none\"")
        .doesNotContain(id, "secret-");
    assertThat(requests("GET", "/api/v1/orders/{orderId}", 200)).isPositive();
    assertThat(requests("DELETE", "none", 405)).isPositive();
    assertThat(metrics).contains("queue_depth{queue_name=\"auth_passwords\"");
    assertThat(metrics)
        .containsPattern("limiter_decisions_total\\{outcome=\"allowed\",policy=\"free\"");
  }

  @Test
  void aRequestKeepsItsNameOrGetsOne() throws Exception {
    assertThat(node.get("/health/live", "X-Request-Id", "ci:build/7_a.b+c=").header("x-request-id"))
        .isEqualTo("ci:build/7_a.b+c=");
    assertThat(node.get("/health/live", "X-Correlation-Id", "other-1").header("x-request-id"))
        .isEqualTo("other-1");
    assertThat(node.get("/health/live").header("x-request-id")).matches(UUID_FORM);
    for (String bad : List.of("a b", "\"quoted\"", "<script>", "x".repeat(129), "a;b")) {
      assertThat(node.get("/health/live", "X-Request-Id", bad).header("x-request-id"))
          .matches(UUID_FORM);
    }
  }

  @Test
  void theTraceGoesOnBehindKafka() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    String id =
        node.post(
                "/api/v1/orders",
                ORDER,
                "Authorization",
                user[1],
                "X-Request-Id",
                "trace-me",
                "traceparent",
                "00-" + trace + "-00f067aa0ba902b7-01")
            .at("/id");
    String audit = "/api/v1/audit?resource=order:" + id;
    until(
        "the order is audited",
        ARRIVES,
        () -> node.get(audit, user).json().at("/items/0").isObject());
    Answer found = node.get(audit, user);
    assertThat(found.at("/items/0/metadata/traceId")).isEqualTo(trace);
    assertThat(found.at("/items/0/metadata/correlationId")).isEqualTo("trace-me");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/v1/auth/me HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
        "DELETE /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
        "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n",
        "garbage\r\n\r\n",
      })
  void everyAnswerTellsBrowsersToBeCareful(String request) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(request);
      RawHttp.Reply reply = http.read();
      assertThat(reply.headers())
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("x-frame-options", "DENY")
          .containsEntry("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
          .containsEntry("referrer-policy", "no-referrer")
          .containsEntry("cross-origin-resource-policy", "same-origin")
          .containsEntry("cache-control", "no-store")
          .containsKey("x-request-id")
          .doesNotContainKeys("server", "x-powered-by");
    }
  }

  @Test
  void withoutCorsNoOriginIsTold() throws Exception {
    Answer get = crossOrigin(node, "GET", "https://app.example.com");
    assertThat(get.status()).isEqualTo(200);
    assertThat(get.headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control"))
        .doesNotContain("vary");
    assertThat(preflight(node, "https://app.example.com").header("access-control-allow-origin"))
        .isNull();
  }

  @Test
  void theAllowedOriginMayCallAndAnotherMayNot() throws Exception {
    Answer allowed = preflight(shared, "https://app.example.com");
    assertThat(allowed.status()).isEqualTo(204);
    assertThat(allowed.header("access-control-allow-origin")).isEqualTo("https://app.example.com");
    assertThat(allowed.header("access-control-allow-methods")).contains("POST");
    assertThat(allowed.header("access-control-allow-headers")).contains("Idempotency-Key");
    assertThat(allowed.header("access-control-allow-credentials")).isEqualTo("true");
    assertThat(allowed.header("access-control-max-age")).isEqualTo("600");
    assertThat(allowed.header("vary")).isEqualToIgnoringCase("Origin");
    Answer foreign = preflight(shared, "https://evil.example.com");
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.header("access-control-allow-origin")).isNull();
    assertThat(foreign.header("vary")).isEqualToIgnoringCase("Origin");

    Answer get = crossOrigin(shared, "GET", "https://app.example.com");
    assertThat(get.header("access-control-allow-origin")).isEqualTo("https://app.example.com");
    assertThat(get.header("access-control-expose-headers")).contains("X-Request-Id");
    assertThat(get.header("cross-origin-resource-policy")).isEqualTo("cross-origin");
    assertThat(crossOrigin(shared, "GET", "null").header("access-control-allow-origin")).isNull();
    Answer problem = shared.get("/api/v1/auth/me", "Origin", "https://app.example.com");
    assertThat(problem.status()).isEqualTo(401);
    assertThat(problem.header("access-control-allow-origin")).isEqualTo("https://app.example.com");
  }

  @Test
  void aPageLinksToTheNextAndALocationWorks() throws Exception {
    String[] mine = node.signIn();
    Set<String> placed = new TreeSet<>();
    for (int i = 0; i < 5; i++) {
      Answer created = node.post("/api/orders", ORDER, mine);
      assertThat(created.header("location")).isEqualTo("/api/v1/orders/" + created.at("/id"));
      assertThat(node.get(created.header("location"), mine).json()).isEqualTo(created.json());
      placed.add(created.at("/id"));
    }
    Set<String> seen = new TreeSet<>();
    String next = "/api/v1/orders?limit=2&status=created";
    int pages = 0;
    while (next != null) {
      Answer page = node.get(next, mine);
      assertThat(page.status()).isEqualTo(200);
      page.json().get("items").forEach(order -> seen.add(order.get("id").asText()));
      pages++;
      String link = page.header("link");
      assertThat(link == null).isEqualTo(page.json().path("nextCursor").isMissingNode());
      next = link == null ? null : link.substring(1, link.indexOf(">; rel=\"next\""));
      assertThat(next == null || next.startsWith("/api/v1/orders?limit=2&status=created&cursor="))
          .isTrue();
    }
    assertThat(pages).isEqualTo(3);
    assertThat(seen).isEqualTo(placed);
  }

  @Test
  void anAnswerHasThePropertiesTheDocumentNames() throws Exception {
    Answer document = node.get("/openapi.json");
    assertThat(document.status()).isEqualTo(200);
    assertThat(document.header("ratelimit")).isNull();
    Answer created = node.post("/api/v1/orders", ORDER, user);
    assertProperties(document.json(), created.json(), "order.view");
    assertProperties(document.json(), created.json().at("/items/0"), "order.line");
    assertProperties(document.json(), created.json().at("/total"), "money");
    Answer refused = node.post("/api/v1/orders", "{}", user);
    assertProperties(document.json(), refused.json(), "problem");
  }

  private static void assertProperties(JsonNode document, JsonNode value, String schema) {
    JsonNode properties = document.at("/components/schemas/" + schema + "/properties");
    assertThat(value.fieldNames())
        .toIterable()
        .as(schema)
        .containsExactlyInAnyOrderElementsOf(() -> properties.fieldNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/ready", "/health/live", "/health/ready"})
  void probesAreAnsweredHereToo(String path) throws Exception {
    Answer answer = node.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/status")).isEqualTo("healthy");
    assertThat(answer.header("ratelimit")).isNull();
    assertThat(node.get(path, "Authorization", "Bearer nonsense").status()).isEqualTo(200);
  }

  @Test
  void aRequestLineThatIsTooLong() throws Exception {
    refused("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
  }

  @Test
  void headersThatAreTooLarge() throws Exception {
    refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(20_000) + "\r\n\r\n", 431);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n\r\n",
        "\u0016\u0003\u0001\u0002\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      })
  void garbage(String request) throws Exception {
    refused(request, 400);
  }

  @Test
  void aBodyThatComesTooSlowlyIsAnsweredAndTheConnectionClosed() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      long begun = System.nanoTime();
      http.write(authorized(CREATE, "Content-Length: 1000\r\n\r\n{"));
      RawHttp.Reply reply = http.read();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.body()).contains("too slowly");
      assertThat(reply.header("connection")).isEqualTo("close");
      assertThat(took).isBetween(BODY_TIMEOUT, BODY_TIMEOUT.plusSeconds(5));
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void aBodyNobodyWantsAndThatDoesNotComeHoldsTheConnectionNoLonger() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(CREATE + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
      assertThat(http.read().status()).isEqualTo(401);
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void aClientThatGoesAwayInTheMiddleHarmsNobody() throws Exception {
    for (int i = 0; i < 20; i++) {
      RawHttp gone = new RawHttp(node.url());
      gone.write(authorized(CREATE, "Content-Length: 1000\r\n\r\n{\"items\":"));
      if (i % 2 == 0) {
        gone.abort();
      } else {
        gone.close();
      }
    }
    assertThat(node.post("/api/v1/orders", ORDER, user).status()).isEqualTo(201);
    until(
        "only the connections of the client are left",
        Duration.ofSeconds(10),
        () -> value("active_connections\\{service=\"sluice\"\\} ([0-9.]+)") <= 10);
  }

  @Test
  void aConnectionIsUsedAgainAfterARefusalWithAnUnreadBody() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      for (int i = 0; i < 3; i++) {
        http.write(
            CREATE
                + "Content-Type: application/json\r\nContent-Length: "
                + ORDER.length()
                + "\r\n\r\n"
                + ORDER);
        assertThat(http.read().status()).isEqualTo(401);
      }
      http.write(authorized(CREATE, "Content-Length: " + ORDER.length() + "\r\n\r\n" + ORDER));
      assertThat(http.read().status()).isEqualTo(201);
    }
  }

  @Test
  void aLargeBodyThatIsRefusedIsAnsweredBeforeTheConnectionIsClosed() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      String part = "1000\r\n" + "x".repeat(0x1000) + "\r\n";
      http.write(CREATE + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
      http.write(part.repeat(64));
      RawHttp.Reply reply = http.read();
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.header("connection")).isEqualTo("close");
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        String path = i % 2 == 0 ? "/api/v1/auth/keys" : "/health/live";
        all.append("GET ").append(path).append(" HTTP/1.1\r\nHost: a\r\n");
        all.append("X-Request-Id: r").append(i).append("\r\n\r\n");
      }
      http.write(all.toString());
      for (int i = 0; i < 20; i++) {
        RawHttp.Reply reply = http.read();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-request-id")).isEqualTo("r" + i);
      }
    }
  }

  @Test
  void whoAsksFirstIsToldToContinue() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(
          authorized(
              CREATE, "Expect: 100-continue\r\nContent-Length: " + ORDER.length() + "\r\n\r\n"));
      assertThat(http.readHead().status()).isEqualTo(100);
      http.write(ORDER);
      assertThat(http.read().status()).isEqualTo(201);
    }
  }

  @Test
  void http10IsAnsweredAndClosed() throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write("GET /health/live HTTP/1.0\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(200);
      assertThat(http.isClosed()).isTrue();
    }
  }

  private static void refused(String request, int status) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(request);
      RawHttp.Reply reply = http.read();
      assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
      assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
      assertThat(reply.body()).contains("\"status\":" + status).doesNotContain("xception");
      assertThat(http.isClosed()).isTrue();
    }
    assertThat(requests("OTHER", "none", status)).isPositive();
  }

  private static String authorized(String head, String rest) {
    return head + "Authorization: " + user[1] + "\r\nContent-Type: application/json\r\n" + rest;
  }

  private static Answer crossOrigin(TestNode to, String method, String origin) throws Exception {
    return to.send(method, "/api/v1/auth/keys", null, "Origin", origin);
  }

  private static Answer preflight(TestNode to, String origin) throws Exception {
    return to.send(
        "OPTIONS",
        "/api/v1/orders",
        null,
        "Origin",
        origin,
        "Access-Control-Request-Method",
        "POST");
  }

  private static Set<String> methods(Answer answer) {
    return methods(answer.header("allow"));
  }

  private static Set<String> methods(String list) {
    return new TreeSet<>(List.of(list.split(", ", -1)));
  }

  private static String metrics() throws Exception {
    return node.get(node.managementUrl() + "/metrics").text();
  }

  private static double requests(String method, String path, int status) throws Exception {
    return value(
        "http_requests_total\\{method=\"%s\",path=\"%s\",service=\"sluice\",status=\"%d\"\\} ([0-9.E]+)"
            .formatted(method, path.replace("{", "\\{").replace("}", "\\}"), status));
  }

  private static double value(String pattern) throws Exception {
    Matcher line = Pattern.compile(pattern).matcher(metrics());
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }
}
