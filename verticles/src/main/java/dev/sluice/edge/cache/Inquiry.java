package dev.sluice.edge.cache;

import dev.sluice.edge.cache.CacheMeters.Result;
import dev.sluice.edge.cache.Flights.Flight;
import dev.sluice.edge.cache.Flights.Outcome;
import dev.sluice.edge.http.ByteRange;
import dev.sluice.edge.http.Conditions;
import dev.sluice.edge.http.Fields;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.TimeUnit;

/**
 * One request's way through the cache: memory; then one of those that want the same asks the second
 * level and, if need be, the upstream, while the others wait for it. Who waited in vain goes on
 * alone; only when the one they waited for went away does another one take its place.
 */
final class Inquiry {
  /** How long one who fetches anew behind an answer is thought to be still at it. */
  private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final HttpCache cache;
  private final SharedCache shared;
  private final CacheRequest request;
  private final Demands demands;
  private final String key;
  private final boolean head;

  /** The key of what would answer, by the rule that was found last. */
  private String under;

  private String forwarded = CacheStatus.URI_MISS;
  private boolean collapsed;
  private long waitUntil;

  Inquiry(HttpCache cache, CacheRequest request, Demands demands, String key) {
    this.cache = cache;
    this.shared = cache.loop().shared();
    this.request = request;
    this.demands = demands;
    this.key = key;
    this.head = HttpMethod.HEAD.equals(request.method());
  }

  Future<Lookup> begin() {
    StoredResponse stored = find();
    Lookup answered = answered(stored);
    return answered != null ? Future.succeededFuture(answered) : forward(stored);
  }

  /** What is in memory for this request, fresh or not. */
  private StoredResponse find() {
    Kept found = cache.store().get(key);
    under = key;
    if (found instanceof Kept.VaryRule rule) {
      under = CacheKey.under(key, rule.names(), request.headers());
      found = under == null ? null : cache.store().get(under);
      forwarded = CacheStatus.VARY_MISS;
    }
    return found instanceof StoredResponse response ? response : null;
  }

  /** What the stored response makes of the request; null if the upstream is to be asked. */
  private Lookup answered(StoredResponse stored) {
    if (stored == null) {
      return null;
    }
    long now = shared.now();
    Reuse reuse = Reuse.of(stored, demands, now);
    if (reuse == Reuse.VALIDATE) {
      forwarded = stored.remaining(now) > 0 ? CacheStatus.REQUEST : CacheStatus.STALE;
      return null;
    }
    if (severalRanges()) {
      return bypass(CacheStatus.PARTIAL);
    }
    long remaining = stored.remaining(now);
    String said = collapsed ? CacheStatus.collapsed(forwarded) : CacheStatus.hit(remaining);
    Answer answer = Answer.to(request, stored, now, said);
    cache.meters().count(remaining > 0 ? Result.HIT : Result.STALE);
    Flight flight =
        reuse == Reuse.BEHIND && !head ? shared.flights().lead(under, BEHIND_NANOS) : null;
    return flight == null
        ? new Lookup.Hit(answer)
        : new Lookup.Stale(answer, ticket(stored, flight, true));
  }

  private boolean severalRanges() {
    String range = head ? null : request.headers().get(Fields.RANGE);
    return range != null && ByteRange.isSeveral(range);
  }

  private Future<Lookup> forward(StoredResponse stored) {
    if (demands.onlyIfCached()) {
      return askSecond(stored).map(better -> orRefuse(better));
    }
    MultiMap headers = request.headers();
    if (under == null || headers.contains(Fields.RANGE) || (head && stored == null)) {
      return Future.succeededFuture(bypass(forwarded));
    }
    boolean pointless =
        !demands.patient() || (stored != null && stored.validateAlways()) || shared.passes(under);
    if (pointless) {
      return Future.succeededFuture(alone(stored));
    }
    Flight other = patience() == 0 ? null : shared.flights().other(under, patience());
    if (other != null) {
      return follow(other);
    }
    // Its answer may be a 304 for this client only, or have no body: nobody should wait for it.
    boolean own = head || (stored == null && Conditions.mayHaveIt(headers)) || patience() == 0;
    Flight mine = own ? null : shared.flights().lead(under, patience());
    if (mine == null && !own) {
      Flight faster = shared.flights().other(under, patience()); // one of another event loop
      if (faster != null) {
        return follow(faster);
      }
    }
    return askSecond(stored).map(better -> afterSecond(better, mine));
  }

