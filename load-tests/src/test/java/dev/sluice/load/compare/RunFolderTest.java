package dev.sluice.load.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir Path parent;

  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.toList();
    }
  }

  @Test
  void itIsGoneWithTheComparison() throws Exception {
    try (RunFolder folder = RunFolder.make(parent)) {
      Files.writeString(Files.createDirectory(folder.path().resolve("nginx")).resolve("pid"), "1");
      assertThat(left()).containsExactly(folder.path());
    }
    assertThat(left()).isEmpty();
  }

  /** As a JVM of its own makes it: prints its folder, and waits to be killed. */
  static final class Killed {
    private Killed() {}

    @SuppressWarnings("MustBeClosedChecker")
    public static void main(String[] args) throws Exception {
      RunFolder folder = RunFolder.make(Path.of(args[0]));
      Path its = Files.createDirectory(folder.path().resolve("server"));
      Process server = new ProcessBuilder("sleep", "60").directory(its.toFile()).start();
      System.out.println(folder.path() + " " + server.pid());
      if (System.in.read() < 0) {
        return;
      }
    }
  }

  /** One that nobody collects has no command any more. */
  private static void untilGone(ProcessHandle process) throws Exception {
    for (int looks = 0; process.info().command().isPresent(); looks++) {
      assertThat(looks).as("looks, of 50 ms each").isLessThan(400);
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
          .get();
    }
  }

  @Test
  void whatAKilledOneLeftIsRemovedAndWhatRunsIsNot() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName(),
                parent.toString())
            .redirectError(new File("/dev/null"))
            .start();
    ProcessHandle server = null;
    try {
      String[] said = other.inputReader().readLine().split(" ", -1);
      Path its = Path.of(said[0]);
      server = ProcessHandle.of(Long.parseLong(said[1])).orElseThrow();
      try (RunFolder mine = RunFolder.make(parent)) {
        assertThat(left()).as("both run").containsExactlyInAnyOrder(its, mine.path());
        assertThat(server.isAlive()).isTrue();
      }
      assertThat(other.destroyForcibly().waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(left()).as("it was killed").containsExactly(its);
      try (RunFolder mine = RunFolder.make(parent)) {
        assertThat(left()).containsExactly(mine.path());
        untilGone(server);
      }
    } finally {
      other.destroyForcibly();
      if (server != null) {
        server.destroyForcibly();
      }
    }
  }

  @Test
  void oneOfThisProcessAndOneJustBeingMadeAreLeftAlone() throws Exception {
    Path fresh = Files.createDirectory(parent.resolve("sluice-compare1"));
    Path locking = Files.createDirectory(parent.resolve("sluice-compare2"));
    Path lock = Files.createFile(locking.resolve("lock"));
    Path other = Files.createDirectory(parent.resolve("sluice-other"));
    assertThat(lock).isEmptyFile();
    try (RunFolder one = RunFolder.make(parent);
        RunFolder two = RunFolder.make(parent)) {
      assertThat(left()).containsExactlyInAnyOrder(fresh, locking, other, one.path(), two.path());
    }
    assertThat(left()).containsExactlyInAnyOrder(fresh, locking, other);
  }
}
