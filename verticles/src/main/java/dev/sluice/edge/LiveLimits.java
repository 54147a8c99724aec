package dev.sluice.edge;

import dev.sluice.limiter.Limiters;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits in force on this node, and those that take their place when the file changes. It looks
 * at the file's time and size each second, which works on every file system and mount, unlike being
 * told. The whole configuration is read again, with the environment over it as at the start, and
 * must be right; of it only the limits are used. Otherwise nothing changes, and the log says what
 * is wrong.
 */
final class LiveLimits {
  private static final Logger LOG = LoggerFactory.getLogger(LiveLimits.class);
  private static final long LOOK_MILLIS = 1000;

  /** What came of reading again. */
  enum Outcome {
    APPLIED,
    UNCHANGED,
    REFUSED
  }

  /** What a file looked like from outside. */
  private record Stamp(long modified, long size) {}

  private record Current(LimitsConfig config, LimitRules rules) {}

  private final Vertx vertx;
  private final Config started;
  private final Limiters limiters;
  private final MeterRegistry meters;
  private volatile Current current;
  private Stamp seen;
  private volatile boolean closed;

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
    started.file().ifPresent(file -> lookLater(file));
  }

  void close() {
    closed = true;
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

  /** One look after the other: a slow disk is not asked twice at once. */
  private void lookLater(Path file) {
    if (!closed) {
      vertx.setTimer(
          LOOK_MILLIS,
          now -> {
            if (closed) {
              return; // the workers may have gone
            }
            Future<Void> looked = vertx.executeBlocking(() -> look(file));
            looked
                .onFailure(e -> LOG.error("the limits could not be read again", e))
                .onComplete(done -> lookLater(file));
          });
    }
  }

  private synchronized Void look(Path file) {
    Stamp stamp = stamp(file);
    // The first time it is read in any case: it may have changed since the start read it.
    if (!stamp.equals(seen)) {
      seen = stamp;
      reload();
    }
    return null;
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(found.lastModifiedTime().to(TimeUnit.NANOSECONDS), found.size());
    } catch (IOException e) {
      return new Stamp(0, -1); // away for a moment, or for good: reading it will tell
    }
  }

  private Counter counter(Outcome outcome) {
    return Counter.builder("limits.reloads")
        .description("How often changed limits were read.")
        .tags("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }
}
