package dev.sluice.edge.cache;

import static dev.sluice.Waiting.await;
import static dev.sluice.edge.cache.Bench.body;
import static dev.sluice.edge.cache.Bench.give;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.Waiting;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import dev.sluice.platform.redis.RedisScript;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes and their Redis. */
@ExtendWith(Servers.Extension.class)
final class RedisStoreIT {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String FRESH = "Cache-Control: max-age=60";

  private final Vertx vertx = Vertx.vertx();
  private final String host = "h" + UUID.randomUUID();
  private Node a;
  private Node b;
  private Context plainLoop;
  private RedisLine plain;

  /** A node with one event loop. */
  private final class Node extends VerticleBase {
    private final RedisConfig redis;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private SharedCache shared;
    private LoopCache loop;
    private HttpCache cache;

    Node(RedisConfig redis) {
      this.redis = redis;
    }

    @Override
    public Future<?> start() {
      CacheStoreConfig is = Config.defaults(Bench.STORE);
      CacheStoreConfig patient =
          new CacheStoreConfig(
              is.bytes(),
              100,
              true,
              Duration.ofMillis(500),
              is.redisMaxEntry(),
              is.redisInFlight());
      shared = new SharedCache(patient, registry, Time.system());
      loop = shared.on(vertx, redis);
      cache = loop.of("shop", new Bench.Settings().build());
      return Future.succeededFuture();
    }

    <T> T on(Supplier<Future<T>> what) throws Exception {
      Promise<T> done = Promise.promise();
      context.runOnContext(turn -> what.get().onComplete(done));
      return await(done.future());
    }

    Lookup lookup(String uri, String... headers) throws Exception {
      CacheRequest request =
          new CacheRequest(HttpMethod.GET, "https", host, uri, Bench.headers(headers), null);
      return on(() -> cache.lookup(request));
    }

    Ticket miss(String uri, String... headers) throws Exception {
      return ((Lookup.Miss) lookup(uri, headers)).ticket();
    }

    void fetch(String uri, String text, String... headers) throws Exception {
      Ticket ticket = miss(uri);
      boolean kept = on(() -> Future.succeededFuture(give(ticket, 200, text, headers)));
      assertThat(kept).isTrue();
    }

    Purged purge(Purge purge) throws Exception {
      return on(() -> loop.purge(purge));
    }

    double second(String result) {
      return registry.get("cache.second.level").tag("result", result).counter().count();
    }
  }

  @BeforeEach
  void open(Servers servers) throws Exception {
    servers.redis().start();
    RedisConfig config =
        new RedisConfig(
            servers.redis().uri(), Duration.ofSeconds(2), 5, Duration.ofMillis(200), 2048);
    a = new Node(config);
    b = new Node(config);
    await(vertx.deployVerticle(a));
    await(vertx.deployVerticle(b));
    plainLoop = vertx.getOrCreateContext();
    redis(
        () -> {
          plain = new RedisLine(vertx, config);
          return plain.ping();
        });
  }

  @AfterEach
  void close(Servers servers) throws Exception {
    servers.redis().start();
    await(vertx.close());
  }

  private <T> T redis(Supplier<Future<T>> what) throws Exception {
    Promise<T> done = Promise.promise();
    plainLoop.runOnContext(turn -> what.get().onComplete(done));
    return await(done.future());
  }

  private Response command(Command command, Object... arguments) throws Exception {
    return redis(() -> plain.send(Request.cmd(command, arguments)));
  }

  private String entry(String uri) {
    return RedisStore.entry(host + uri + "\0https\0shop\0");
  }

  private void stored(String uri) throws Exception {
    Waiting.until(
        uri + " in Redis", LONG, () -> command(Command.EXISTS, entry(uri)).toInteger() == 1);
  }

  private Answer hit(Node node, String uri, String... headers) throws Exception {
    return ((Lookup.Hit) node.lookup(uri, headers)).answer();
  }

  @Test
  void whatOneNodeFetchedTheOtherHas() throws Exception {
    a.fetch("/x", "one", FRESH, "Age: 20", "X-A: é");
    stored("/x");
    Answer answer = hit(b, "/x");
    assertThat(body(answer)).isEqualTo("one");
    assertThat(Integer.parseInt(Bench.head(answer).get("Age"))).isBetween(20, 40);
    assertThat(Bench.head(answer).get("X-A")).isEqualTo("é");
    double asked = b.second("hit");
    assertThat(body(hit(b, "/x"))).as("from memory now").isEqualTo("one");
    assertThat(b.second("hit")).isEqualTo(asked);
    assertThat(command(Command.PTTL, entry("/x")).toLong()).isBetween(1L, 40_000L);
  }

  @Test
  void variantsToo() throws Exception {
    Ticket ticket = a.miss("/v", "X-Kind: a");
    a.on(() -> Future.succeededFuture(give(ticket, 200, "a", FRESH, "Vary: X-Kind")));
    stored("/v");
    Waiting.until("the variant", LONG, () -> b.lookup("/v", "X-Kind: a") instanceof Lookup.Hit);
    assertThat(b.lookup("/v", "X-Kind: b")).isInstanceOf(Lookup.Miss.class);
  }

