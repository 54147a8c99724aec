package dev.sluice.edge.guard;

import dev.sluice.platform.config.FileWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The countries of a node's file, read by a worker and again when the file changes. A file that has
 * become wrong changes nothing but the log and a counter. Thread-safe.
 */
public final class Countries {
  private static final Logger LOG = LoggerFactory.getLogger(Countries.class);
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Path file;
  private final Counter applied;
  private final Counter refused;
  private volatile CountryTable table;
  private FileWatch watch;

  /**
   * @param file as the configuration has it; empty for none
   */
  public Countries(Vertx vertx, String file, MeterRegistry meters) {
    this.vertx = vertx;
    this.file = file.isEmpty() ? null : Path.of(file);
    this.applied = counter(meters, "applied");
    this.refused = counter(meters, "refused");
  }

  private static Counter counter(MeterRegistry meters, String outcome) {
    return Counter.builder("countries.reloads")
        .description("How often a changed guard.country_file was read.")
        .tags("outcome", outcome)
        .register(meters);
  }

  /** Reads the file, if there is one; fails naming it, and what is wrong with it. */
  public Future<Void> open() {
    if (file == null) {
      return Future.succeededFuture();
    }
    watch = new FileWatch(vertx, LOOK, List.of(file), this::again);
    return vertx
        .executeBlocking(
            () -> {
              watch.seen();
              table = read();
              return null;
            })
        .onSuccess(read -> watch.open())
        .mapEmpty();
  }

  public void close() {
    if (watch != null) {
      watch.close();
    }
  }

  CountryTable table() {
    return table;
  }

  private void again() {
    try {
      table = read();
      applied.increment();
      LOG.info("guard.country_file was read again: {} lines", table.lines());
    } catch (IOException e) {
      refused.increment();
      LOG.error(
          "the changed guard.country_file is refused, the old one is kept: {}", e.getMessage());
    }
  }

  private CountryTable read() throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      return CountryTable.read(lines);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException("guard.country_file " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new IOException("guard.country_file " + file + ": " + e.getMessage(), e);
    }
  }
}
