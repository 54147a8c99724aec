package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.rules.Sources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a shell sees it: what it says, where, and with which status it ends. */
class MainTest {
  private static final Map<String, String> SECRET =
      Map.of("SLUICE_NODE_SECRET", "a secret of the tests of 32 characters");

  @TempDir private Path folder;

  private record Ended(int status, String out, String err) {}

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                NodeProcess.java(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.Main"));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("SLUICE_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  private static Map<String, String> with(String... keysAndValues) {
    Map<String, String> environment = new HashMap<>(SECRET);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      environment.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return environment;
  }

  @Test
  void helpAndVersionNeedNoConfiguration() throws Exception {
    assertThat(run(Map.of(), "--help")).isEqualTo(new Ended(0, CommandLine.HELP, ""));
    Ended version = run(Map.of(), "--version");
    assertThat(version.status()).isZero();
    assertThat(version.out()).startsWith("sluice ");
  }

  @Test
  void wrongUsageIsStatusTwo() throws Exception {
    assertThat(run(SECRET, "--port", "80"))
        .isEqualTo(new Ended(2, "", "sluice: unknown option: --port; see --help\n"));
    Ended nowhere = run(SECRET, "--conf", "nowhere");
    assertThat(nowhere.status()).isEqualTo(2);
    assertThat(nowhere.err())
        .isEqualTo(
            "sluice: the configuration is wrong\n--conf: there is no folder "
                + folder.toRealPath().resolve("nowhere")
                + "\n");
    assertThat(run(SECRET, "--roles", "orders").err())
        .contains("there is no room or role 'orders'; known are [all, audit,");
  }

  @Test
  void allMistakesAreListedAndNoSecretIsShown() throws Exception {
    Files.writeString(
        folder.resolve("sluice.yaml"),
        """
        edge:
          prot: 80
        bus:
          deadline: soon
        auth:
          pepper: [hunter2-in-a-list]
        """);
    Ended ended =
        run(
            Map.of(
                "SLUICE_NODE_SECRET", "hunter2-short",
                "SLUICE_AUTH_PEPPER", "hunter2".repeat(200),
                "SLUICE_NODE_SECERT", "hunter2-misspelt",
                "SLUICE_EDGE_PORT", "99999",
                "SLUICE_POSTGRES_URI", "postgresql://me:hunter2@/:x",
                "SLUICE_REDIS_URI", "hunter2://me:hunter2@nowhere"),
            "--conf",
            folder.toString());
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains(
            "edge.prot",
            "edge.port",
            "bus.deadline",
            "SLUICE_NODE_SECERT",
            "SLUICE_NODE_SECRET",
            "auth.pepper",
            "postgres.uri",
            "redis.uri")
        .doesNotContain("hunter2");
  }

  @Test
  void checkSaysWhatTheConfigurationComesTo() throws Exception {
    Ended ended = run(SECRET, "--conf", Sources.root().resolve("conf").toString(), "--check");
    assertThat(ended.status()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out())
        .contains("edge.port", "8080", "sluice.yaml line")
        .endsWith("edge]\nroutes 1\n")
        .doesNotContain(SECRET.get("SLUICE_NODE_SECRET"));
    assertThat(
            run(
                    SECRET,
                    "--conf",
                    Sources.root().resolve("conf").toString(),
                    "--roles",
                    "core",
                    "--check")
                .out())
        .contains("serves [auth, order")
        .doesNotContain("edge]");
  }

  @Test
  void checkReadsTheRoutesToo(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("routes.yaml"), "routes:\n  shop:\n    upstrem: x\n");
    Ended ended = run(SECRET, "--conf", folder.toString(), "--roles", "edge", "--check");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err())
        .contains("the routes are wrong", "routes.shop.upstrem (routes.yaml line 3)", "upstream");
  }

  @Test
  void aTakenPortIsNamedWithTheSettingThatMovesIt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Ended edge =
          run(
              with(
                  "SLUICE_EDGE_HOST", "127.0.0.1",
                  "SLUICE_EDGE_PORT", port,
                  "SLUICE_MANAGEMENT_HOST", "127.0.0.1",
                  "SLUICE_MANAGEMENT_PORT", "0"),
              "--roles",
              "edge");
      assertThat(edge.status()).isOne();
      assertThat(edge.err())
          .contains("could not start", "edge.port " + port + " is taken", "SLUICE_EDGE_PORT");
      Ended management =
          run(
              with("SLUICE_MANAGEMENT_HOST", "127.0.0.1", "SLUICE_MANAGEMENT_PORT", port),
              "--roles",
              "edge");
      assertThat(management.status()).isOne();
      assertThat(management.err()).contains("could not start", port, "SLUICE_MANAGEMENT_PORT");
      Ended cluster =
          run(
              with(
                  "SLUICE_CLUSTER_PORT",
                  port,
                  "SLUICE_CLUSTER_HOSTS",
                  "127.0.0.1:" + port,
                  "SLUICE_MANAGEMENT_PORT",
                  "0"),
              "--roles",
              "edge",
              "--cluster");
      assertThat(cluster.status()).isOne();
      assertThat(cluster.err()).contains("could not start", port, "SLUICE_CLUSTER_PORT");
    }
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws IOException, Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = free.getLocalPort();
    }
    Ended ended =
        run(
            with(
                "SLUICE_MANAGEMENT_PORT", "0",
                "SLUICE_POSTGRES_URI", "postgresql://me:hunter2@127.0.0.1:" + nobody + "/x",
                "SLUICE_POSTGRES_START_TIMEOUT", "1s",
                "SLUICE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + nobody,
                "SLUICE_KAFKA_START_TIMEOUT", "1s"),
            "--roles",
            "order");
    assertThat(ended.status()).isOne();
    assertThat(ended.err()).contains("could not start: ").containsAnyOf("postgres", "kafka");
    assertThat(ended.out() + ended.err()).doesNotContain("hunter2");
  }

  /** And not only when it has started, which without the other's servers it never does. */
  @Test
  void aNodeEndsWithTheProcessItFollowsWhileItStarts() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = free.getLocalPort();
    }
    Process leader = new ProcessBuilder("cat").start();
    leader.destroyForcibly().waitFor();
    Ended ended =
        run(
            with(
                "SLUICE_MANAGEMENT_PORT",
                "0",
                "SLUICE_POSTGRES_URI",
                "postgresql://me:hunter2@127.0.0.1:" + nobody + "/x",
                "SLUICE_POSTGRES_START_TIMEOUT",
                "50s",
                "SLUICE_NODE_EXIT_WITH",
                Long.toString(leader.pid())),
            "--roles",
            "order");
    assertThat(ended).isEqualTo(new Ended(0, "", ""));
  }
}
