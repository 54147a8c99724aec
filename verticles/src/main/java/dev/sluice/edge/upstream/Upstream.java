package dev.sluice.edge.upstream;

import dev.sluice.platform.time.Time;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers that do the same, as one configuration has them. Shared by all event loops; what is asked
 * for a request takes no lock. A changed configuration makes another of these, which takes over how
 * the targets are; this one goes on working for requests that began with it.
 *
 * <p>There is a breaker for each address of a target and one for the whole. The whole one is for
 * failures that are spread so thinly that no single one opens: it needs four times as many
 * requests, is told only of failures of addresses whose own breaker is closed, and forgets what it
 * counted when one of those opens. Otherwise one dead target of two would close the way to the
 * other one.
 */
public final class Upstream {
  private static final Logger log = LoggerFactory.getLogger(Upstream.class);
  private static final int MOST_SUBSETS = 1000;
  private static final int TIMES_FOR_WHOLE = 4;

  private final String name;
  private final UpstreamConfig config;
  private final Time time;
  private final Pools pools;
  private final Breaker breaker;
  private final List<Target> targets = new ArrayList<>();
  private final List<Subset> subsets = new ArrayList<>();
  private final Subset everybody;
  private final AtomicBoolean ejecting = new AtomicBoolean();
  private int endpointsMade;
  private volatile Roster roster;

  /**
   * @param before the one of this name until now, or null
   */
  Upstream(
      String name,
      UpstreamConfig config,
      Time time,
      Pools pools,
      UpstreamMeters meters,
      Upstream before) {
    this.name = name;
    this.config = config;
    this.time = time;
    this.pools = pools;
    this.breaker = wholeBreaker(before);
    for (TargetConfig each : config.targets()) {
      Target target = new Target(each, meters.target(each.url()));
      Target known = before == null ? null : before.target(each.url());
      List<String> addresses =
          known == null ? List.of(target.at().host()) : List.copyOf(known.addresses());
      target.resolved(addresses, (owner, address) -> endpoint(owner, address, known));
      targets.add(target);
    }
    this.everybody = subset(Map.of());
  }

  public String name() {
    return name;
  }

  public UpstreamConfig config() {
    return config;
  }

  /** All targets, as a subset. */
  public Subset everybody() {
    return everybody;
  }

  /**
   * The targets with all of these labels; the same object for the same labels. To be asked for when
   * routes are set up, not for each request. That nobody has them is no mistake here: {@link #pick}
   * then says so.
   */
  public synchronized Subset subset(Map<String, String> labels) {
    for (Subset known : subsets) {
      if (known.labels().equals(labels)) {
        return known;
      }
    }
    if (subsets.size() >= MOST_SUBSETS) {
      throw new IllegalArgumentException(
          "upstream %s: at most %d different subsets, one more is %s"
              .formatted(name, MOST_SUBSETS, labels));
    }
    Subset subset = new Subset(subsets.size(), labels);
    subsets.add(subset);
    roster = new Roster(config.balance(), targets, subsets);
    return subset;
  }

  /**
   * Who is to be asked. An {@link Endpoint} has its place already and must be begun.
   *
   * @param subset of this upstream
   * @param hash with consistent_hash, {@link KeyHash#of} what belongs together; else anything
   * @param tried the {@link Endpoint#bit}s of those that failed this request already, or-ed; they
   *     are taken only when there is nobody else
   */
  public Pick pick(Subset subset, long hash, long tried) {
    long now = time.nanos();
    if (breaker != null && !breaker.tryAcquire(now)) {
      return Refusal.open(breaker.millisLeft(now));
    }
    if (!pools.bulkhead().enter(config.maxInFlight())) {
      giveBack();
      return Refusal.FULL;
    }
    Roster current = roster;
    Endpoint[] members = current.members(subset);
    for (int i = 0; i <= members.length; i++) {
      Endpoint chosen = current.choose(subset, hash, tried, now);
      if (chosen == null) {
        break;
      }
      // Another event loop may just have taken the last probe.
      if (chosen.breaker() == null || chosen.breaker().tryAcquire(now)) {
        chosen.vitals().inFlight.incrementAndGet();
        return chosen;
      }
    }
    pools.bulkhead().leave();
    giveBack();
    return members.length == 0 ? Refusal.NO_HEALTHY : Refusal.open(soonest(members, now));
  }

  /** Whether there is one that is well and not among those tried. */
  public boolean hasOther(Subset subset, long tried) {
    return roster.hasOther(subset, tried, time.nanos());
  }

  /** Requests under way, from all event loops of this node. */
  public int inFlight() {
    return pools.bulkhead().inFlight();
  }

  void succeeded(Endpoint endpoint, int permit, int whole) {
    endpoint.vitals().succeeded();
    if (breaker != null) {
      long now = time.nanos();
      endpoint.breaker().succeeded(permit, now);
      breaker.succeeded(whole, now);
    }
  }

