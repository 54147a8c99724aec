package dev.sluice.edge.cache;

import static dev.sluice.edge.cache.Bench.body;
import static dev.sluice.edge.cache.Bench.fetch;
import static dev.sluice.edge.cache.Bench.get;
import static dev.sluice.edge.cache.Bench.give;
import static dev.sluice.edge.cache.Bench.headers;
import static dev.sluice.edge.cache.Bench.hit;
import static dev.sluice.edge.cache.Bench.miss;
import static dev.sluice.edge.cache.Bench.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens over several exchanges; single answers are in {@link ConformanceTest}. */
class HttpCacheTest {
  private static final String FRESH = "Cache-Control: max-age=60";
  private static final String ETAG = "ETag: \"v1\"";

  private final Vertx vertx = Vertx.vertx();
  private final Bench bench = new Bench(vertx);
  private final HttpCache cache = bench.loop.of("shop", new Bench.Settings().build());

  @AfterEach
  void close() throws Exception {
    assertThat(bench.shared.store().filling()).as("room left taken").isZero();
    Waiting.await(vertx.close());
  }

  private void pass(long seconds) {
    bench.time.turn(Duration.ofSeconds(seconds));
  }

  @Test
  void aMissIsCountedAndToldAndThenAHit() {
    Ticket ticket = miss(cache, get("/a"));
    assertThat(ticket.validating()).isFalse();
    assertThat(give(ticket, 200, "one", FRESH)).isTrue();
    assertThat(ticket.cacheStatus()).isEqualTo("sluice; fwd=uri-miss; stored");
    pass(2);
    Answer answer = hit(cache, get("/a"));
    assertThat(body(answer)).isEqualTo("one");
    assertThat(head(answer).get("Cache-Status")).isEqualTo("sluice; hit; ttl=58");
    assertThat(bench.count("miss")).isEqualTo(1);
    assertThat(bench.count("hit")).isEqualTo(1);
    assertThat(bench.registry.get("cache.entries").gauge().value()).isEqualTo(1);
    assertThat(bench.registry.get("cache.bytes").gauge().value()).isBetween(200.0, 2000.0);
  }

  @Test
  void aStaleAnswerIsFetchedAnewBehindItByOneAlone() {
    String swr = "Cache-Control: max-age=60, stale-while-revalidate=60";
    fetch(cache, get("/a"), 200, "one", swr, ETAG);
    pass(61);
    Lookup first = now(cache.lookup(get("/a", "Range: bytes=0-1")));
    Lookup second = now(cache.lookup(get("/a")));
    assertThat(second).as("one is at it").isInstanceOf(Lookup.Hit.class);
    Ticket ticket = ((Lookup.Stale) first).ticket();
    MultiMap asked = headers("Range: bytes=0-1", "If-Modified-Since: " + Bench.date(0));
    ticket.prepare(asked);
    assertThat(asked.entries()).hasSize(1);
    assertThat(asked.get("If-None-Match")).isEqualTo("\"v1\"");
    give(ticket, 200, "two", swr);
    assertThat(body(hit(cache, get("/a")))).isEqualTo("two");
    assertThat(bench.count("stale")).as("with its client, and not again").isEqualTo(2);
    assertThat(bench.count("miss")).isEqualTo(1);
  }

  @Test
  void whoFetchesBehindAndNeverEndsIsReplaced() {
    fetch(cache, get("/a"), 200, "one", "Cache-Control: max-age=1, stale-while-revalidate=600");
    pass(2);
    assertThat(now(cache.lookup(get("/a")))).isInstanceOf(Lookup.Stale.class);
    pass(31);
    assertThat(now(cache.lookup(get("/a")))).isInstanceOf(Lookup.Stale.class);
  }

  @Test
  void a304KeepsItFreshFromThenOn() {
    fetch(cache, get("/a"), 200, "one", FRESH, ETAG, "Date: " + Bench.date(0));
    pass(70);
    Answer answer = miss(cache, get("/a")).notModified(headers(ETAG));
    assertThat(body(answer)).isEqualTo("one");
    pass(59);
    assertThat(head(hit(cache, get("/a"))).get("Age")).isEqualTo("59");
    assertThat(bench.count("revalidated")).isEqualTo(1);
  }

  @Test
  void a304ThatForbidsToKeepItIsAnsweredAndForgotten() {
    fetch(cache, get("/a"), 200, "one", FRESH, ETAG);
    pass(70);
    Answer answer = miss(cache, get("/a")).notModified(headers("Cache-Control: no-store", ETAG));
    assertThat(body(answer)).isEqualTo("one");
    assertThat(miss(cache, get("/a")).validating()).isFalse();
  }

