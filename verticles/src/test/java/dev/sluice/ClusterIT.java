package dev.sluice;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.TestNode.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two JVMs, one cluster: A has the edge, B has the orders. */
@ExtendWith(Servers.Extension.class)
class ClusterIT {
  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TEA-1\",\"quantity\":1,\"unitPrice\":{\"amount\":\"4.50\",\"currency\":\"EUR\"}}]}";
  private static final Duration DEADLINE = Duration.ofSeconds(6);

  /** With nothing in flight; the bound of the whole, at which it would be cut short, is 30 s. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final TestClient client = new TestClient();
  private final int portA;
  private final int portB;
  private final int portC;
  private final Servers servers;
  private NodeProcess a;
  private NodeProcess b;

  ClusterIT(Servers servers) throws Exception {
    this.servers = servers;
    this.portA = NodeProcess.clusterPort();
    this.portB = NodeProcess.clusterPort();
    this.portC = NodeProcess.clusterPort();
  }

  @BeforeEach
  void start() throws Exception {
    a = NodeProcess.start(folder, "a", "edge,auth,audit", environment(portA)).awaitReady();
    b = NodeProcess.start(folder, "b", "order", environment(portB)).awaitReady();
    client.base(a.announced("rest"));
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  @Test
  void ordersGoToTheOtherNodeFailFastWithoutItAndComeBackWithIt() throws Exception {
    String[] user = client.signIn();
    Answer created = client.post("/api/v1/orders", ORDER, user);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    String order = "/api/v1/orders/" + created.at("/id");
    assertThat(client.get(order, user).at("/status")).isEqualTo("created");
    assertThat(client.get("/api/v1/orders/" + UUID.randomUUID(), user).status()).isEqualTo(404);

    b.kill();
    TreeSet<Integer> meanwhile = new TreeSet<>();
    until(
        "orders answer 503",
        Duration.ofSeconds(30),
        () -> {
          meanwhile.add(timed(() -> client.post("/api/v1/orders", ORDER, user)).status());
          Answer got = timed(() -> client.get(order, user));
          meanwhile.add(got.status());
          return got.status() == 503;
        });
    // 504 is the honest answer to what was under way to a node that died: it may have been done.
    assertThat(meanwhile).isSubsetOf(503, 504);
    Answer refused = timed(() -> client.post("/api/v1/orders", ORDER, user));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(client.get("/api/v1/auth/me", user).status()).isEqualTo(200);

    b = NodeProcess.start(folder, "b2", "order", environment(portB)).awaitReady();
    until(
        "orders are served again",
        Duration.ofSeconds(10),
        () -> client.get(order, user).status() == 200);
    assertThat(client.post(order + "/transitions", "{\"to\":\"confirmed\"}", user).status())
        .isEqualTo(200);
  }

  @Test
  void aSessionEndedOnOneNodeIsEndedOnAll() throws Exception {
    try (NodeProcess c =
        NodeProcess.start(folder, "c", "edge,auth", environment(portC)).awaitReady()) {
      TestClient other = new TestClient();
      other.base(c.announced("rest"));
      String[] user = client.signIn();
      assertThat(other.get("/api/v1/auth/me", user).status()).isEqualTo(200);
      assertThat(client.send("POST", "/api/v1/auth/logout", null, user).status()).isEqualTo(204);
      until(
          "the edge that asked was told",
          Duration.ofSeconds(2),
          () -> client.get("/api/v1/auth/me", user).status() == 401);
      // Less than the ten seconds after which an edge that was not told would ask.
      until(
          "the other edge was told",
          Duration.ofSeconds(5),
          () -> other.get("/api/v1/auth/me", user).status() == 401);
    }
  }

  @Test
  void aNodeThatIsToldToStopDrainsAndEndsWithStatus143() throws Exception {
    String[] user = client.signIn();
    assertThat(client.post("/api/v1/orders", ORDER, user).status()).isEqualTo(201);
    long begun = System.nanoTime();
    assertThat(b.stop()).isEqualTo(143);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DRAIN);
    assertThat(timed(() -> client.get("/api/v1/orders", user)).status()).isEqualTo(503);
  }

  private static Answer timed(java.util.concurrent.Callable<Answer> call) throws Exception {
    long begun = System.nanoTime();
    Answer answer = call.call();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DEADLINE);
    return answer;
  }

  private Map<String, String> environment(int port) {
    Map<String, String> settings = new HashMap<>();
    settings.put("SLUICE_CLUSTER_ENABLED", "true");
    settings.put("SLUICE_CLUSTER_NAME", "test-" + portA);
    settings.put("SLUICE_CLUSTER_PORT", Integer.toString(port));
    settings.put("SLUICE_CLUSTER_HOSTS", "127.0.0.1:" + portA + ",127.0.0.1:" + portB);
    return TestNode.environment(
        servers.postgres().uri(),
        servers.redis().uri(),
        servers.kafka().bootstrapServers(),
        settings);
  }
}
