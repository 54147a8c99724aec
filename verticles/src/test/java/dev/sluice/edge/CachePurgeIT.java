package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.OutgoingRecord;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.kafka.TransactionalProducer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateways in one cluster: what one is told to forget, or changes, the other forgets too. */
@ExtendWith(Servers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachePurgeIT {
  private static final String ADMIN = "/api/v1/admin/cache";
  private static final String HOST = CachedService.HOST;
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final CachedService service = new CachedService(vertx);
  private TestUpstream upstream;
  private TestNode here;
  private TestNode there;
  private String[] admin;
  private TransactionalProducer producer;
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
        routes:
          shop:
            match: {paths: ["/shop/*"]}
            upstream: shop
            cache: {enabled: true}
          mine:
            match: {paths: ["/mine/*"]}
            upstream: shop
            auth: [jwt]
            cache: {enabled: true, per_client: true}
        """
            .formatted(upstream.url()));
    int first = TestNode.clusterPort();
    int second = TestNode.clusterPort();
    Path credentials = folder.resolve("credentials.json");
    Map<String, String> settings = new HashMap<>(TestNode.cluster(first, second));
    settings.put("SLUICE_POSTGRES_URI", servers.newDatabase());
    settings.put("SLUICE_AUTH_BOOTSTRAP_FILE", credentials.toString());
    settings.put("SLUICE_LIMITS_ROUTES_AUTH_LIMIT_RATE", "0");
    settings.put("SLUICE_LIMITS_ROUTES_LOGIN_LIMIT_RATE", "0");
    settings.put("SLUICE_LIMITS_TIERS_FREE_RATE", "100000");
    settings.put("SLUICE_LIMITS_TIERS_FREE_BURST", "100000");
    here = TestNode.start(servers, folder, settings);
    there = TestNode.gateway(servers, folder, TestNode.cluster(second, first));
    JsonNode account = new ObjectMapper().readTree(credentials.toFile()).get("admin");
    admin = TestNode.bearer(here.post("/api/v1/auth/login", account.toString()).at("/accessToken"));
    producer =
        await(
            TransactionalProducer.open(
                vertx,
                KafkaConfig.at(servers.kafka().bootstrapServers()),
                "purges-" + UUID.randomUUID()));
  }

  @AfterAll
  void stop() throws Exception {
    await(producer.close());
    there.close();
    here.close();
    await(vertx.close());
  }

  @BeforeEach
  void newPath() {
    path = "/shop/" + UUID.randomUUID();
  }

  private static String get(TestNode node, String uri) throws Exception {
    return CachedService.ask(node.url(), "GET", uri).body();
  }

  /** Has it kept by both gateways, in memory; the number of the request that fetched it. */
  private Map<TestNode, String> keep(String uri) throws Exception {
    Map<TestNode, String> kept = new HashMap<>();
    for (TestNode node : List.of(here, there)) {
      kept.put(node, get(node, uri));
      assertThat(CachedService.ask(node.url(), "GET", uri).header("cache-status")).contains("hit");
    }
    return kept;
  }

  /** Whoever still has it would give the number it was kept with. */
  private void assertGone(String uri, Map<TestNode, String> kept) throws Exception {
    int asked = service.asked(uri);
    for (TestNode node : List.of(here, there)) {
      until("it is gone", TWO_SECONDS, () -> !get(node, uri).equals(kept.get(node)));
    }
    assertThat(service.asked(uri)).isGreaterThan(asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"uri", "prefix", "tag", "all"})
  void whatOneIsToldToForgetIsGoneEverywhere(String selector) throws Exception {
    String tag = "t" + UUID.randomUUID();
    String uri = path + "?cc=max-age=600&tag=" + tag;
    String other = path + "x?cc=max-age=600";
    for (boolean post : new boolean[] {false, true}) {
      Map<TestNode, String> kept = keep(uri);
      Map<TestNode, String> others = keep(other);
      String what =
          switch (selector) {
            case "uri" -> "http://" + HOST + uri;
            case "prefix" -> HOST + path + "?";
            case "tag" -> tag;
            default -> "true";
          };
      Answer done =
          post
              ? here.post(ADMIN + "/purge", json(selector, what), admin)
              : here.send("DELETE", ADMIN + "?" + selector + "=" + encode(what), null, admin);
      assertThat(done.status()).as(done.text()).isEqualTo(200);
      assertThat(done.json().at("/entries").asInt()).isPositive();
      assertThat(done.json().at("/everywhere").asBoolean()).isTrue();
      assertGone(uri, kept);
      if (selector.equals("all")) {
        assertGone(other, others);
      } else {
        assertThat(get(there, other)).isEqualTo(others.get(there));
        assertThat(get(here, other)).isEqualTo(others.get(here));
      }
    }
  }

  private static String json(String selector, String what) {
    String value = selector.equals("all") ? what : '"' + what + '"';
    return "{\"" + selector + "\":" + value + "}";
  }

  private static String encode(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void whoMayNotOrDoesNotSayWhatIsRefused() throws Exception {
    String uri = path + "?cc=max-age=600";
    Map<TestNode, String> kept = keep(uri);
    String all = ADMIN + "?all=true";
    assertThat(here.send("DELETE", all, null).status()).isEqualTo(401);
    assertThat(here.send("DELETE", all, null, here.signIn()).status()).isEqualTo(403);
    assertThat(here.post(ADMIN + "/purge", "{\"all\":true}", here.signIn()).status())
        .isEqualTo(403);
    for (String query :
        List.of(
            "",
            "?all=false",
            "?all=yes",
            "?tag=a&all=true",
            "?uri=" + HOST + "/a&prefix=" + HOST + "/b",
            "?uri=/items",
            "?uri=" + HOST,
            "?prefix=http://",
            "?tag=a,b",
            "?tag=",
            "?host=" + HOST)) {
      Answer refused = here.send("DELETE", ADMIN + query, null, admin);
      assertThat(refused.status()).as("%s: %s", query, refused.text()).isEqualTo(400);
    }
    for (String body : List.of("{}", "[]", "{\"tag\":\"a\",\"prefix\":\"b\"}", "{\"tag\":7}")) {
      Answer refused = here.post(ADMIN + "/purge", body, admin);
      assertThat(refused.status()).as("%s: %s", body, refused.text()).isEqualTo(400);
    }
    assertThat(get(here, uri)).isEqualTo(kept.get(here));
    assertThat(get(there, uri)).isEqualTo(kept.get(there));
  }

  @Test
  void whatIsChangedThroughOneIsGoneEverywhere() throws Exception {
    String uri = path + "?cc=max-age=600";
    Map<TestNode, String> kept = keep(uri);
    assertThat(CachedService.ask(there.url(), "DELETE", uri).status()).isEqualTo(200);
    assertGone(uri, kept);
  }

  @Test
  void manyChangesAtOnceAreHeardOfAll() throws Exception {
    Map<String, Map<TestNode, String>> all = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      String uri = path + i + "?cc=max-age=600";
      all.put(uri, keep(uri));
    }
    for (String uri : all.keySet()) {
      assertThat(CachedService.ask(there.url(), "PUT", uri, "Content-Length", "0").status())
          .isEqualTo(200);
    }
    for (Map.Entry<String, Map<TestNode, String>> one : all.entrySet()) {
      assertGone(one.getKey(), one.getValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"uri", "prefix", "tag", "all"})
  void whatIsAnnouncedAsChangedIsGoneEverywhere(String selector) throws Exception {
    String tag = "t" + UUID.randomUUID();
    String uri = path + "?cc=max-age=600&tag=" + tag;
    Map<TestNode, String> kept = keep(uri);
    String what =
        switch (selector) {
          case "uri" -> HOST + uri;
          case "prefix" -> HOST + path;
          case "tag" -> tag;
          default -> "true";
        };
    List<String> events = new ArrayList<>();
    events.add("not json");
    events.add(event("cache.invalidated", "{}"));
    events.add(event("cache.invalidated", "{\"tag\":\"a\",\"uri\":\"b/c\"}"));
    events.add(event("cache.invalidated", "{\"uri\":{}}"));
    events.add(event("order.created", json(selector, what)));
    events.add(event("cache.invalidated", json(selector, what)));
    double before = metric("cache_events_refused_total");
    double failed = metric("cache_batches_failed_total");
    await(
        producer.publish(
            events.stream()
                .map(e -> new OutgoingRecord(Topics.CACHE, "k", Buffer.buffer(e), Map.of()))
                .toList()));
    for (TestNode node : List.of(here, there)) {
      until("it is gone", SOON, () -> !get(node, uri).equals(kept.get(node)));
    }
    assertThat(metric("cache_events_refused_total") - before).isEqualTo(4);
    assertThat(metric("cache_batches_failed_total")).isEqualTo(failed);
  }

  private static String event(String type, String data) {
    return """
        {"eventType":"%s","eventId":"%s","timestamp":"2026-01-01T00:00:00Z","category":"domain","data":%s}
        """
        .formatted(type, UUID.randomUUID(), data);
  }

  private double metric(String name) throws Exception {
    return here.get(here.managementUrl() + "/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void callersHaveAnswersOfTheirOwn() throws Exception {
    String uri = "/mine/" + UUID.randomUUID() + "?cc=max-age=600";
    String[] ada = here.signIn();
    String[] bob = here.signIn();
    assertThat(CachedService.ask(here.url(), "GET", uri).status()).isEqualTo(401);
    assertThat(CachedService.ask(here.url(), "GET", uri, ada).body()).isEqualTo("1");
    assertThat(CachedService.ask(here.url(), "GET", uri, bob).body()).isEqualTo("2");
    assertThat(CachedService.ask(here.url(), "GET", uri, ada).body()).isEqualTo("1");
    assertThat(CachedService.ask(here.url(), "GET", uri, bob).body()).isEqualTo("2");
    Answer done = here.send("DELETE", ADMIN + "?uri=" + encode(HOST + uri), null, admin);
    assertThat(done.at("/entries")).isEqualTo("2");
    assertThat(CachedService.ask(here.url(), "GET", uri, ada).body()).isEqualTo("3");
  }
}
