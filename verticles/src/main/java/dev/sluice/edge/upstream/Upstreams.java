package dev.sluice.edge.upstream;

import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All upstreams of a node. Make one, {@link #open} it, and {@link #swap} in what the configuration
 * says, as often as it changes. Thread-safe.
 */
public final class Upstreams {
  private static final long TICK_MILLIS = 250;

  /** Requests that found their route before a swap may come to an upstream for a moment yet. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Time time;
  private final MeterRegistry registry;
  private final int loops;
  private final Duration drain;
  private final Caretaker caretaker;
  private final Map<String, UpstreamMeters> meters = new HashMap<>();
  private final List<Pools> retired = new ArrayList<>();
  private volatile Map<String, Upstream> current = Map.of();
  private Context context;
  private long timer = -1;

  /**
   * @param loops how many event loops will ask for a {@link #client}
   * @param drain how long requests and tunnels under way to an upstream that was removed, or whose
   *     connections must be others now, have to end before they are cut
   */
  public Upstreams(Vertx vertx, Time time, MeterRegistry registry, int loops, Duration drain) {
    this(vertx, time, registry, loops, drain, HostNames.of(vertx), new SplittableRandom());
  }

  Upstreams(
      Vertx vertx,
      Time time,
      MeterRegistry registry,
      int loops,
      Duration drain,
      HostNames names,
      RandomGenerator random) {
    this.vertx = vertx;
    this.time = time;
    this.registry = registry;
    this.loops = loops;
    this.drain = drain;
    this.caretaker = new Caretaker(names, new UpstreamClient(vertx, loops), random);
  }

  /** Begins to look after them: probes, names, connections that are to be closed. */
  public synchronized void open() {
    context = ((VertxInternal) vertx).createEventLoopContext();
    context.runOnContext(
        now -> {
          synchronized (this) {
            timer = vertx.setPeriodic(0, TICK_MILLIS, id -> tick());
          }
        });
  }

  /** Stops looking after them and cuts all connections. */
  public synchronized void close() {
    if (timer >= 0) {
      boolean cancelled = vertx.cancelTimer(timer);
      timer = cancelled ? -1 : timer;
    }
    current.values().forEach(upstream -> upstream.pools().shut());
    retired.forEach(Pools::shut);
    retired.clear();
    meters.values().forEach(UpstreamMeters::remove);
    meters.clear();
    current = Map.of();
  }

  /**
   * The connections of one event loop; to be made once on each.
   *
   * @param loop from 0, below the number of loops
   */
  public UpstreamClient client(int loop) {
    if (loop < 0 || loop >= loops) {
      throw new IllegalArgumentException("event loop %d of %d".formatted(loop, loops));
    }
    return new UpstreamClient(vertx, loop);
  }

  /**
   * From now on these are the upstreams. One that is not changed stays the same object. A changed
   * one is another object that takes over how those of its targets are that were there before (by
   * url), and the connections, unless connections themselves are configured otherwise. Objects that
   * are no longer here go on working for those who have them; their connections are closed when
   * nothing is under way on them, at the latest after the drain time.
   *
   * @return the upstreams, by name
   */
  public synchronized Map<String, Upstream> swap(Map<String, UpstreamConfig> configs) {
    long now = time.nanos();
    Map<String, Upstream> next = new HashMap<>();
    configs.forEach((name, config) -> next.put(name, upstream(name, config, now)));
    current.forEach(
        (name, upstream) -> {
          if (!next.containsKey(name)) {
            retire(upstream.pools(), now);
            meters.remove(name).remove();
          }
        });
    current = Map.copyOf(next);
    return current;
  }

  /** The upstream of this name as it is configured now, or null. */
  public Upstream get(String name) {
    return current.get(name);
  }

  /** Does what is due; also called by the timer of {@link #open}. */
  void tick() {
    long now = time.nanos();
    for (Upstream upstream : current.values()) {
      caretaker.tick(upstream, now);
    }
    synchronized (this) {
      retired.removeIf(pools -> pools.sweep(now, GRACE, drain));
    }
  }

  private Upstream upstream(String name, UpstreamConfig config, long now) {
    Upstream before = current.get(name);
    if (before != null && before.config().equals(config)) {
      return before;
    }
    Pools.Terms terms = Pools.Terms.of(config);
    boolean kept = before != null && before.pools().terms().equals(terms);
    Pools pools = kept ? before.pools() : new Pools(terms, loops);
    if (before != null && !kept) {
      retire(before.pools(), now);
    }
    UpstreamMeters figures =
        meters.computeIfAbsent(name, key -> new UpstreamMeters(registry, time, key));
    Upstream upstream = new Upstream(name, config, time, pools, figures, before);
    figures.watch(upstream);
    return upstream;
  }

  private void retire(Pools pools, long now) {
    pools.retire(now);
    retired.add(pools);
  }
}
