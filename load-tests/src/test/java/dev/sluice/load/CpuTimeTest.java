package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
  private static final String COUNT = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";

  /** The shell says a line when the child is gone, and stays until its input ends. */
  @Test
  void aFamilyIncludesChildrenThatHaveEnded() throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", "sh -c '" + COUNT + "'; echo; read end").start();
    try (BufferedReader said = shell.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEmpty();
      assertThat(CpuTime.microsOfFamily(shell.pid()))
          .isGreaterThan(20_000)
          .isGreaterThan(2 * CpuTime.micros(shell.pid()));
    } finally {
      shell.destroyForcibly();
    }
  }

  @Test
  void aFamilyIncludesChildrenThatLive() throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", "sh -c '" + COUNT + "; echo; read end'; true").start();
    try (BufferedReader said = shell.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEmpty();
      assertThat(CpuTime.microsOfFamily(shell.pid()))
          .isGreaterThan(20_000)
          .isGreaterThan(2 * CpuTime.micros(shell.pid()));
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }
}