  @Test
  void aPurgeReachesWhatIsInRedis() throws Exception {
    for (Purge purge :
        new Purge[] {
          Purge.uri(host + "/p"), Purge.prefix(host + "/"), Purge.tag("t" + host), Purge.all()
        }) {
      a.fetch("/p", "one", FRESH, "Cache-Tag: other, t" + host);
      stored("/p");
      assertThat(a.purge(purge)).as("%s", purge).isEqualTo(new Purged(1, true));
      Ticket ticket = b.miss("/p");
      b.on(
          () -> {
            ticket.abort();
            return Future.succeededFuture();
          });
    }
    a.fetch("/p", "two", FRESH);
    stored("/p");
    assertThat(body(hit(b, "/p"))).as("newer than the purges").isEqualTo("two");
    assertThat(a.purge(Purge.prefix(host + "/q")).everywhere()).isTrue();
    assertThat(a.purge(Purge.tag("none")).everywhere()).isTrue();
    Node c = new Node(a.redis);
    await(vertx.deployVerticle(c));
    assertThat(body(hit(c, "/p"))).as("purges of others leave it").isEqualTo("two");
  }

  @Test
  void whatOneNodeWasFetchingWhenAnotherPurgedIsNotReadAgain() throws Exception {
    Ticket ticket = b.miss("/f");
    assertThat(a.purge(Purge.uri(host + "/f")).everywhere()).isTrue();
    b.on(() -> Future.succeededFuture(give(ticket, 200, "old", FRESH)));
    stored("/f");
    assertThat(a.lookup("/f")).isInstanceOf(Lookup.Miss.class);
  }

  @Test
  void moreMarksThanMayBeBecomeOneForAll() throws Exception {
    a.fetch("/m", "one", FRESH);
    stored("/m");
    for (int i = 0; i < 501; i++) {
      assertThat(a.purge(Purge.prefix(host + "/other/" + i)).everywhere()).isTrue();
    }
    assertThat(b.lookup("/m")).isInstanceOf(Lookup.Miss.class);
    assertThat(command(Command.ZCARD, "sluice:{cache}:prefixes").toInteger()).isLessThan(501);
    assertThat(command(Command.PTTL, "sluice:{cache}:marks").toLong()).isPositive();
  }

  @Test
  void brokenValuesAreMisses() throws Exception {
    a.fetch("/x", "one", FRESH);
    stored("/x");
    command(Command.HSET, entry("/x"), "value", "junk");
    assertThat(b.lookup("/x")).isInstanceOf(Lookup.Miss.class);
    command(Command.SET, entry("/y"), "not even a hash");
    Ticket ticket = b.miss("/y");
    b.on(() -> Future.succeededFuture(give(ticket, 200, "two", FRESH)));
    Waiting.until("written over", LONG, () -> a.lookup("/y") instanceof Lookup.Hit);
  }

  @Test
  void whatIsTooLargeIsNotShared() throws Exception {
    a.fetch("/large", "x".repeat(300_000), FRESH);
    a.fetch("/small", "one", FRESH);
    stored("/small");
    assertThat(command(Command.EXISTS, entry("/large")).toInteger()).isZero();
  }

  @Test
  void withoutRedisItCostsNothingAndPurgesAreMadeUpFor(Servers servers) throws Exception {
    a.fetch("/kept", "one", FRESH);
    a.fetch("/old", "one", FRESH);
    stored("/old");
    servers.redis().pause();
    try {
      for (int i = 0; i < 8; i++) {
        int n = i;
        assertThat(Waiting.time(() -> b.cache.lookup(request("/away/" + n))))
            .isLessThan(Duration.ofSeconds(3));
      }
      Duration one = Waiting.time(() -> b.cache.lookup(request("/away/last")));
      assertThat(one).as("the breaker is open").isLessThan(Duration.ofMillis(250));
      assertThat(body(hit(a, "/kept"))).isEqualTo("one");
      assertThat(b.purge(Purge.uri(host + "/old")).everywhere()).isFalse();
    } finally {
      servers.redis().resume();
    }
    Node c = new Node(a.redis);
    await(vertx.deployVerticle(c));
    Waiting.until(
        "it was told",
        LONG,
        () -> !command(Command.HKEYS, "sluice:{cache}:marks").toString().isEmpty() && gone("/old"));
    assertThat(c.lookup("/old")).isInstanceOf(Lookup.Miss.class);
  }

  /** Whether the mark of this URI is there. */
  private boolean gone(String uri) throws Exception {
    String hash =
        java.util.HexFormat.of()
            .formatHex(
                RedisScript.digest(
                    "SHA-1", (host + uri).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    return command(Command.HEXISTS, "sluice:{cache}:marks", "URI:" + hash).toInteger() == 1;
  }

  private CacheRequest request(String uri) {
    return new CacheRequest(HttpMethod.GET, "https", host, uri, Bench.headers(), null);
  }

  @Test
  void killedAndBackItIsUsedAgain(Servers servers) throws Exception {
    a.fetch("/x", "one", FRESH);
    servers.redis().kill();
    Ticket ticket = b.miss("/x");
    b.on(() -> Future.succeededFuture(give(ticket, 200, "two", FRESH)));
    assertThat(body(hit(b, "/x"))).isEqualTo("two");
    servers.redis().start();
    int[] n = new int[1];
    Waiting.until(
        "what a fetches is in Redis",
        LONG,
        () -> {
          String uri = "/back/" + n[0]++;
          Ticket again = a.miss(uri);
          a.on(() -> Future.succeededFuture(give(again, 200, "three", FRESH)));
          return b.lookup(uri) instanceof Lookup.Hit;
        });
  }
}
