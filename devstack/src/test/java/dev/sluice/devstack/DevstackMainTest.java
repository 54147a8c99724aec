package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as others run it: in a JVM of its own. */
class DevstackMainTest {

  private static final Duration DEATH = Duration.ofSeconds(15);

  @TempDir Path folder;

  @Test
  void nothingIsLeftWhenTheJvmIsKilledAndTheNextStartIsClean() throws Exception {
    try (ChildJvm devstack = ready(folder)) {
      assertThat(Files.readAllLines(folder.resolve("env")))
          .extracting(line -> line.substring(0, line.indexOf('=')))
          .containsExactly(
              "SLUICE_POSTGRES_URI",
              "SLUICE_REDIS_URI",
              "SLUICE_KAFKA_BOOTSTRAP_SERVERS",
              "SLUICE_DEVSTACK_DEMO_URLS");
      assertThat(demo(folder)).hasSize(2).doesNotHaveDuplicates();
      for (String url : demo(folder)) {
        try (var answer = URI.create(url + "/status/200").toURL().openStream()) {
          assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
              .contains("answers 200");
        }
      }
      List<ProcessHandle> family = devstack.family();
      assertThat(family)
          .extracting(one -> one.info().command().orElse(""))
          .anyMatch(it -> it.endsWith("/postgres"));
      assertThat(family)
          .extracting(one -> one.info().command().orElse(""))
          .anyMatch(it -> it.endsWith("redis-server"));
      KafkaBrokerTest.send(kafka(), "acknowledged");
      devstack.kill();
      assertThat(ServerProcess.gone(family, DEATH)).as("all children gone").isTrue();
    }
    try (ChildJvm next = ready(folder)) {
      assertThat(KafkaBrokerTest.received(kafka(), 1)).containsExactly("acknowledged");
      next.terminate();
      next.exitCode();
    }
  }

  @Test
  void pausedChildrenAreEndedToo() throws Exception {
    try (ChildJvm jvm =
        ChildJvm.start(
            folder.resolve("out"),
            PausedPostgresMain.class,
            folder.resolve("postgres").toString())) {
      jvm.await(() -> says(jvm, "paused"));
      List<ProcessHandle> family = jvm.family();
      assertThat(family).hasSizeGreaterThan(3);
      jvm.kill();
      assertThat(ServerProcess.gone(family, DEATH)).as("all children gone").isTrue();
    }
  }

  @Test
  void aSignalEndsItInOrder() throws Exception {
    try (ChildJvm devstack = ready(folder)) {
      List<ProcessHandle> family = devstack.family();
      devstack.terminate();
      assertThat(devstack.exitCode()).isEqualTo(143);
      assertThat(devstack.output()).contains("devstack stops");
      assertThat(ServerProcess.gone(family, DEATH)).isTrue();
      assertThat(folder.resolve("env")).doesNotExist();
      assertThat(folder.resolve("postgres").resolve("data").resolve("postmaster.pid"))
          .doesNotExist();
    }
  }

  @Test
  void itEndsWithTheProcessItFollows() throws Exception {
    Process leader = new ProcessBuilder("cat").start();
    try (ChildJvm devstack =
        ChildJvm.devstack(folder, "--exit-with", Long.toString(leader.pid()))) {
      devstack.await(() -> Files.exists(folder.resolve("env")));
      List<ProcessHandle> family = devstack.family();
      leader.destroyForcibly();
      assertThat(devstack.exitCode()).isZero();
      assertThat(ServerProcess.gone(family, DEATH)).isTrue();
    } finally {
      leader.destroyForcibly();
    }
  }

  @Test
  void aSecondOneOnTheFolderIsRefusedWithThePidOfTheFirst() throws Exception {
    try (DataLock first = DataLock.acquire(folder);
        ChildJvm second = ChildJvm.devstack(folder)) {
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.output())
          .contains("a devstack already runs on " + first.folder())
          .contains("pid " + ProcessHandle.current().pid());
    }
  }

  @Test
  void aPortThatWasSetAndIsTakenIsNamed() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ChildJvm devstack =
            ChildJvm.devstack(folder, "--redis-port", Integer.toString(other.getLocalPort()))) {
      List<ProcessHandle> family = devstack.family();
      assertThat(devstack.exitCode()).isEqualTo(1);
      assertThat(devstack.output())
          .contains("port " + other.getLocalPort() + " ")
          .contains("--redis-port")
          .doesNotContain("ready on");
      assertThat(ServerProcess.gone(family, DEATH)).isTrue();
    }
  }

  @Test
  void anUnknownOptionIsWrongUsage() throws Exception {
    try (ChildJvm devstack = ChildJvm.devstack(folder, "--colour", "red")) {
      assertThat(devstack.exitCode()).isEqualTo(2);
      assertThat(devstack.output()).contains("--colour").contains("usage:");
    }
  }

  @Test
  void worksAsAnOrdinaryUser() throws Exception {
    assumeTrue(
        Unprivileged.here() != Unprivileged.ALREADY, "not root: all the other tests show it");
    assumeTrue(succeeds("setpriv", "--version"), "no setpriv to become an ordinary user with");
    Path home = Files.createTempDirectory("devstack-nobody");
    try {
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      String classPath = readableClassPath(Files.createDirectory(home.resolve("lib")));
      Path data = Files.createDirectory(home.resolve("data"));
      Files.setAttribute(data, "unix:uid", 65_534);
      try (ChildJvm devstack =
          ChildJvm.start(
              home.resolve("out"),
              List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
              classPath,
              Map.of("SLUICE_DEVSTACK_CACHE", data.resolve("cache").toString()),
              DevstackMain.class,
              ChildJvm.devstackArguments(data).toArray(String[]::new))) {
        devstack.await(() -> Files.exists(data.resolve("env")));
        assertThat(Files.getAttribute(data.resolve("postgres").resolve("data"), "unix:uid"))
            .isEqualTo(65_534);
        List<ProcessHandle> family = devstack.family();
        devstack.kill();
        assertThat(ServerProcess.gone(family, DEATH)).isTrue();
      }
    } finally {
      Binaries.delete(home);
    }
  }

  private static ChildJvm ready(Path folder) throws Exception {
    // One of a killed run says nothing about this one.
    Files.deleteIfExists(folder.resolve("env"));
    ChildJvm devstack = ChildJvm.devstack(folder);
    devstack.await(() -> Files.exists(folder.resolve("env")));
    return devstack;
  }

  private String kafka() throws IOException {
    String line = Files.readAllLines(folder.resolve("env")).get(2);
    return line.substring(line.indexOf('=') + 1);
  }

  private static List<String> demo(Path folder) throws IOException {
    String line = Files.readAllLines(folder.resolve("env")).get(3);
    return List.of(line.substring(line.indexOf('=') + 1).split(","));
  }

  private static boolean says(ChildJvm jvm, String word) {
    try {
      return jvm.output().contains(word);
    } catch (IOException notYet) {
      return false;
    }
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  // What root builds is often below a folder that nobody else may enter.
  private static String readableClassPath(Path lib) throws IOException {
    StringBuilder entries = new StringBuilder();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.isEmpty()) {
        continue;
      }
      Path from = Path.of(entry);
      Path to = lib.resolve(from.getFileName());
      if (Files.isDirectory(from)) {
        try (var files = Files.walk(from)) {
          for (Path file : (Iterable<Path>) files::iterator) {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
          }
        }
      } else if (Files.exists(from)) {
        Files.copy(from, to);
      }
      entries.append(to).append(File.pathSeparator);
    }
    return entries.toString();
  }
}
