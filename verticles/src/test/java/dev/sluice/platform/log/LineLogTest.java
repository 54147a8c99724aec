package dev.sluice.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.platform.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LineLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MILLIS = Instant.parse("2026-11-21T23:59:59.007Z").toEpochMilli();

  @TempDir Path folder;
  private Logging logging;
  private LineLog log;

  @AfterEach
  void stop() {
    if (logging != null) {
      logging.stop();
    }
  }

  private void start(String format, Map<String, String> env) {
    Map<String, String> all = new HashMap<>(env);
    all.put("SLUICE_LOG_FORMAT", format);
    all.put("SLUICE_LOG_FILE", folder.resolve("log").toString());
    LogConfig config = Config.load(null, all, List.of(LogConfig.SECTION)).get(LogConfig.SECTION);
    logging = Logging.start(config, "node-1");
    log = new LineLog("dev.sluice.lines", "seen", List.of("who", "where"), List.of("bytes"));
  }

  private List<String> lines() throws IOException {
    logging.stop();
    logging = null;
    return Files.readAllLines(folder.resolve("log"));
  }

  private boolean write(long millis, String who, String where, long bytes) {
    Lines line = log.begin(millis);
    if (line != null) {
      line.text(who).text(where).number(bytes);
    }
    return line != null;
  }

  @Test
  void linesAreJsonInTheOrderTheyWereWritten() throws IOException {
    start("json", Map.of());
    for (int i = 0; i < 1000; i++) {
      assertThat(write(MILLIS + i, "a\"b\n" + i, null, i)).isTrue();
    }
    assertThat(log.isWaiting()).isTrue();
    log.flush();
    assertThat(log.isWaiting()).isFalse();
    LoggerFactory.getLogger("dev.sluice.other").info("after");
    List<String> lines = lines();
    assertThat(lines).hasSize(1001);
    for (int i = 0; i < 1000; i++) {
      JsonNode line = JSON.readTree(lines.get(i));
      assertThat(line.size()).isEqualTo(8);
      assertThat(Instant.parse(line.path("@timestamp").asText()).toEpochMilli())
          .isEqualTo(MILLIS + i);
      assertThat(line.path("level").asText()).isEqualTo("INFO");
      assertThat(line.path("logger").asText()).isEqualTo("dev.sluice.lines");
      assertThat(line.path("message").asText()).isEqualTo("seen");
      assertThat(line.path("node").asText()).isEqualTo("node-1");
      assertThat(line.path("who").asText()).isEqualTo("a\"b\n" + i);
      assertThat(line.path("where").isNull()).isTrue();
      assertThat(line.path("bytes").asInt()).isEqualTo(i);
    }
    assertThat(JSON.readTree(lines.get(1000)).path("message").asText()).isEqualTo("after");
  }

  @Test
  void asTextNobodyCanWriteALineOfTheirOwn() throws IOException {
    start("text", Map.of());
    write(MILLIS, "a\nb\u007f", "/x", 7);
    log.flush();
    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            "\\d\\d:\\d\\d:59\\.007 INFO {2}lines - seen who=\"a b \" where=\"/x\" bytes=\"7\"");
  }

  @Test
  void whatFindsNoRoomIsDroppedAndCounted() throws IOException {
    start("json", Map.of());
    long written = 0;
    for (int i = 0; i < 500_000; i++) {
      written += write(MILLIS, "who", "where", i) ? 1 : 0;
    }
    log.flush();
    while (!write(MILLIS, "who", "the last", 0)) {
      Thread.onSpinWait(); // a batch takes how many were lost along
    }
    written++;
    log.flush();
    long dropped = logging.dropped();
    assertThat(dropped).isPositive();
    List<String> lines = lines();
    assertThat(lines.get(lines.size() - 1)).contains("\"dropped\":" + dropped);
    assertThat(lines).hasSize((int) written + 1);
  }

  @Test
  void itGoesOnAfterLoggingHadEnded() throws IOException {
    start("json", Map.of());
    LineLog before = log;
    logging.stop();
    for (int i = 0; i < 10_000; i++) {
      write(MILLIS, "who", "where", i);
    }
    start("json", Map.of());
    log = before;
    log.flush();
    assertThat(write(MILLIS, "who", "where", 7)).isTrue();
    log.flush();
    assertThat(logging.dropped()).isGreaterThan(9_000);
    assertThat(lines()).anyMatch(line -> line.contains("\"bytes\":7"));
  }

  @Test
  void whatNobodyReadsIsNotWritten() {
    start("json", Map.of());
    assertThat(log.isEnabled()).isTrue();
    logging.setLevel("dev.sluice.lines", "warn");
    assertThat(log.isEnabled()).isFalse();
    logging.setLevel("dev.sluice.lines", "info");
  }
}
