package dev.sluice.edge;

import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.route.RoutesConfig;
import dev.sluice.edge.route.RoutesReader;
import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.config.FileWatch;
import dev.sluice.platform.config.Mistake;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes in force on this node: those of the file, and over them those of the admin API. When
 * one of the two changes all is read and checked again; what is wrong is refused whole, the log
 * says why, and the routes stay as they were. Exchanges keep to the routes they began with.
 */
final class LiveRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);
  private static final Duration LOOK = Duration.ofMillis(250);
  static final String FILE = "routes.yaml";

  /** What came of reading again. */
  enum Outcome {
    APPLIED,
    UNCHANGED,
    REFUSED
  }

  private final Path file;
  private final RoutesReader reader;
  private final Routing routing;
  private final MeterRegistry meters;
  private final FileWatch watched;
  private RoutesConfig ofFile = Routing.nothing();
  private String text = "";
  private String managed = "";
  private String refused; // of the admin API, because it did not go with the file; else null
  private volatile long version;
  private volatile RouteSnapshot current;

  /**
   * Reads the file, if there is one.
   *
   * @param file may be null or not be there
   * @throws ConfigException with every mistake in it
   */
  LiveRoutes(Vertx vertx, Path file, RoutesReader reader, Routing routing, MeterRegistry meters) {
    this.file = file;
    this.reader = reader;
    this.routing = routing;
    this.meters = meters;
    this.watched = file == null ? null : new FileWatch(vertx, LOOK, List.of(file), this::reload);
    String written = written();
    this.ofFile = reader.read(written, FILE);
    this.text = written;
    this.current = routing.make(ofFile);
    counter(Outcome.APPLIED);
    counter(Outcome.REFUSED);
  }

  RouteSnapshot current() {
    return current;
  }

  void open() {
    if (watched != null) {
      watched.open();
    }
  }

  void close() {
    if (watched != null) {
      watched.close();
    }
  }

  /** Reads the file again now; blocks meanwhile, so it is for a worker. */
  synchronized Outcome reload() {
    Outcome outcome = apply();
    if (outcome != Outcome.UNCHANGED) {
      counter(outcome).increment();
    }
    return outcome;
  }

  private Outcome apply() {
    String written = written();
    if (written.equals(text)) {
      return Outcome.UNCHANGED;
    }
    try {
      RoutesConfig next = reader.read(written, FILE);
      current = routing.make(withManaged(next));
      ofFile = next;
      text = written;
    } catch (ConfigException e) {
      LOG.error("the changed routes are refused, the old ones are kept: {}", oneLine(e));
      return Outcome.REFUSED;
    }
    tell();
    return Outcome.APPLIED;
  }

  /**
   * Lays the routes of the admin API over those of the file; blocks, so it is for a worker. What is
   * wrong together with this node's file is refused here and told, as every node is told the same.
   */
  synchronized Outcome manage(long newVersion, String document) {
    if (newVersion <= version) {
      return Outcome.UNCHANGED;
    }
    Outcome outcome = Outcome.APPLIED;
    try {
      current = routing.make(over(ofFile, document));
      managed = document;
      tell();
      refused = null;
    } catch (ConfigException e) {
      LOG.error(
          "version {} of the changed routes does not go with {}, and is refused: {}",
          newVersion,
          FILE,
          oneLine(e));
      refused = document; // another file may go with it
      outcome = Outcome.REFUSED;
    } catch (RuntimeException e) {
      LOG.error("version {} of the changed routes cannot be used", newVersion, e);
      outcome = Outcome.REFUSED;
    }
    version = newVersion;
    counter(outcome).increment();
    return outcome;
  }

  /**
   * Checks routes of the admin API together with those of the file; blocks.
   *
   * @throws ConfigException with every mistake
   */
  synchronized RoutesConfig check(String document) {
    RoutesConfig all = over(ofFile, document);
    routing.check(all);
    return all;
  }

  /** The version of the admin API's routes that this node has seen. */
  long version() {
    return version;
  }

  /** The file as it was read last, which may be empty. */
  synchronized String text() {
    return text;
  }

  private RoutesConfig withManaged(RoutesConfig next) {
    if (refused != null) {
      try {
        RoutesConfig all = over(next, refused);
        routing.check(all);
        managed = refused;
        refused = null;
        return all;
      } catch (ConfigException e) {
        LOG.warn("the changed routes do not go with this {} either", FILE);
      }
    }
    return over(next, managed);
  }

  private RoutesConfig over(RoutesConfig base, String document) {
    if (document.isEmpty()) {
      return base;
    }
    RoutesConfig all = reader.read(document, "the admin API's routes", base);
    all.routes().forEach((name, route) -> requireNoFolder(name, route, base.routes().get(name)));
    return all;
  }

  /** Whoever may change routes may not read any file of the node with them. */
  private static void requireNoFolder(String name, RouteConfig route, RouteConfig ofFile) {
    boolean same = ofFile != null && ofFile.folder().equals(route.folder());
    if (!route.folder().path().isEmpty() && !same) {
      throw new ConfigException(
          List.of(
              new Mistake(
                  "routes." + name + ".folder",
                  route.folder().path(),
                  "the admin API's routes",
                  "expected a folder in " + FILE + " only")));
    }
  }

  private void tell() {
    RoutesConfig config = current.config();
    LOG.info(
        "{} routes to {} upstreams are in force",
        config.routes().size(),
        config.upstreams().size());
  }

  private static String oneLine(ConfigException e) {
    return e.getMessage().replaceAll("\\s*\\n\\s*", " ");
  }

  private String written() {
    return read(file, text);
  }

  /**
   * What stands in the file.
   *
   * @param otherwise what to go on with when it cannot be read
   */
  static String read(Path file, String otherwise) {
    if (file == null) {
      return "";
    }
    try {
      return Files.readString(file);
    } catch (NoSuchFileException none) {
      return "";
    } catch (IOException e) {
      LOG.error("{} cannot be read: {}", file, e.toString());
      return otherwise;
    }
  }

  private Counter counter(Outcome outcome) {
    return Counter.builder("routes.reloads")
        .description("How often changed routes were read.")
        .tags("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }
}
