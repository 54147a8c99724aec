package dev.sluice.load.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ListeningTest {

  @Test
  void whatDidNotHoldIsKept() {
    Listening listening = new Listening(new PrintStream(new ByteArrayOutputStream()), false);
    try (PrintStream out = new PrintStream(listening, true, StandardCharsets.UTF_8)) {
      out.println(
          "Global: percentage of failed events is less than or equal to 1.0 : true (actual : 0.0)");
      out.println(
          "echo: 95th percentile of response time is less than or equal to 50.0 : false (actual : 81.0)");
    }
    assertThat(listening.broken())
        .containsExactly(
            "echo: 95th percentile of response time is less than or equal to 50.0; it is 81.0");
  }
}
