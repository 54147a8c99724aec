package dev.sluice.edge;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.Waiting;
import dev.sluice.edge.RawHttp.Reply;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways that share a Redis, in front of a service whose answers may be kept. */
@ExtendWith(Servers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyCacheIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String STATUS = "cache-status";

  private final Vertx vertx = Vertx.vertx();
  private final CachedService service = new CachedService(vertx);
  private TestUpstream upstream;
  private TestNode one;
  private TestNode two;
  private String path;

  @BeforeAll
  void start(Servers servers, @TempDir Path folder) throws Exception {
    upstream = new TestUpstream(vertx, service::serve);
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          shop:
            targets: [{url: "%s"}]
            health: {eject_after: 0}
            breaker: {failures: 0}
        routes:
          shop:
            match: {paths: ["/shop/*"]}
            upstream: shop
            cache: {enabled: true}
            timeout: 2s
          plain:
            match: {paths: ["/plain/*"]}
            upstream: shop
        """
            .formatted(upstream.url()));
    one = TestNode.gateway(servers, folder, Map.of());
    two = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterAll
  void stop() throws Exception {
    one.close();
    two.close();
    Waiting.await(vertx.close());
  }

  @BeforeEach
  void newPath() {
    path = "/shop/" + UUID.randomUUID();
  }

  private Reply get(String uri, String... headers) throws Exception {
    return CachedService.ask(one.url(), "GET", uri, headers);
  }

  @Test
  void theSecondAnswerIsTheFirstWithItsAge() throws Exception {
    String uri = path + "?cc=max-age=60";
    Reply miss = get(uri);
    assertThat(miss.header(STATUS)).isEqualTo("sluice; fwd=uri-miss; stored");
    assertThat(miss.headers()).doesNotContainKey("age");
    Reply hit = get(uri);
    assertThat(hit.status()).isEqualTo(200);
    assertThat(hit.body()).isEqualTo("1").isEqualTo(miss.body());
    assertThat(hit.header(STATUS)).startsWith("sluice; hit; ttl=");
    assertThat(Integer.parseInt(hit.header("age"))).isBetween(0, 20);
    assertThat(hit.header("via")).isEqualTo("1.1 sluice").isEqualTo(miss.header("via"));
    assertThat(hit.headers()).containsKeys("date", "x-request-id");
    assertThat(service.asked(uri)).isEqualTo(1);
    assertThat(get(uri, "Cache-Control", "no-cache").body()).isEqualTo("2");
    assertThat(get(path + "?n", "Cache-Control", "only-if-cached").status()).isEqualTo(504);
  }

  @Test
  void whereThereIsNoCacheNothingIsSaidOfOne() throws Exception {
    String uri = "/plain" + path + "?cc=max-age=60";
    assertThat(get(uri).headers()).doesNotContainKey(STATUS);
    assertThat(get(uri).body()).isEqualTo("2");
  }

  @Test
  void aClientThatHasItAlreadyIsToldSo() throws Exception {
    String uri = path + "?cc=max-age=60&etag=%22v1%22";
    assertThat(get(uri).header("etag")).isEqualTo("\"v1\"");
    Reply same = get(uri, "If-None-Match", "\"v1\"");
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.header(STATUS)).contains("hit");
    assertThat(get(uri, "If-None-Match", "\"v0\"").status()).isEqualTo(200);
    assertThat(service.asked(uri)).isEqualTo(1);
  }

  @Test
  void whatIsOldIsAskedForAgainAndMayBeGoodStill() throws Exception {
    String uri = path + "?cc=no-cache&etag=%22v1%22";
    assertThat(get(uri).body()).isEqualTo("1");
    Reply again = get(uri);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo("1");
    assertThat(again.header(STATUS)).contains("fwd-status=304");
    assertThat(service.asked(uri)).isEqualTo(2);
  }

  @Test
  void variantsAreKeptApart() throws Exception {
    String uri = path + "?cc=max-age=60&vary=X-Color";
    assertThat(get(uri, "X-Color", "red").body()).isEqualTo("1 red");
    assertThat(get(uri, "X-Color", "blue").body()).isEqualTo("2 blue");
    assertThat(get(uri, "X-Color", "red").body()).isEqualTo("1 red");
    assertThat(get(uri, "X-Color", "blue").header(STATUS)).contains("hit");
    assertThat(service.asked(uri)).isEqualTo(2);
  }

  @Test
  void fiftyAtOnceAreOneRequestToTheService() throws Exception {
    String uri = path + "?cc=max-age=60&delay=500";
    ExecutorService clients = Executors.newFixedThreadPool(50);
    try {
      List<Future<Reply>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(clients.submit(() -> get(uri)));
      }
      int collapsed = 0;
      for (Future<Reply> reply : all) {
        assertThat(reply.get().body()).isEqualTo("1");
        collapsed += reply.get().header(STATUS).contains("collapsed") ? 1 : 0;
      }
      assertThat(collapsed).isPositive();
      assertThat(service.asked(uri)).isEqualTo(1);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void theNextOneFetchesWhenTheFirstOneGoesAway() throws Exception {
    String uri = path + "?cc=max-age=60&delay=700";
    try (RawHttp first = new RawHttp(one.url())) {
      first.write("GET " + uri + " HTTP/1.1\r\nHost: " + CachedService.HOST + "\r\n\r\n");
      until("it is asked", SOON, () -> service.asked(uri) == 1);
      Thread gone = new Thread(() -> abort(first));
      gone.start();
      assertThat(get(uri).body()).isIn("1", "2");
      gone.join();
    }
  }

  private static void abort(RawHttp client) {
    try {
      client.abort();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void anOldAnswerIsGivenWhileANewOneIsFetched() throws Exception {
    String uri = path + "?cc=max-age=0,stale-while-revalidate=60";
    assertThat(get(uri).body()).isEqualTo("1");
    Reply stale = get(uri);
    assertThat(stale.body()).isEqualTo("1");
    assertThat(stale.header(STATUS)).startsWith("sluice; hit");
    until("the new one", SOON, () -> !get(uri).body().equals("1"));
  }

  @Test
  void anOldAnswerIsBetterThanNone() throws Exception {
    String uri = path + "?cc=max-age=0,stale-if-error=60";
    String other = path + "?cc=max-age=0";
    assertThat(get(uri).body()).isEqualTo("1");
    assertThat(get(other).body()).isEqualTo("1");
    upstream.kill();
    try {
      Reply stale = get(uri);
      assertThat(stale.status()).isEqualTo(200);
      assertThat(stale.body()).isEqualTo("1");
      assertThat(stale.header(STATUS)).contains("detail=stale-if-error");
      assertThat(get(other).status()).isEqualTo(502);
    } finally {
      upstream.start();
    }
    assertThat(get(uri).body()).isEqualTo("2");
  }

  @Test
  void aFetchThatHangsBehindAnAnswerIsGivenUp() throws Exception {
    String uri = path + "?cc=max-age=1,stale-while-revalidate=60&hang=2";
    until(
        "it is old and asked for again",
        SOON,
        () -> get(uri).body().equals("1") && service.asked(uri) == 2);
    until("another one fetches it", SOON, () -> get(uri).body().equals("3"));
    until("the service is told", SOON, () -> service.cut(uri) == 1);
  }

  @Test
  void whatMustNotBeKeptIsNot() throws Exception {
    String uri = path + "?cc=no-store";
    assertThat(get(uri).header(STATUS)).isEqualTo("sluice; fwd=uri-miss");
    assertThat(get(uri).body()).isEqualTo("2");
    String mine = path + "?cc=max-age=60";
    assertThat(get(mine, "Authorization", "Bearer a").body()).isEqualTo("1");
    assertThat(get(mine, "Authorization", "Bearer b").body()).isEqualTo("2");
    assertThat(get(mine).body()).isEqualTo("3");
    String open = path + "?cc=public,max-age=60";
    assertThat(get(open, "Authorization", "Bearer a").body()).isEqualTo("1");
    assertThat(get(open, "Authorization", "Bearer b").body()).isEqualTo("1");
  }

  @Test
  void headsAndPartsComeFromTheWhole() throws Exception {
    String uri = path + "?cc=max-age=60&length=1000";
    assertThat(get(uri).body()).hasSize(1000);
    Reply head = CachedService.ask(one.url(), "HEAD", uri);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).isEqualTo("1000");
    assertThat(head.header(STATUS)).contains("hit");
    Reply part = get(uri, "Range", "bytes=5-14");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("5678901234");
    assertThat(part.header("content-range")).isEqualTo("bytes 5-14/1000");
    Reply last = get(uri, "Range", "bytes=-3");
    assertThat(last.body()).isEqualTo("789");
    Reply beyond = get(uri, "Range", "bytes=1000-");
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.header("content-range")).isEqualTo("bytes */1000");
    assertThat(get(uri).body()).as("it was not changed by it").hasSize(1000);
    assertThat(service.asked(uri)).isEqualTo(1);
  }

  @Test
  void whatChangesSomethingPurgesIt() throws Exception {
    String uri = path + "?cc=max-age=60";
    assertThat(get(uri).body()).isEqualTo("1");
    Reply changed = CachedService.ask(one.url(), "POST", uri, "Content-Length", "0");
    assertThat(changed.body()).isEqualTo("2");
    assertThat(changed.header(STATUS)).isEqualTo("sluice; fwd=method");
    assertThat(get(uri).body()).isEqualTo("3");
    assertThat(get(uri).body()).isEqualTo("3");
  }

  @Test
  void aHostAndPathTooLongToBeKeptCanBeChanged() throws Exception {
    String uri = "/shop/" + "a".repeat(8180);
    Reply changed = CachedService.ask(one.url(), "POST", uri, "Content-Length", "0");
    assertThat(changed.status()).isIn(200, 414, 431);
  }

  @Test
  void whatOneGatewayHasFetchedTheOtherOneFindsInRedis() throws Exception {
    String warm = path + "?cc=max-age=60&warm";
    String uri = path + "?cc=max-age=60";
    assertThat(get(warm).status()).as("from now on Redis's clock is known").isEqualTo(200);
    until(
        "the other one has it",
        SOON,
        () -> {
          String next = uri + "&n=" + UUID.randomUUID();
          String here = get(next).body();
          Reply there = CachedService.ask(two.url(), "GET", next);
          assertThat(there.body()).isIn("1", "2");
          return there.body().equals(here) && there.header(STATUS).contains("hit");
        });
  }

  @Test
  void withoutRedisEachGatewayHasItsMemory(Servers servers) throws Exception {
    String uri = path + "?cc=max-age=60";
    assertThat(get(uri).body()).isEqualTo("1");
    servers.redis().kill();
    try {
      assertThat(get(uri).body()).isEqualTo("1");
      String other = path + "?cc=max-age=60&other";
      assertThat(get(other).body()).isEqualTo("1");
      assertThat(get(other).header(STATUS)).contains("hit");
      Reply changed = CachedService.ask(one.url(), "DELETE", uri);
      assertThat(changed.status()).isEqualTo(200);
      assertThat(get(uri).body()).isEqualTo("3");
    } finally {
      servers.redis().start();
    }
  }
}