  @Test
  void a304AboutSomethingElseIsAskedAgainAndReplaced() {
    fetch(cache, get("/a"), 200, "one", FRESH, ETAG);
    pass(70);
    Ticket ticket = miss(cache, get("/a"));
    assertThat(ticket.notModified(headers("ETag: \"v2\""))).isNull();
    MultiMap again = headers();
    ticket.prepare(again);
    assertThat(again.isEmpty()).isTrue();
    give(ticket, 200, "two", FRESH, "ETag: \"v2\"");
    assertThat(body(hit(cache, get("/a")))).isEqualTo("two");
  }

  @Test
  void anotherAnswerReplacesWhatWasKeptAlsoWhenItIsNotKeptItself() {
    fetch(cache, get("/a"), 200, "one", FRESH, ETAG);
    pass(70);
    fetch(cache, get("/a"), 200, "two", "Cache-Control: no-store");
    assertThat(miss(cache, get("/a")).validating()).isFalse();
  }

  @Test
  void anErrorLeavesWhatIsKept() {
    fetch(cache, get("/a"), 200, "one", "Cache-Control: max-age=60, stale-if-error=60", ETAG);
    pass(70);
    Ticket ticket = miss(cache, get("/a"));
    assertThat(ticket.failed(503).status()).isEqualTo(200);
    assertThat(bench.count("stale")).isEqualTo(1);
    pass(60);
    Ticket later = miss(cache, get("/a"));
    assertThat(later.failed(503)).isNull();
    assertThat(later.head(503, headers("Cache-Control: no-store"))).isFalse();
    assertThat(miss(cache, get("/a")).validating()).as("still there").isTrue();
  }

  @Test
  void headThatSaysOtherwiseMakesItGo() {
    fetch(cache, get("/a"), 200, "one", FRESH, ETAG);
    CacheRequest head = Bench.request(HttpMethod.HEAD, "/a", "Cache-Control: no-cache");
    Ticket ticket = miss(cache, head);
    assertThat(ticket.head(200, headers("ETag: \"v2\""))).isFalse();
    assertThat(miss(cache, get("/a")).validating()).isFalse();
  }

  @Test
  void anAbortedExchangeLeavesNothingAndEndsOnce() {
    Ticket ticket = miss(cache, get("/a"));
    assertThat(ticket.head(200, headers(FRESH, "Content-Length: 10"))).isTrue();
    ticket.body(Buffer.buffer("01234"));
    ticket.abort();
    ticket.abort();
    ticket.body(Buffer.buffer("56789"));
    ticket.end();
    assertThat(ticket.failed(0)).isNull();
    assertThat(miss(cache, get("/a")).validating()).isFalse();
  }

  @Test
  void aBodyIsCopiedAndWhatItsOwnerDoesWithItLaterIsNotSeen() {
    Ticket ticket = miss(cache, get("/a"));
    assertThat(ticket.head(200, headers(FRESH))).isTrue();
    Buffer part = Buffer.buffer("one");
    ticket.body(part);
    part.setString(0, "bad");
    ticket.end();
    assertThat(body(hit(cache, get("/a")))).isEqualTo("one");
  }

  @Test
  void variantsAreKeptBesideEachOther() {
    for (String kind : List.of("a", "b")) {
      fetch(cache, get("/a", "X-Kind: " + kind), 200, kind, FRESH, "Vary: X-Kind");
    }
    assertThat(body(hit(cache, get("/a", "X-Kind: a")))).isEqualTo("a");
    assertThat(body(hit(cache, get("/a", "X-Kind: b")))).isEqualTo("b");
    Ticket third = miss(cache, get("/a", "X-Kind: c", "X-Size: 1"));
    give(third, 200, "c1", FRESH, "Vary: X-Size");
    assertThat(third.cacheStatus()).isEqualTo("sluice; fwd=vary-miss; stored");
    assertThat(body(hit(cache, get("/a", "X-Kind: c", "X-Size: 1")))).isEqualTo("c1");
    assertThat(now(cache.lookup(get("/a", "X-Kind: c", "X-Size: 2"))))
        .isInstanceOf(Lookup.Miss.class);
  }

  @Test
  void routesSchemesAndHostsShareNothingButPortsThatGoWithoutSaying() {
    fetch(cache, get("/a"), 200, "one", FRESH);
    HttpCache other = bench.loop.of("canary", new Bench.Settings().build());
    assertThat(now(other.lookup(get("/a")))).isInstanceOf(Lookup.Miss.class);
    MultiMap none = headers();
    CacheRequest plain = new CacheRequest(HttpMethod.GET, "http", Bench.HOST, "/a", none, null);
    assertThat(now(cache.lookup(plain))).isInstanceOf(Lookup.Miss.class);
    CacheRequest upper =
        new CacheRequest(HttpMethod.GET, "https", "SHOP.example.com:443", "/a", none, null);
    assertThat(now(cache.lookup(upper))).isInstanceOf(Lookup.Hit.class);
    CacheRequest port =
        new CacheRequest(HttpMethod.GET, "https", "shop.example.com:8443", "/a", none, null);
    assertThat(now(cache.lookup(port))).isInstanceOf(Lookup.Miss.class);
  }

