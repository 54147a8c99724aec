package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What one client can do to the others. */
@ExtendWith(Servers.Extension.class)
class EdgeGuardsIT {
  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TEA-1\",\"quantity\":1,\"unitPrice\":{\"amount\":\"4.50\",\"currency\":\"EUR\"}}]}";

  @Test
  void guessingKeysEndsBeforeTheAuthRoomIsAsked(Servers servers) throws Exception {
    try (TestNode node = TestNode.start(servers)) {
      String[] user = node.signIn();
      for (int i = 0; i < Addresses.MOST; i++) {
        Answer wrong = node.get("/api/v1/orders", "X-API-Key", "guess-" + UUID.randomUUID());
        assertThat(wrong.status()).isEqualTo(401);
      }
      long asked = asked(node);
      Answer refused = node.get("/api/v1/orders", "X-API-Key", "guess-" + UUID.randomUUID());
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).isEqualTo("10");
      assertThat(asked(node)).isEqualTo(asked);
      assertThat(node.get("/api/v1/orders", user).status()).isEqualTo(200);
    }
  }

  @Test
  void bodiesAreBoundOneByOneAndTogether(Servers servers) throws Exception {
    Map<String, String> settings = Map.of("SLUICE_EDGE_BODY_MEMORY", "100KB");
    try (TestNode node = TestNode.start(servers, settings)) {
      String[] user = node.signIn();
      String padding = " ".repeat(70 * 1024);
      Answer anyone = node.post("/api/v1/auth/login", "{" + padding + "}");
      assertThat(anyone.status()).isEqualTo(413);
      assertThat(node.post("/api/v1/orders", ORDER + padding, user).status()).isEqualTo(201);
      Answer tooMuch = node.post("/api/v1/orders", ORDER + padding + padding, user);
      assertThat(tooMuch.status()).isEqualTo(503);
      assertThat(tooMuch.header("Retry-After")).isEqualTo("1");
      // What was held has been let go.
      assertThat(node.post("/api/v1/orders", ORDER + padding, user).status()).isEqualTo(201);
    }
  }

  @Test
  void registeringAgainWithTheSameKeyAnswersTheSame(Servers servers) throws Exception {
    try (TestNode node = TestNode.start(servers)) {
      String account =
          "{\"email\":\"%s@example.com\",\"password\":\"correct horse battery\"}"
              .formatted(UUID.randomUUID());
      String key = UUID.randomUUID().toString();
      Answer first = node.post("/api/v1/auth/register", account, "Idempotency-Key", key);
      Answer again = node.post("/api/v1/auth/register", account, "Idempotency-Key", key);
      assertThat(first.status()).as(first.text()).isEqualTo(201);
      assertThat(again.status()).isEqualTo(201);
      assertThat(again.json()).isEqualTo(first.json());
      String other = account.replace("battery", "staples");
      assertThat(node.post("/api/v1/auth/register", other, "Idempotency-Key", key).status())
          .isEqualTo(422);
      assertThat(node.post("/api/v1/auth/register", account).status()).isEqualTo(409);
    }
  }

  @Test
  void connectionsAreBound(Servers servers) throws Exception {
    Map<String, String> settings = Map.of("SLUICE_EDGE_MAX_CONNECTIONS", "1");
    try (TestNode node = TestNode.start(servers, settings);
        Socket first = socket(node)) {
      // An answer shows that it is counted; until then the second could come before it.
      byte[] request =
          "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      first.getOutputStream().write(request);
      assertThat(first.getInputStream().read()).isEqualTo('H');
      try (Socket second = socket(node)) {
        second.setSoTimeout(10_000);
        assertThat(second.getInputStream().read()).isEqualTo(-1);
      }
      first.getOutputStream().write(request);
      assertThat(first.getInputStream().read()).isNotEqualTo(-1);
    }
  }

  private static Socket socket(TestNode node) throws Exception {
    URI url = URI.create(node.url());
    return new Socket(url.getHost(), url.getPort());
  }

  private static long asked(TestNode node) throws Exception {
    Pattern sent = Pattern.compile("vertx_eventbus_sent_total\\{[^}]*} ([0-9.E]+)");
    Matcher matcher = sent.matcher(node.get(node.managementUrl() + "/metrics").text());
    double total = 0;
    while (matcher.find()) {
      total += Double.parseDouble(matcher.group(1));
    }
    return Math.round(total);
  }
}
