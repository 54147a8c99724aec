package dev.sluice.load.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceNode;
import dev.sluice.devstack.Devstack;
import dev.sluice.devstack.demo.DemoServers;
import dev.sluice.platform.config.Config;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program behind {@code ./sluice load}, in a JVM of its own, against a whole node. */
class LoadIT {
  private static final int LIMIT_SECONDS = 60;
  private static final Set<String> ROOMS =
      Set.of("auth", "order", "audit", "routes", "cache", "edge");

  @TempDir static Path folder;
  private static Devstack servers;
  private static DemoServers demo;
  private static SluiceNode node;

  private record Ended(int code, String said) {}

  @BeforeAll
  static void start() throws Exception {
    servers = Devstack.start(folder.resolve("data"));
    demo = DemoServers.start("127.0.0.1", List.of(0));
    Path routes = folder.resolve("routes.yaml");
    Files.writeString(
        routes,
        """
        upstreams:
          demo: {targets: [{url: "%s"}]}
        routes:
          demo:
            match: {paths: [/demo/*]}
            upstream: demo
            rewrite: {strip_prefix: /demo}
            auth: [public, api_key, jwt]
        """
            .formatted(demo.urls().get(0)));
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.put("SLUICE_NODE_SECRET", "a secret of the tests of 32 characters");
    environment.put("SLUICE_EDGE_HOST", "127.0.0.1");
    environment.put("SLUICE_EDGE_PORT", "0");
    environment.put("SLUICE_EDGE_ACCESS_LOG", "false");
    environment.put("SLUICE_EDGE_ROUTES_FILE", routes.toString());
    environment.put("SLUICE_EDGE_TRUSTED_PROXIES", "127.0.0.0/8");
    environment.put("SLUICE_MANAGEMENT_PORT", "0");
    environment.put("SLUICE_KAFKA_PARTITIONS", "3");
    environment.put("SLUICE_AUTH_BCRYPT_COST", "4");
    environment.put("SLUICE_AUTH_BOOTSTRAP_FILE", credentials().toString());
    Config config = Config.load(null, environment, SluiceNode.SECTIONS);
    node =
        SluiceNode.start(config, "load", ROOMS, (logger, level) -> {})
            .toCompletionStage()
            .toCompletableFuture()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.stop().toCompletionStage().toCompletableFuture().join();
    }
    if (demo != null) {
      demo.close();
    }
    if (servers != null) {
      servers.close();
    }
  }

  @Test
  void theSmallestLoadEndsWithATableAndAReport() throws Exception {
    Ended ended = load("proxy", "--users", "5", "--duration", "3s", "--warm-up", "1s");
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said())
        .containsPattern("requests +ok +ko +p50 ms +p95 ms +p99 ms +max ms +req/s")
        .containsPattern("proxied echo +150 +150 +0 ")
        .doesNotContain("did not hold");
    String report = ended.said().replaceAll("(?s).*report: (\\S+).*", "$1");
    assertThat(Path.of(report)).isNotEmptyFile();
  }

  /** Keys that nobody has: every request is answered with 401. */
  @Test
  void whatDoesNotHoldIsSaidAndEndsWithOne() throws Exception {
    Path other = folder.resolve("other.json");
    Files.writeString(
        other, Files.readString(credentials()).replaceAll("slk_[^\"]*", "slk_of_nobody"));
    Ended ended =
        load(
            "proxy",
            "--users",
            "1",
            "--duration",
            "1s",
            "--warm-up",
            "0s",
            "--credentials",
            other.toString());
    assertThat(ended.code()).as(ended.said()).isEqualTo(1);
    assertThat(ended.said()).contains("did not hold: Global: percentage of failed events");
  }

  @Test
  void aNodeThatIsNotThereIsSaidAtOnce() throws Exception {
    Ended ended = load("proxy", "--against", "http://127.0.0.1:1");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.said()).contains("nothing answers at http://127.0.0.1:1");
  }

  private static Path credentials() {
    return folder.resolve("credentials.json");
  }

  private static Ended load(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED"); // as the script does
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LoadMain.class.getName());
    command.addAll(Stream.of(arguments).limit(1).toList());
    command.addAll(List.of("--against", node.restUrl(), "--credentials", credentials().toString()));
    command.addAll(List.of("--reports", folder.resolve("reports").toString()));
    command.addAll(Stream.of(arguments).skip(1).toList());
    Path said = Files.createTempFile(folder, "said", ".txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Ended(process.waitFor(), Files.readString(said, StandardCharsets.UTF_8));
  }
}
