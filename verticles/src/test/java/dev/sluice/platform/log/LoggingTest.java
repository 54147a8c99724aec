package dev.sluice.platform.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.platform.config.Config;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.MDC;

final class LoggingTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Logging logging;

  @AfterEach
  void stop() {
    if (logging != null) {
      logging.stop();
    }
  }

  private Path file() {
    return folder.resolve("sluice.log");
  }

  private void start(String format, Map<String, String> env) {
    Map<String, String> all = new java.util.HashMap<>(env);
    all.put("SLUICE_LOG_FORMAT", format);
    all.put("SLUICE_LOG_FILE", file().toString());
    LogConfig config = Config.load(null, all, List.of(LogConfig.SECTION)).get(LogConfig.SECTION);
    logging = Logging.start(config, "node-1");
  }

  /** Ends logging, which flushes, and returns what was written. */
  private List<String> lines() throws IOException {
    logging.stop();
    logging = null;
    return Files.readAllLines(file());
  }

  private static Logger logger(String name) {
    return org.slf4j.LoggerFactory.getLogger(name);
  }

  @Test
  void theSectionDeclaresItsLimits() {
    assertThat(Config.undeclaredLimits(LogConfig.SECTION)).isEmpty();
    LogConfig defaults = Config.defaults(LogConfig.SECTION);
    assertThat(defaults.level()).isEqualTo(LogLevel.INFO);
    assertThat(defaults.format()).isEqualTo(LogFormat.AUTO);
    assertThat(defaults.file()).isEmpty();
    assertThat(defaults.queueSize()).isEqualTo(8192);
    assertThat(defaults.levels())
        .hasSize(7)
        .containsEntry("org.apache.kafka", LogLevel.WARN)
        .containsEntry("io.netty", LogLevel.WARN);
  }

  @Test
  void aJsonLineHasItsFields() throws IOException {
    start("json", Map.of());
    MDC.put("correlationId", "from-mdc");
    MDC.put("traceId", "t-1");
    MDC.put("other", "not shown");
    try {
      logger("dev.sluice.x")
          .atWarn()
          .addKeyValue("correlationId", "c-1")
          .addKeyValue("count", 3)
          .addKeyValue("message", "not the message")
          .setCause(new IllegalStateException("boom"))
          .log("a \"quoted\"\nmessage");
    } finally {
      MDC.clear();
    }
    List<String> lines = lines();
    assertThat(lines).hasSize(1);
    JsonNode line = JSON.readTree(lines.get(0));
    assertThat(line.fieldNames())
        .toIterable()
        .containsExactly(
            "@timestamp",
            "level",
            "logger",
            "thread",
            "message",
            "node",
            "correlationId",
            "traceId",
            "count",
            "_message",
            "stack_trace");
    assertThat(line.get("@timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("logger").asText()).isEqualTo("dev.sluice.x");
    assertThat(line.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(line.get("message").asText()).isEqualTo("a \"quoted\"\nmessage");
    assertThat(line.get("node").asText()).isEqualTo("node-1");
    assertThat(line.get("correlationId").asText()).isEqualTo("c-1");
    assertThat(line.get("traceId").asText()).isEqualTo("t-1");
    assertThat(line.get("count").isInt()).isTrue();
    assertThat(line.get("stack_trace").asText()).contains("IllegalStateException: boom", "at ");
  }

  @Test
  void aTextLineIsOneLineWhateverIsInIt() throws IOException {
    start("text", Map.of());
    logger("dev.sluice.order.Orders")
        .atInfo()
        .addKeyValue("id", "7\nx")
        .log("done\n12:00 ERROR forged");
    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Orders - done 12:00 ERROR forged id=\"7 x\"\\s*");
  }

  @Test
  void vertxAndJavaUtilLoggingEndUpInTheSameLines() throws IOException {
    start("json", Map.of("SLUICE_LOG_LEVELS", "noisy.one=error"));
    LoggerFactory.getLogger("io.vertx.some.Thing").warn("from Vert.x");
    java.util.logging.Logger jul = java.util.logging.Logger.getLogger("org.postgresql.Driver");
    jul.info("from java.util.logging");
    assertThat(jul.isLoggable(java.util.logging.Level.FINE)).isFalse();
    org.jboss.logging.Logger.getLogger("org.jboss.some.Thing").warn("from JBoss Logging");
    logger("org.apache.kafka.clients.X").info("too noisy");
    logger("noisy.one").warn("too noisy");
    assertThat(lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("\"message\":\"from Vert.x\""))
        .anyMatch(line -> line.contains("\"logger\":\"org.postgresql.Driver\""))
        .anyMatch(line -> line.contains("\"message\":\"from JBoss Logging\""));
  }

  @Test
  void aLevelCanBeChangedWhileItRuns() throws IOException {
    start("json", Map.of());
    Logger logger = logger("dev.sluice.level");
    logger.debug("before");
    logging.setLevel("dev.sluice.level", "debug");
    logger.debug("between");
    logging.setLevel("root", "off");
    logging.setLevel("dev.sluice.level", "error");
    logger.warn("after");
    assertThatThrownBy(() -> logging.setLevel("dev.sluice.level", "verbose"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level: expected one of trace, debug, info, warn, error, off");
    assertThatThrownBy(() -> logging.setLevel("a b", "info"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("logger: expected at most 200 letters");
    assertThat(lines()).singleElement().asString().contains("between");
  }

  @Test
  void whatFindsTheQueueFullIsDroppedAndCounted() throws IOException {
    start("json", Map.of("SLUICE_LOG_QUEUE_SIZE", "256"));
    int written = 200_000;
    Logger logger = logger("dev.sluice.flood");
    for (int i = 0; i < written; i++) {
      logger.info("line");
    }
    long dropped = logging.dropped();
    assertThat(dropped).isPositive();
    List<String> lines = lines();
    assertThat(lines.get(lines.size() - 1)).contains("\"dropped\":" + dropped);
    assertThat(lines).hasSize((int) (written - dropped) + 1);
  }

  @Test
  void theLineThatTellsOfThemFindsRoomInAFullQueue() {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<ILoggingEvent> written = new CopyOnWriteArrayList<>();
    AppenderBase<ILoggingEvent> stuck =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            busy.countDown();
            await(goOn);
            written.add(event);
          }
        };
    stuck.setContext(context);
    stuck.start();
    LogQueue queue = LogQueue.before(stuck, context, 64);
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(queue);
    root.info("line");
    await(busy); // what comes from here on stays in the queue
    for (int i = 0; i < 100; i++) {
      root.info("line");
    }
    assertThat(queue.dropped()).isPositive();
    assertThat(queue.dropped()).isPositive();
    context.getLogger(Logging.class).warn("lines were dropped");
    goOn.countDown();
    queue.stop();
    assertThat(written.get(written.size() - 1).getMessage()).isEqualTo("lines were dropped");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsRefused() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("file"), "");
    Map<String, String> env = Map.of("SLUICE_LOG_FILE", inTheWay.resolve("x.log").toString());
    LogConfig config = Config.load(null, env, List.of(LogConfig.SECTION)).get(LogConfig.SECTION);
    assertThatThrownBy(() -> Logging.start(config, "node-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("log.file " + config.file() + " cannot be written; name one that can, or none");
  }
}
