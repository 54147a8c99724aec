package dev.sluice.edge;

import dev.sluice.limiter.Limiters;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.FileWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits in force on this node, and those that take their place when the file changes. The
 * whole configuration is read again, with the environment over it as at the start, and must be
 * right; of it only the limits are used. Otherwise nothing changes, and the log says what is wrong.
 */
final class LiveLimits {
  private static final Logger LOG = LoggerFactory.getLogger(LiveLimits.class);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** What came of reading again. */
  enum Outcome {
    APPLIED,
    UNCHANGED,
    REFUSED
  }

  private record Current(LimitsConfig config, LimitRules rules) {}

  private final Vertx vertx;
  private final Config started;
  private final Limiters limiters;
  private final MeterRegistry meters;
  private volatile Current current;
  private FileWatch watched;

  LiveLimits(Vertx vertx, Config started, Limiters limiters, MeterRegistry meters) {
    this.vertx = vertx;
    this.started = started;
    this.limiters = limiters;
    this.meters = meters;
    LimitsConfig config = started.get(EdgeVerticle.LIMITS);
    this.current = new Current(config, new LimitRules(config, limiters, meters));
    counter(Outcome.APPLIED);
    counter(Outcome.REFUSED);
  }

  LimitRules rules() {
    return current.rules;
  }

  /** Begins to look at the file, if there is one. */
  void open() {
    started
        .file()
        .ifPresent(
            file -> {
              watched = new FileWatch(vertx, LOOK, List.of(file), this::reload);
              watched.open();
            });
  }

  void close() {
    if (watched != null) {
      watched.close();
    }
  }

  /** Reads the configuration again now; blocks meanwhile, so it is for a worker. */
  synchronized Outcome reload() {
    Outcome outcome = apply();
    if (outcome != Outcome.UNCHANGED) {
      counter(outcome).increment();
    }
    return outcome;
  }

  private Outcome apply() {
    LimitsConfig config;
    try {
      config = started.again().get(EdgeVerticle.LIMITS);
    } catch (ConfigException e) {
      LOG.error(
          "the changed configuration is refused, the old limits are kept: {}",
          e.getMessage().replaceAll("\\s*\\n\\s*", " "));
      return Outcome.REFUSED;
    }
    if (config.equals(current.config)) {
      return Outcome.UNCHANGED;
    }
    current = new Current(config, new LimitRules(config, limiters, meters));
    LOG.info("the limits were read again, and are in force");
    return Outcome.APPLIED;
  }

  private Counter counter(Outcome outcome) {
    return Counter.builder("limits.reloads")
        .description("How often changed limits were read.")
        .tags("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }
}
