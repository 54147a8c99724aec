package dev.sluice.platform.log;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.util.Map;

/** Section {@code log}: what is logged, how, and where to. */
public record LogConfig(
    @Setting(doc = "Level of every logger that has none of its own.", def = "info") LogLevel level,
    @Setting(
            doc = "Lines as JSON or as plain text; auto is text on a terminal and JSON elsewhere.",
            def = "auto")
        LogFormat format,
    @Setting(doc = "File to log to; empty logs to standard output.", max = 4096) String file,
    @Setting(
            doc = "Size at which the file is put aside for a new one.",
            def = "100MB",
            min = 1L << 20,
            max = 10L << 30,
            unit = Setting.BYTES)
        long maxFileSize,
    @Setting(doc = "How many files put aside are kept.", def = "5", min = 1, max = 20) int maxFiles,
    @Setting(
            doc = "Levels of single loggers.",
            def =
                """
                {org.apache.kafka: warn, org.infinispan: warn, org.jgroups: warn,
                org.flywaydb: warn, io.netty: warn,
                io.vertx.core.net.impl.VertxConnection: off,
                io.micrometer.core.instrument.MeterRegistry: error}""")
        Map<String, LogLevel> levels,
    @Setting(
            doc = "Lines that may wait to be written; more are dropped and counted.",
            def = "8192",
            min = 256,
            max = 1 << 20)
        int queueSize) {

  public static final Section<LogConfig> SECTION = new Section<>("log", LogConfig.class);
}
