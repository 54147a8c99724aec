package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** When the process a node follows is gone. */
class LeaderTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void oneThatRunsIsNotGoneAndOneThatEndedIs() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    AtomicInteger told = new AtomicInteger();
    Leader leader = new Leader(process.pid());
    assertThat(leader.isGone()).isFalse();
    leader.whenGone(told::incrementAndGet);
    assertThat(told.get()).isZero();
    process.destroyForcibly().waitFor();
    Waiting.until("it is told", SOON, () -> told.get() == 1);
    assertThat(leader.isGone()).isTrue();
    new Leader(process.pid()).whenGone(told::incrementAndGet);
    assertThat(told.get()).as("at once").isEqualTo(2);
  }

  /** Its parent has become a program that collects no children. */
  @Test
  void oneThatWasKilledAndNotCollectedIsGone() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "there is /proc");
    Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec tail -f -").start();
    try {
      byte[] line = new byte[20];
      int length = parent.getInputStream().read(line);
      long child = Long.parseLong(new String(line, 0, length, StandardCharsets.UTF_8).trim());
      ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
      Leader leader = new Leader(child);
      assertThat(leader.isGone()).isFalse();
      handle.destroyForcibly();
      Waiting.until("it is seen to be gone", SOON, leader::isGone);
      assertThat(handle.isAlive()).as("though the JVM does not see it").isTrue();
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }
}
