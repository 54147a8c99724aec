package dev.sluice.edge.cache;

import static dev.sluice.edge.cache.Bench.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many requests for the same, on several event loops. */
class CoalescingTest {
  private static final int LOOPS = 4;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String FRESH = "Cache-Control: max-age=60";

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Seat> seats = new CopyOnWriteArrayList<>();
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private SharedCache shared;

  /** An event loop and its cache. */
  private record Seat(Context loop, HttpCache cache) {}

  /** What a request was told, and whether on its own event loop. */
  private record Told(Seat seat, Lookup lookup, boolean home) {}

  private final class Sitting extends VerticleBase {
    private final CacheConfig config;

    Sitting(CacheConfig config) {
      this.config = config;
    }

    @Override
    public Future<?> start() {
      seats.add(new Seat(context, shared.on(vertx).of("shop", config)));
      return Future.succeededFuture();
    }
  }

  private void open(Duration coalesce, int waiting) throws Exception {
    CacheStoreConfig is = Config.defaults(Bench.STORE);
    CacheStoreConfig store =
        new CacheStoreConfig(
            is.bytes(), waiting, false, is.redisTimeout(), is.redisMaxEntry(), is.redisInFlight());
    shared = new SharedCache(store, registry, Time.system());
    CacheConfig config = new Bench.Settings().coalesce(coalesce).build();
    for (int i = 0; i < LOOPS; i++) {
      Waiting.await(vertx.deployVerticle(new Sitting(config)));
    }
  }

  @AfterEach
  void close() throws Exception {
    Waiting.await(vertx.close());
  }

  private void ask(int times, String... headers) {
    for (int i = 0; i < times; i++) {
      Seat seat = seats.get(i % LOOPS);
      seat.loop.runOnContext(
          turn -> {
            Thread home = Thread.currentThread();
            seat.cache
                .lookup(get("/a", headers))
                .onSuccess(
                    lookup -> told.add(new Told(seat, lookup, Thread.currentThread() == home)));
          });
    }
  }

  private Ticket leader(int others) throws Exception {
    Waiting.until("one goes", LONG, () -> !told.isEmpty());
    Waiting.until("the others wait", LONG, () -> shared.flights().waiting() == others);
    assertThat(told).hasSize(1);
    return ((Lookup.Miss) told.poll().lookup).ticket();
  }

  private void toldAre(int count) throws Exception {
    Waiting.until(count + " are told, not " + told.size(), LONG, () -> told.size() == count);
    assertThat(told).allMatch(Told::home, "on its own event loop");
    assertThat(shared.flights().waiting()).isZero();
  }

  private long hits() {
    return told.stream().filter(one -> one.lookup instanceof Lookup.Hit).count();
  }

  private long misses() {
    return told.stream().filter(one -> one.lookup instanceof Lookup.Miss).count();
  }

  @Test
  void oneFetchesForAll() throws Exception {
    open(LONG, 10_000);
    ask(1000);
    Ticket ticket = leader(999);
    Bench.give(ticket, 200, "one", FRESH);
    toldAre(999);
    assertThat(hits()).isEqualTo(999);
    for (Told one : told) {
      Answer answer = ((Lookup.Hit) one.lookup).answer();
      assertThat(Bench.body(answer)).isEqualTo("one");
      assertThat(Bench.head(answer).get("Cache-Status"))
          .isEqualTo("sluice; fwd=uri-miss; collapsed");
    }
    assertThat(registry.get("cache.coalesced").counter().count()).isEqualTo(999);
    assertThat(shared.flights().underWay()).isZero();
  }

  @Test
  void oneValidatesForAll() throws Exception {
    open(LONG, 10_000);
    ask(1);
    Bench.give(leader(0), 200, "one", "Cache-Control: max-age=60", "Age: 61", "ETag: \"v1\"");
    ask(100);
    toldAre(100); // what is stale when it comes is not waited for
    assertThat(misses()).isEqualTo(100);
    ((Lookup.Miss) told.poll().lookup)
        .ticket()
        .notModified(Bench.headers("Cache-Control: max-age=60", "ETag: \"v1\""));
    told.clear();
    ask(100);
    toldAre(100);
    assertThat(hits()).isEqualTo(100);
  }

