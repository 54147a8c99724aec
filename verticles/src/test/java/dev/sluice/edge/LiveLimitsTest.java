package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import dev.sluice.platform.config.Config;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that change while they are in force. */
class LiveLimitsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private LiveLimits limits;

  @BeforeEach
  void begin() throws IOException {
    write("limits: {tiers: {free: {rate: 3}}}");
    Config config =
        Config.load(
            folder,
            Map.of("SLUICE_LIMITS_TIERS_PRO_RATE", "70"),
            List.of(EdgeVerticle.LIMITS, EdgeVerticle.EDGE));
    limits = new LiveLimits(vertx, config, new MemoryLimiters(), meters);
  }

  @AfterEach
  void close() throws Exception {
    limits.close();
    Waiting.await(vertx.close());
  }

  private void write(String yaml) throws IOException {
    Files.writeString(folder.resolve("sluice.yaml"), yaml);
  }

  /** The policies of somebody without credentials. */
  private String free() {
    return limits.rules().of(Client.ANONYMOUS, Endpoints.OTHER).policies.toString();
  }

  private double counted(String outcome) {
    return meters.get("limits.reloads").tags("outcome", outcome).counter().count();
  }

  @Test
  void whatIsRightComesIntoForce() throws Exception {
    assertThat(free()).isEqualTo("\"free\";q=3;w=1;sluice-burst=20");
    write("limits: {tiers: {free: {rate: 4}, pro: {rate: 5}}}");
    assertThat(limits.reload()).isEqualTo(LiveLimits.Outcome.APPLIED);
    assertThat(free()).isEqualTo("\"free\";q=4;w=1;sluice-burst=20");
    assertThat(counted("applied")).isEqualTo(1);
    // The environment is still over the file: what changed there changes nothing.
    write("limits: {tiers: {free: {rate: 4}, pro: {rate: 6}}}");
    assertThat(limits.reload()).isEqualTo(LiveLimits.Outcome.UNCHANGED);
    assertThat(counted("applied")).isEqualTo(1);
  }

  @Test
  void whatIsWrongIsRefusedWhole() throws Exception {
    for (String wrong :
        List.of(
            "limits: {tiers: {free: {rate: 4}, pro: {burst: -1}}}",
            "limits: {tiers: {free: {rate: 4}}, routes: {free: {operations: [auth.me]}}}",
            "limits: {tiers: {free: {rate: 4}}}\nedge: {port: no}",
            "limits: {tiers: {free: {rate: 4}",
            "nothing")) {
      write(wrong);
      assertThat(limits.reload()).as(wrong).isEqualTo(LiveLimits.Outcome.REFUSED);
      assertThat(free()).isEqualTo("\"free\";q=3;w=1;sluice-burst=20");
    }
    Files.delete(folder.resolve("sluice.yaml"));
    assertThat(limits.reload()).isEqualTo(LiveLimits.Outcome.REFUSED);
    assertThat(counted("refused")).isEqualTo(6);
    write("limits: {tiers: {free: {rate: 4}}}");
    assertThat(limits.reload()).isEqualTo(LiveLimits.Outcome.APPLIED);
  }

  @Test
  void aFileThatChangesIsReadByItself() throws Exception {
    write("limits: {tiers: {free: {rate: 4}}}"); // after it was read, before it is looked at
    limits.open();
    Waiting.until("the first look", SOON, () -> free().startsWith("\"free\";q=4;"));
    write("limits: {tiers: {free: {rate: wrong}}}");
    Waiting.until("a bad one", SOON, () -> counted("refused") == 1);
    write("limits: {tiers: {free: {rate: 12}}}");
    Waiting.until("a good one", SOON, () -> free().startsWith("\"free\";q=12;"));
    assertThat(counted("refused")).as("a bad file is told once").isEqualTo(1);
  }
}
