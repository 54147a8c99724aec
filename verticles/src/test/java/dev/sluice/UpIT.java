package dev.sluice;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.TestNode.Answer;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The front door: {@code ./sluice up} with the shipped jars, the walk of the README through it, and
 * the same after everything was killed at once.
 */
class UpIT {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Pattern REST = Pattern.compile("REST\\s+(http://\\S+)/api/v1");
  private static final Pattern DEMO =
      Pattern.compile("demo\\s+http\\S+/demo/\\s+in front of (http\\S+) and (http\\S+)");

  @TempDir Path folder;
  private final TestClient client = new TestClient();
  private Process up;

  /** A tree with the script and the jars and no sources, so that nothing is built or disturbed. */
  @BeforeEach
  void lay() throws Exception {
    assumeTrue(System.getProperty("sluice.root") != null, "the jars are there from 'package' on");
    Path root = Path.of(System.getProperty("sluice.root")).toRealPath();
    for (String part :
        List.of(
            "sluice",
            "conf",
            "verticles/target/sluice.jar",
            "devstack/target/sluice-devstack.jar")) {
      Path link = folder.resolve(part);
      Files.createDirectories(link.getParent());
      if (part.equals("sluice")) {
        Files.copy(root.resolve(part), link);
      } else {
        Files.createSymbolicLink(link, root.resolve(part));
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (up != null && up.isAlive()) {
      List<ProcessHandle> all = everything();
      up.destroy();
      if (!up.waitFor(60, TimeUnit.SECONDS)) {
        all.forEach(ProcessHandle::destroyForcibly);
      }
    }
  }

  @Test
  void theWalkHoldsBeforeAndAfterTheKillOfEverything() throws Exception {
    up();
    JsonNode credentials = credentials();
    String[] user = client.signIn();
    String order = walk(user);

    List<ProcessHandle> killed = everything();
    assertThat(killed.size()).as("the script, two JVMs, two servers").isGreaterThanOrEqualTo(5);
    killed.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : killed) {
      process.onExit().get(30, TimeUnit.SECONDS);
    }

    up();
    assertThat(credentials()).isEqualTo(credentials);
    assertThat(client.get(order, user).at("/status")).isEqualTo("confirmed");
    walk(user);
    String admin =
        client.post("/api/v1/auth/login", credentials.get("admin").toString()).at("/accessToken");
    Answer all = client.get("/api/v1/audit?resource=" + resource(order), TestClient.bearer(admin));
    assertThat(all.json().at("/items")).hasSize(2);
  }

  private String walk(String[] user) throws Exception {
    Answer created =
        client.post(
            "/api/v1/orders",
            "{\"items\":[{\"sku\":\"TEA-1\",\"quantity\":2,\"unitPrice\":{\"amount\":\"4.50\",\"currency\":\"EUR\"}}]}",
            user);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.at("/total/amount")).isEqualTo("9.00");
    String order = created.header("Location");
    assertThat(client.get(order, user).at("/status")).isEqualTo("created");
    assertThat(client.get("/api/v1/orders?limit=1", user).at("/items/0/id"))
        .isEqualTo(created.at("/id"));
    String to = order + "/transitions";
    assertThat(client.post(to, "{\"to\":\"confirmed\"}", user).at("/status"))
        .isEqualTo("confirmed");
    assertThat(client.post(to, "{\"to\":\"delivered\"}", user).status()).isEqualTo(409);
    until(
        "the audit shows both steps",
        Duration.ofSeconds(15),
        () ->
            client.get("/api/v1/audit?resource=" + resource(order), user).json().at("/items").size()
                == 2);
    return order;
  }

  private static String resource(String order) {
    return "order:" + order.substring(order.lastIndexOf('/') + 1);
  }

  private void up() throws Exception {
    Path out = folder.resolve("up-" + UUID.randomUUID() + ".out");
    ProcessBuilder builder = new ProcessBuilder("sh", "./sluice", "up").directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("SLUICE_"));
    environment.put("SLUICE_EDGE_PORT", "0");
    environment.put("SLUICE_MANAGEMENT_PORT", "0");
    // A test asks faster than a person walks.
    environment.put("SLUICE_LIMITS_TIERS_FREE_RATE", "10000");
    environment.put("SLUICE_LIMITS_TIERS_FREE_BURST", "10000");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    up = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    until(
        "up says that it is ready",
        START_LIMIT,
        () -> {
          if (!up.isAlive()) {
            throw new IllegalStateException("it ended:\n" + Files.readString(out));
          }
          return Files.readString(out).contains("Try:");
        });
    Matcher rest = REST.matcher(Files.readString(out));
    assertThat(rest.find()).isTrue();
    client.base(rest.group(1));
    Matcher demo = DEMO.matcher(Files.readString(out));
    assertThat(demo.find()).as("the demo service is shown").isTrue();
    for (int target = 1; target <= 2; target++) {
      try (InputStream echo = URI.create(demo.group(target) + "/echo").toURL().openStream()) {
        assertThat(new ObjectMapper().readTree(echo).path("target").asText())
            .isEqualTo("demo-" + target);
      }
    }
  }

  private JsonNode credentials() throws Exception {
    Path file = folder.resolve(".sluice/credentials.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    return new ObjectMapper().readTree(file.toFile());
  }

  /** The script and all below it; servers that left their parent are found by their folder. */
  private List<ProcessHandle> everything() throws Exception {
    List<ProcessHandle> all = new ArrayList<>(List.of(up.toHandle()));
    up.toHandle().descendants().forEach(all::add);
    String mark = folder.toRealPath().toString();
    try (Stream<ProcessHandle> others = ProcessHandle.allProcesses()) {
      others
          .filter(p -> p.info().commandLine().orElse("").contains(mark))
          .filter(p -> !all.contains(p) && p.pid() != ProcessHandle.current().pid())
          .forEach(all::add);
    }
    return all;
  }
}