  @Test
  void whatIsForOneAloneIsWaitedForOnlyToItsHead() throws Exception {
    open(LONG, 10_000);
    ask(100);
    Ticket ticket = leader(99);
    assertThat(ticket.head(200, Bench.headers("Cache-Control: private"))).isFalse();
    toldAre(99);
    assertThat(misses()).isEqualTo(99);
    told.clear();
    ask(100);
    toldAre(100); // and next time not at all
    assertThat(misses()).isEqualTo(100);
  }

  @Test
  void variantsAreToldApart() throws Exception {
    open(LONG, 10_000);
    ask(1, "X-Kind: a");
    Ticket ticket = leader(0);
    ask(10, "X-Kind: a");
    ask(10, "X-Kind: b");
    Waiting.until("they wait", LONG, () -> shared.flights().waiting() == 20);
    Bench.give(ticket, 200, "a", FRESH, "Vary: X-Kind");
    toldAre(20);
    assertThat(hits()).isEqualTo(10);
    assertThat(misses()).isEqualTo(10);
  }

  @Test
  void whenTheOneWhoFetchesGoesAwayAnotherTakesItsPlace() throws Exception {
    open(LONG, 10_000);
    ask(100);
    leader(99).abort();
    leader(98).abort();
    Ticket third = leader(97);
    third.head(200, Bench.headers(FRESH, "Content-Length: 3"));
    third.abort();
    Bench.give(leader(96), 200, "one", FRESH);
    toldAre(96);
    assertThat(hits()).isEqualTo(96);
  }

  @Test
  void whenTheUpstreamFailsNobodyHangs() throws Exception {
    open(LONG, 10_000);
    ask(100);
    assertThat(leader(99).failed(0)).isNull();
    toldAre(99);
    assertThat(misses()).isEqualTo(99);
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsNotWaitedFor() throws Exception {
    open(LONG, 10_000);
    ask(100);
    Ticket ticket = leader(99);
    assertThat(ticket.head(200, Bench.headers(FRESH))).isTrue();
    ticket.body(io.vertx.core.buffer.Buffer.buffer(new byte[1 << 19]));
    ticket.body(io.vertx.core.buffer.Buffer.buffer(new byte[1 << 20]));
    toldAre(99);
    assertThat(misses()).isEqualTo(99);
    assertThat(shared.store().filling()).isZero();
  }

  @Test
  void nobodyWaitsLongerThanSaidForOneWhoNeverEnds() throws Exception {
    open(Duration.ofMillis(200), 10_000);
    ask(100);
    Waiting.until("all went, not " + told.size(), LONG, () -> told.size() == 100);
    assertThat(misses()).isEqualTo(100);
    assertThat(told).allMatch(Told::home);
    told.clear();
    ask(1);
    Waiting.until("a new one leads", LONG, () -> told.size() == 1);
    Bench.give(((Lookup.Miss) told.poll().lookup).ticket(), 200, "one", FRESH);
    ask(1);
    Waiting.until("it is there", LONG, () -> hits() == 1);
  }

  @Test
  void noMoreWaitThanMay() throws Exception {
    open(LONG, 10);
    ask(1);
    Ticket ticket = leader(0);
    ask(100);
    Waiting.until("90 went", LONG, () -> told.size() == 90);
    assertThat(shared.flights().waiting()).isEqualTo(10);
    Bench.give(ticket, 200, "one", FRESH);
    toldAre(100);
    assertThat(hits()).isEqualTo(10);
  }

  @Test
  void requestsThatInsistDoNotWait() throws Exception {
    open(LONG, 10_000);
    ask(1);
    leader(0);
    ask(10, "Cache-Control: no-cache");
    ask(10, "Cache-Control: max-age=0");
    toldAre(20);
    assertThat(misses()).isEqualTo(20);
  }

  @Test
  void theSameTwiceOnOneLoopAtOnceIsNoDeadlock() throws Exception {
    open(Duration.ZERO, 0);
    ask(100);
    toldAre(100);
    assertThat(misses()).isEqualTo(100);
  }
}