  @Test
  void aPathCannotImitateAnotherKey() {
    HttpCache perClient = bench.loop.of("shop", new Bench.Settings().perClient().build());
    MultiMap none = headers();
    CacheRequest mine = new CacheRequest(HttpMethod.GET, "https", "h", "/a", none, "key:1");
    fetch(perClient, mine, 200, "mine", FRESH);
    CacheRequest forged =
        new CacheRequest(HttpMethod.GET, "https", "h", "/a\0https\0shop\0key:1", none, null);
    assertThat(now(perClient.lookup(forged))).isNotInstanceOf(Lookup.Hit.class);
  }

  @Test
  void whatWasPurgedWhileItWasFetchedIsNotKept() throws Exception {
    Ticket ticket = miss(cache, get("/a"));
    Purged purged = Waiting.await(bench.loop.purge(Purge.uri(Bench.HOST + "/a")));
    assertThat(purged).isEqualTo(new Purged(0, true));
    give(ticket, 200, "old", FRESH);
    fetch(cache, get("/a"), 200, "new", FRESH);
    assertThat(body(hit(cache, get("/a")))).isEqualTo("new");
  }

  @Test
  void aKeyThatIsTooLongPassesBy() {
    assertThat(now(cache.lookup(get("/" + "a".repeat(9000))))).isInstanceOf(Lookup.Bypass.class);
    assertThat(bench.count("bypass")).isEqualTo(1);
  }

  @Test
  void moreTagsThanAnIndexShouldHaveAreNotKept() {
    StringBuilder tags = new StringBuilder("Cache-Tag: t");
    for (int i = 0; i < 70; i++) {
      tags.append(",t").append(i);
    }
    fetch(cache, get("/a"), 200, "one", FRESH, tags.toString());
    assertThat(now(cache.lookup(get("/a")))).isInstanceOf(Lookup.Miss.class);
    assertThat(bench.shared.store().tags()).isZero();
  }

  /** Junk in every field the cache reads: it may do anything but throw, or keep no-store. */
  @Test
  void nothingThatIsSentMakesItFail() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String[] fields = {
      "Cache-Control",
      "Pragma",
      "Age",
      "Date",
      "Expires",
      "Vary",
      "ETag",
      "If-None-Match",
      "If-Modified-Since",
      "If-Range",
      "Range",
      "Connection",
      "Cache-Tag",
      "Content-Length",
      "Last-Modified",
      "Location"
    };
    String[] words = {
      "max-age",
      "=",
      "\"",
      "\\",
      ",",
      " ",
      "60",
      "-",
      "no-cache",
      "private",
      "public",
      "*",
      "W/",
      "bytes=",
      "99999999999999999999",
      "Thu, 01 Jan 2026 00:00:00 GMT",
      ";",
      "é",
      "http://[",
      "\t",
      "stale-while-revalidate=5",
      "s-maxage=",
      "vary",
      "5-1",
      "-5"
    };
    for (int i = 0; i < 20_000; i++) {
      MultiMap one = MultiMap.caseInsensitiveMultiMap();
      MultiMap two = MultiMap.caseInsensitiveMultiMap();
      for (int f = random.nextInt(5); f >= 0; f--) {
        MultiMap which = random.nextBoolean() ? one : two;
        StringBuilder value = new StringBuilder();
        for (int w = random.nextInt(6); w >= 0; w--) {
          value.append(words[random.nextInt(words.length)]);
        }
        which.add(fields[random.nextInt(fields.length)], value.toString());
      }
      boolean forbidden = random.nextInt(4) == 0;
      if (forbidden) {
        two.add("Cache-Control", "no-store");
      }
      String uri = "/" + (forbidden ? "no" : "") + random.nextInt(50);
      CacheRequest request = new CacheRequest(HttpMethod.GET, "https", "h", uri, one, null);
      Lookup lookup = now(cache.lookup(request));
      if (lookup instanceof Lookup.Miss miss) {
        miss.ticket().prepare(MultiMap.caseInsensitiveMultiMap());
        if (random.nextInt(4) == 0) {
          head(miss.ticket().notModified(two));
        }
        boolean wanted = miss.ticket().head(200, two);
        assertThat(wanted && forbidden && !two.getAll("Cache-Control").toString().contains("\""))
            .as("seed %d: %s", seed, two)
            .isFalse();
        miss.ticket().body(Buffer.buffer("body"));
        miss.ticket().end();
      } else if (lookup instanceof Lookup.Hit hit) {
        head(hit.answer());
        body(hit.answer());
      } else if (lookup instanceof Lookup.Stale stale) {
        head(stale.answer());
        stale.ticket().abort();
      }
      CacheRequest post = new CacheRequest(HttpMethod.POST, "https", "h", "/never", one, null);
      assertThat(cache.changed(post, 200, two).succeeded()).isTrue();
      pass(random.nextInt(3));
    }
  }

  private static MultiMap head(Answer answer) {
    return answer == null ? headers() : Bench.head(answer);
  }
}
