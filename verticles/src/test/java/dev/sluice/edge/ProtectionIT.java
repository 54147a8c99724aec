package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who may not come, and who is too slow or too many. */
@ExtendWith(Servers.Extension.class)
class ProtectionIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void deniedAddressesAreRefused(Servers servers) throws Exception {
    Map<String, String> settings = Map.of("SLUICE_GUARD_DENY", "127.0.0.0/8");
    try (TestNode node = TestNode.start(servers, settings)) {
      TestNode.Answer refused = node.get("/api/v1/auth/keys");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
      assertThat(refused.header("x-request-id")).isNotEmpty();
      assertThat(sum(node, "requests_denied_total\\{by=\"address\"[^}]*}")).isEqualTo(1);
    }
  }

  @Test
  void whoIsBehindATrustedProxyIsJudgedByTheirOwnAddress(Servers servers) throws Exception {
    Map<String, String> settings =
        Map.of(
            "SLUICE_GUARD_ALLOW", "192.0.2.0/24",
            "SLUICE_EDGE_TRUSTED_PROXIES", "127.0.0.1");
    try (TestNode node = TestNode.start(servers, settings)) {
      assertThat(node.get("/api/v1/auth/keys").status()).isEqualTo(403);
      assertThat(node.get("/api/v1/auth/keys", "X-Forwarded-For", "192.0.2.9").status())
          .isEqualTo(200);
      assertThat(node.get("/api/v1/auth/keys", "X-Forwarded-For", "192.0.3.9").status())
          .isEqualTo(403);
    }
  }

  @Test
  void countriesComeFromAFileThatMayChange(Servers servers, @TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("countries.csv"), "127.0.0.0/8,DE\n");
    Map<String, String> settings =
        Map.of(
            "SLUICE_GUARD_COUNTRIES_DENY", "FR, US", "SLUICE_GUARD_COUNTRY_FILE", file.toString());
    try (TestNode node = TestNode.start(servers, settings)) {
      assertThat(node.get("/api/v1/auth/keys").status()).isEqualTo(200);
      Files.writeString(file, "127.0.0.0,127.255.255.255,FR\n");
      until("it is in France", SOON, () -> node.get("/api/v1/auth/keys").status() == 403);
      Files.writeString(file, "what is this\n");
      until(
          "the broken file is refused",
          SOON,
          () -> sum(node, "countries_reloads_total\\{outcome=\"refused\"[^}]*}") == 1);
      assertThat(node.get("/api/v1/auth/keys").status()).isEqualTo(403);
    }
  }

  @Test
  void aFileThatIsNotThereStopsTheStart(Servers servers, @TempDir Path folder) {
    Path file = folder.resolve("away.csv");
    Map<String, String> settings =
        Map.of("SLUICE_GUARD_COUNTRIES_ALLOW", "DE", "SLUICE_GUARD_COUNTRY_FILE", file.toString());
    assertThatThrownBy(() -> TestNode.start(servers, settings))
        .hasMessageContaining("guard.country_file " + file + ": there is no such file");
    assertThatThrownBy(() -> TestNode.start(servers, Map.of("SLUICE_GUARD_COUNTRIES_ALLOW", "DE")))
        .hasMessageContaining("a file, where countries are named");
  }

  @Test
  void attacksAreToldOrBlocked(Servers servers) throws Exception {
    String attack = "/api/v1/auth/keys?id=1%20UNION%20SELECT%201";
    Map<String, String> block = Map.of("SLUICE_GUARD_RULES_MODE", "block");
    try (TestNode node = TestNode.start(servers, block)) {
      TestNode.Answer refused = node.get(attack);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.at("/detail")).contains("[sql]");
      assertThat(node.get("/api/v1/auth/keys", "User-Agent", "${jndi:ldap://x}").status())
          .isEqualTo(403);
      assertThat(node.get("/api/v1/auth/keys").status()).isEqualTo(200);
      assertThat(sum(node, "attacks_found_total\\{mode=\"block\",rule=\"sql\"[^}]*}")).isEqualTo(1);
    }
    Map<String, String> report =
        Map.of("SLUICE_GUARD_RULES_MODE", "report", "SLUICE_GUARD_RULES_EXCLUDE", "xss");
    try (TestNode node = TestNode.start(servers, report)) {
      int usual = node.get("/api/v1/auth/keys?id=1").status();
      assertThat(node.get(attack).status()).isEqualTo(usual);
      assertThat(sum(node, "attacks_found_total\\{mode=\"report\",rule=\"sql\"[^}]*}"))
          .isEqualTo(1);
      assertThat(node.get("/api/v1/auth/keys?id=%3Cscript%3E").status()).isEqualTo(usual);
      assertThat(sum(node, "attacks_found_total\\{[^}]*rule=\"xss\"[^}]*}")).isZero();
    }
  }

  @Test
  void aNodeSpeaksTls(Servers servers, @TempDir Path folder) throws Exception {
    TestCertificates.make(folder, "node", "CN=node");
    Map<String, String> settings =
        Map.of(
            "SLUICE_EDGE_TLS_CERT", folder.resolve("node.crt").toString(),
            "SLUICE_EDGE_TLS_KEY", folder.resolve("node.key").toString(),
            "SLUICE_EDGE_SLOW_HEAD", "500ms");
    try (TestNode node = TestNode.start(servers, settings)) {
      assertThat(node.url()).startsWith("https://127.0.0.1:");
      Vertx vertx = Vertx.vertx();
      for (HttpVersion version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
        HttpClient client =
            vertx.createHttpClient(
                new HttpClientOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setProtocolVersion(version)
                    .setTrustAll(true)
                    .setVerifyHost(false));
        RequestOptions keys = new RequestOptions().setAbsoluteURI(node.url() + "/api/v1/auth/keys");
        HttpClientResponse answer = await(client.request(keys).compose(HttpClientRequest::send));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.getHeader("Strict-Transport-Security")).isEqualTo("max-age=15552000");
        await(client.close());
      }
      try (RawHttp silent = new RawHttp(node.url())) {
        assertThat(silent.isClosed()).isTrue(); // no handshake in time
      }
      await(vertx.close());
    }
  }

  @Test
  void oneAddressHasSoManyConnections(Servers servers) throws Exception {
    Map<String, String> settings = Map.of("SLUICE_EDGE_CONNECTIONS_PER_ADDRESS", "3");
    try (TestNode node = TestNode.start(servers, settings)) {
      List<RawHttp> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        open.add(served(node));
      }
      try (RawHttp fourth = new RawHttp(node.url())) {
        assertThat(fourth.isClosed()).isTrue();
      }
      assertThat(sum(node, "connections_refused_total\\{limit=\"address\"[^}]*}")).isEqualTo(1);
      open.remove(0).close();
      until("there is room again", SOON, () -> isServed(node));
      for (RawHttp each : open) {
        each.close();
      }
    }
  }

  @Test
  void slowClientsAreClosed(Servers servers) throws Exception {
    Map<String, String> settings =
        Map.of(
            "SLUICE_EDGE_SLOW_HEAD", "400ms",
            "SLUICE_EDGE_SLOW_BODY_RATE", "1KB",
            "SLUICE_EDGE_SLOW_BODY_GRACE", "400ms",
            "SLUICE_EDGE_SLOW_RESPONSE", "600ms");
    try (TestNode node = TestNode.start(servers, settings)) {
      saysNothing(node);
      dripsAHead(node);
      isSlowAfterAGoodRequest(node);
      assertThat(slow(node, "head")).isEqualTo(3);
      dripsABody(node);
      assertThat(slow(node, "body")).isEqualTo(1);
      takesNoAnswer(node);
      assertThat(slow(node, "response")).isEqualTo(1);
      anIdleConnectionIsNotSlow(node);
    }
  }

  private static void saysNothing(TestNode node) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      assertThat(http.readOrEnd()).isEqualTo(-1);
    }
  }

  private static void dripsAHead(TestNode node) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write("GET /health/live HTTP/1.1\r\nHost: a\r\nX: ");
      until("it is refused", SOON, () -> http.dripUntilAnswered("a"));
      assertThat(http.read().status()).isEqualTo(408);
      assertThat(http.isClosed()).isTrue();
    }
  }

  private static void isSlowAfterAGoodRequest(TestNode node) throws Exception {
    try (RawHttp http = served(node)) {
      http.write("GET /health");
      assertThat(http.read().status()).isEqualTo(408);
    }
  }

  private static void dripsABody(TestNode node) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(
          "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              + "Content-Length: 10000\r\n\r\n{");
      until("it is refused", SOON, () -> http.dripUntilAnswered(" "));
      assertThat(http.readOrEnd()).isIn(-1, 400);
      assertThat(http.isClosed()).isTrue();
    }
  }

  private static void takesNoAnswer(TestNode node) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write("GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(500));
      until("it is counted", SOON, () -> slow(node, "response") == 1);
      until("it is closed", SOON, () -> http.refuses("\r\n"));
    }
  }

  private static void anIdleConnectionIsNotSlow(TestNode node) throws Exception {
    try (RawHttp http = served(node)) {
      double before = slow(node, "head");
      saysNothing(node); // longer than the limit
      assertThat(slow(node, "head")).isEqualTo(before + 1);
      http.write("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  private static RawHttp served(TestNode node) throws Exception {
    RawHttp http = new RawHttp(node.url());
    http.write("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(http.read().status()).isEqualTo(200);
    return http;
  }

  private static boolean isServed(TestNode node) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
      return http.readOrEnd() == 200;
    } catch (java.net.SocketException closed) {
      return false;
    }
  }

  private static double slow(TestNode node, String at) throws Exception {
    return sum(node, "connections_slow_total\\{at=\"%s\"[^}]*}".formatted(at));
  }

  private static double sum(TestNode node, String series) throws Exception {
    Matcher matcher =
        Pattern.compile(series + " ([0-9.E]+)")
            .matcher(node.get(node.managementUrl() + "/metrics").text());
    double total = 0;
    while (matcher.find()) {
      total += Double.parseDouble(matcher.group(1).toUpperCase(Locale.ROOT));
    }
    return total;
  }
}
