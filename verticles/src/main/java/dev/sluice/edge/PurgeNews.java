package dev.sluice.edge;

import dev.sluice.contract.Cache;
import dev.sluice.contract.Failure;
import dev.sluice.edge.cache.Forgotten;
import dev.sluice.edge.cache.Purge;
import dev.sluice.platform.bus.Bus;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other edges what requests on one event loop have changed. The first change is told at once;
 * what comes within {@value #QUIET_MILLIS} ms after it is told together, each thing once. So there
 * are ten messages a second from an event loop at most, and beyond them one for each {@link
 * Cache#MOST_AT_ONCE} changes or {@value #MOST_CHARACTERS} characters.
 */
final class PurgeNews implements Consumer<Forgotten> {
  private static final Logger LOG = LoggerFactory.getLogger(PurgeNews.class);

  static final long QUIET_MILLIS = 100;
  static final int MOST_CHARACTERS = 262_144;

  private final Vertx vertx;
  private final Bus bus;
  private final Set<Purge> waiting = new LinkedHashSet<>();
  private int characters;
  private boolean everywhere = true;
  private boolean quiet;

  PurgeNews(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  @Override
  public void accept(Forgotten forgotten) {
    for (Purge purge : forgotten.purges()) {
      everywhere &= forgotten.everywhere();
      if (waiting.add(purge)) {
        characters += purge.what().length();
      }
      if (waiting.size() >= Cache.MOST_AT_ONCE || characters >= MOST_CHARACTERS) {
        tell();
      }
    }
    if (!quiet && !waiting.isEmpty()) {
      tell();
      rest();
    }
  }

  private void rest() {
    quiet = true;
    vertx.setTimer(
        QUIET_MILLIS,
        over -> {
          quiet = false;
          if (!waiting.isEmpty()) {
            tell();
            rest();
          }
        });
  }

  private void tell() {
    List<Cache.Purge> what = new ArrayList<>(waiting.size());
    for (Purge purge : waiting) {
      try {
        what.add(written(purge));
      } catch (Failure nameless) {
        LOG.debug("not told to others: {}", nameless.detail()); // such as one without a host
      }
    }
    if (!what.isEmpty()) {
      bus.publish(new Cache.Forgotten(what, everywhere));
    }
    waiting.clear();
    characters = 0;
    everywhere = true;
  }

  private static Cache.Purge written(Purge purge) {
    return switch (purge.kind()) {
      case URI -> new Cache.Purge(purge.what(), null, null, null);
      case PREFIX -> new Cache.Purge(null, purge.what(), null, null);
      case TAG -> new Cache.Purge(null, null, purge.what(), null);
      case ALL -> new Cache.Purge(null, null, null, true);
    };
  }

  /**
   * @param purge one that says what
   */
  static Purge read(Cache.Purge purge) {
    if (purge.uri() != null) {
      return Purge.uri(purge.uri());
    }
    if (purge.prefix() != null) {
      return Purge.prefix(purge.prefix());
    }
    return purge.tag() != null ? Purge.tag(purge.tag()) : Purge.all();
  }
}