  private Lookup orRefuse(StoredResponse better) {
    Lookup answered = answered(better);
    if (answered != null) {
      return answered;
    }
    cache.meters().count(Result.BYPASS);
    return new Lookup.Refuse(forwarded);
  }

  private Lookup afterSecond(StoredResponse better, Flight mine) {
    if (better == null || Reuse.of(better, demands, shared.now()) == Reuse.VALIDATE) {
      if (head && better == null) {
        return bypass(forwarded);
      }
      return ticket(better, mine);
    }
    if (mine != null) {
      mine.finish(Outcome.STORED); // before: it may have to be fetched anew behind this answer
    }
    Lookup answered = answered(better);
    return answered == null ? alone(better) : answered;
  }

  /** What the second level has, put into memory; else what was found there. Does not fail. */
  private Future<StoredResponse> askSecond(StoredResponse stored) {
    if (cache.loop().second() == SecondLevel.NONE || under == null) {
      return Future.succeededFuture(stored);
    }
    long stamp = cache.store().stamp();
    return cache
        .loop()
        .second()
        .get(under)
        .compose(
            found -> {
              if (!(found instanceof Kept.VaryRule rule) || !under.equals(key)) {
                return Future.succeededFuture(found);
              }
              cache.store().put(key, rule, stamp);
              under = CacheKey.under(key, rule.names(), request.headers());
              forwarded = CacheStatus.VARY_MISS;
              return under == null
                  ? Future.<Kept>succeededFuture()
                  : cache.loop().second().get(under);
            })
        .map(found -> better(found, stored, stamp));
  }

  private StoredResponse better(Kept found, StoredResponse stored, long stamp) {
    if (!(found instanceof StoredResponse response)) {
      return stored;
    }
    long now = shared.now();
    if (stored != null && stored.remaining(now) >= response.remaining(now)) {
      return stored;
    }
    return cache.store().put(under, response, stamp) ? response : stored;
  }

  private Future<Lookup> follow(Flight other) {
    long now = shared.time().nanos();
    waitUntil = waitUntil == 0 ? now + patience() : waitUntil;
    if (waitUntil - now <= 0 || !shared.flights().enter()) {
      return Future.succeededFuture(alone(find()));
    }
    Promise<Lookup> told = Promise.promise();
    Vertx vertx = cache.loop().vertx();
    Context here = cache.loop().here();
    Wait wait = new Wait();
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitUntil - now));
    wait.timer =
        vertx.setTimer(millis, late -> here.runOnContext(turn -> wake(wait, Outcome.ALONE, told)));
    other
        .outcome()
        .onSuccess(
            how ->
                here.runOnContext(
                    turn -> {
                      if (!wait.over) {
                        vertx.cancelTimer(wait.timer);
                      }
                      wake(wait, how, told);
                    }));
    return told.future();
  }

  /** Of one who waits; used on its event loop only. */
  private static final class Wait {
    private long timer;
    private boolean over;
  }

  private void wake(Wait wait, Outcome how, Promise<Lookup> told) {
    if (wait.over) {
      return;
    }
    wait.over = true;
    shared.flights().leave();
    Future<Lookup> next;
    try {
      next = how == Outcome.ABANDONED ? begin() : Future.succeededFuture(after(how));
    } catch (RuntimeException e) {
      next = Future.failedFuture(e);
    }
    next.onComplete(told);
  }

  private Lookup after(Outcome how) {
    StoredResponse stored = find();
    collapsed = how == Outcome.STORED;
    Lookup answered = answered(stored);
    collapsed = false;
    if (answered != null) {
      cache.meters().coalesced();
      return answered;
    }
    long now = shared.now();
    if (how == Outcome.FAILED && stored != null && Reuse.onError(stored, demands, now)) {
      cache.meters().count(Result.STALE);
      String said = CacheStatus.staleOnError(stored.remaining(now));
      return new Lookup.Hit(Answer.to(request, stored, now, said));
    }
    return alone(stored);
  }

  private Lookup alone(StoredResponse stored) {
    return head && stored == null ? bypass(forwarded) : ticket(stored, null);
  }

  private Lookup ticket(StoredResponse stored, Flight flight) {
    return new Lookup.Miss(ticket(stored, flight, false));
  }

  private Ticket ticket(StoredResponse stored, Flight flight, boolean behind) {
    String of = behind ? CacheStatus.STALE : forwarded;
    return new Ticket(cache, request, demands, key, under, stored, flight, of, behind);
  }

  private Lookup.Bypass bypass(String why) {
    cache.meters().count(Result.BYPASS);
    return new Lookup.Bypass(why);
  }

  private long patience() {
    return cache.config().coalesce().toNanos();
  }
}