  void failed(Endpoint endpoint, int permit, int whole) {
    long now = time.nanos();
    Vitals vitals = endpoint.vitals();
    ProbeConfig health = config.health();
    if (vitals.failed() >= health.ejectAfter() && health.ejectAfter() > 0) {
      eject(endpoint, now);
    }
    if (breaker != null) {
      endpoint.breaker().failed(permit, now);
      if (endpoint.breaker().state() == Breaker.State.CLOSED) {
        breaker.failed(whole, now);
      } else {
        breaker.cancelled(whole);
      }
    }
  }

  void cancelled(Endpoint endpoint, int permit, int whole) {
    if (breaker != null) {
      endpoint.breaker().cancelled(permit);
      breaker.cancelled(whole);
    }
  }

  void ended(Endpoint endpoint) {
    int left = endpoint.vitals().inFlight.decrementAndGet();
    assert left >= 0;
    pools.bulkhead().leave();
  }

  /** Null when breakers are off; then endpoints have none either. */
  Breaker breaker() {
    return breaker;
  }

  /** Open also when those of all addresses are. */
  Breaker.State breakerState() {
    if (breaker == null) {
      return Breaker.State.CLOSED;
    }
    Breaker.State best = Breaker.State.OPEN;
    for (Endpoint endpoint : roster.all()) {
      Breaker.State state = endpoint.breaker().state();
      best = state.compareTo(best) < 0 ? state : best;
    }
    Breaker.State whole = breaker.state();
    return whole.compareTo(best) > 0 ? whole : best;
  }

  Pools pools() {
    return pools;
  }

  List<Target> targets() {
    return targets;
  }

  Endpoint[] endpoints() {
    return roster.all();
  }

  /**
   * A name has these addresses now. Those that are gone get no new requests.
   *
   * @return whether that changed anything
   */
  synchronized boolean resolved(Target target, List<String> addresses) {
    List<String> sorted = new TreeSet<>(addresses).stream().limit(Target.MOST_ADDRESSES).toList();
    if (sorted.isEmpty() || target.addresses().equals(new TreeSet<>(sorted))) {
      return false;
    }
    target.resolved(sorted, (owner, address) -> endpoint(owner, address, null));
    roster = new Roster(config.balance(), targets, subsets);
    return true;
  }

  private synchronized Target target(String url) {
    return targets.stream().filter(target -> target.url().equals(url)).findFirst().orElse(null);
  }

  private Endpoint endpoint(Target target, SocketAddress address, Target known) {
    Vitals vitals = new Vitals();
    Breaker own = null;
    if (known != null) {
      for (Endpoint before : known.endpoints()) {
        if (before.address().host().equals(address.host())) {
          vitals = before.vitals();
          own =
              before.upstream().config.breaker().equals(config.breaker()) ? before.breaker() : null;
        }
      }
    }
    if (config.health().path().isEmpty()) {
      vitals.unprobed();
    }
    if (own == null && breaker != null) {
      Breaker whole = breaker;
      String where = target.url() + " (" + address.host() + ")";
      own =
          new Breaker(
              config.breaker(),
              1,
              (from, to) -> {
                log.warn("upstream {}: breaker of {} is {}, was {}", name, where, to, from);
                if (to == Breaker.State.OPEN) {
                  whole.forget();
                }
              });
    }
    return new Endpoint(this, target, address, endpointsMade++, vitals, own);
  }

  private Breaker wholeBreaker(Upstream before) {
    if (config.breaker().failures() == 0) {
      return null;
    }
    if (before != null && before.config.breaker().equals(config.breaker())) {
      return before.breaker;
    }
    return new Breaker(
        config.breaker(),
        TIMES_FOR_WHOLE,
        (from, to) -> log.warn("upstream {}: breaker is {}, was {}", name, to, from));
  }

  private void giveBack() {
    if (breaker != null) {
      breaker.cancelled(breaker.permit());
    }
  }

  private static long soonest(Endpoint[] members, long now) {
    long soonest = Long.MAX_VALUE;
    for (Endpoint member : members) {
      soonest = Math.min(soonest, member.breaker() == null ? 1 : member.breaker().millisLeft(now));
    }
    return soonest;
  }

  /** One at a time; who comes second fails again soon enough if it was meant. */
  private void eject(Endpoint endpoint, long now) {
    if (endpoint.vitals().ejected(now) || !ejecting.compareAndSet(false, true)) {
      return;
    }
    try {
      Endpoint[] all = roster.all();
      int out = 0;
      for (Endpoint one : all) {
        out += one.vitals().ejected(now) ? 1 : 0;
      }
      int percent = config.health().ejectAtMost();
      int most = percent == 0 || all.length < 2 ? 0 : Math.max(1, all.length * percent / 100);
      if (out < most && !endpoint.vitals().ejected(now)) {
        long nanos = endpoint.vitals().eject(now, config.health().ejectFor().toNanos());
        log.warn(
            "upstream {}: {} failed too often in a row, not used for {} s",
            name,
            endpoint.name(),
            nanos / 1_000_000_000);
      }
    } finally {
      ejecting.set(false);
    }
  }
}
