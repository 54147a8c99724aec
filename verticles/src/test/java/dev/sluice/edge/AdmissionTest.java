package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import dev.sluice.codec.Caller;
import dev.sluice.codec.Names;
import dev.sluice.platform.config.Config;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which limits a request is held to, and what they say together. */
class AdmissionTest {
  private static final UUID USER = UUID.fromString("00000000-0000-7000-8000-000000000001");
  private static final String NO_ROUTES =
      "routes: {auth: {limit: {rate: 0}}, login: {limit: {rate: 0}}}";

  @TempDir private Path folder;
  private final MemoryLimiters limiters = new MemoryLimiters();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger decided = new AtomicInteger();
  private LimitRules rules;
  private boolean gone;

  @AfterEach
  void close() throws Exception {
    Waiting.await(vertx.close());
  }

  /** Somebody at an address who wants something. */
  private record Somebody(Client client, String route, String account, AdmissionTest test)
      implements Subject {
    @Override
    public String address() {
      return "ip:192.0.2.1";
    }

    @Override
    public boolean gone() {
      return test.gone;
    }
  }

  private void limits(String... lines) throws IOException {
    StringBuilder yaml = new StringBuilder("limits:\n");
    for (String line : lines) {
      yaml.append("  ").append(line).append('\n');
    }
    Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
    LimitsConfig config =
        Config.load(file, Map.of(), List.of(EdgeVerticle.LIMITS)).get(EdgeVerticle.LIMITS);
    rules = new LimitRules(config, limiters, meters);
  }

  private Admission ask(String operation, Client client) {
    return ask(operation, client, null);
  }

  private Admission ask(String operation, Client client, String account) {
    LimitSet set = rules.of(client, index(operation));
    Somebody somebody = new Somebody(client, "route:" + operation, account, this);
    Admission admission = new Admission(set, somebody, new Throttle(vertx));
    if (admission.admit()) {
      decided.incrementAndGet();
    } else {
      admission.then(decided::incrementAndGet);
    }
    return admission;
  }

  private static int index(String operation) {
    for (int i = 0; i < Endpoints.ROUTES.size(); i++) {
      if (Names.of(Endpoints.ROUTES.get(i).contract()).equals(operation)) {
        return i;
      }
    }
    return Endpoints.OTHER;
  }

  private static Client client(Caller.Kind kind, String tier) {
    return Client.of(new Caller(kind, USER, "one", null, List.of(), List.of(), tier));
  }

  private static String told(Admission admission, String header) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    admission.describe(headers);
    return headers.get(header);
  }

  private double counted(String policy, String outcome) {
    return meters
        .get("limiter.decisions")
        .tags("policy", policy, "outcome", outcome)
        .counter()
        .count();
  }

  @Test
  void everybodyHasATier() throws Exception {
    limits(NO_ROUTES);
    for (Map.Entry<Client, String> known :
        Map.of(
                Client.ANONYMOUS,
                "free ip:192.0.2.1",
                client(Caller.Kind.USER, "free"),
                "free ip:192.0.2.1",
                client(Caller.Kind.USER, "pro"),
                "pro user:" + USER,
                client(Caller.Kind.KEY, "enterprise"),
                "enterprise key:one",
                client(Caller.Kind.USER, ""),
                "default user:" + USER,
                client(Caller.Kind.USER, "gone"),
                "default user:" + USER,
                client(Caller.Kind.KEY, ""),
                "untiered_key key:one",
                client(Caller.Kind.KEY, "gone"),
                "untiered_key key:one")
            .entrySet()) {
      limiters.taken.clear();
      ask("order.get", known.getKey());
      assertThat(limiters.taken).containsExactly(Map.entry(known.getValue(), 1));
    }
    limiters.taken.clear();
    assertThat(rules.of(client(Caller.Kind.KEY, "internal"), index("order.get")).isEmpty())
        .isTrue();
    ask("nothing", Client.ANONYMOUS);
    assertThat(limiters.taken).containsOnlyKeys("free ip:192.0.2.1");
  }

  @Test
  void aRouteIsFoundByItsNameItsRoomAndItsPath() throws Exception {
    limits(
        "tiers: {free: {rate: 0, burst: 0}}",
        "routes:",
        "  auth: {limit: {rate: 0}}",
        "  login: {limit: {rate: 0}}",
        "  named: {operations: [order.create, order.get], limit: {by: [route, ip]}}",
        "  room: {operations: ['order.*']}",
        "  path: {operations: ['/api/orders/{orderId}']}",
        "  all: {operations: ['*']}");
    ask("order.create", Client.ANONYMOUS);
    assertThat(limiters.taken)
        .containsOnlyKeys(
            "named ip:192.0.2.1+route:order.create", "room ip:192.0.2.1", "all ip:192.0.2.1");
    limiters.taken.clear();
    ask("order.get", Client.ANONYMOUS);
    assertThat(limiters.taken)
        .containsOnlyKeys(
            "named ip:192.0.2.1+route:order.get",
            "path ip:192.0.2.1",
            "room ip:192.0.2.1",
            "all ip:192.0.2.1");
    limiters.taken.clear();
    ask("auth.me", Client.ANONYMOUS);
    assertThat(limiters.taken).containsOnlyKeys("all ip:192.0.2.1");
  }

  @Test
  void theTightestIsTheOneWithTheLeastForTheTimeUntilItIsFull() throws Exception {
    limits(
        "tiers: {free: {rate: 10, burst: 20}}",
        "routes:",
        "  auth: {operations: [auth.me], limit: {rate: 30, per: 1m, by: [ip]}}");
    Admission first = ask("auth.me", Client.ANONYMOUS);
    assertThat(first.refusing()).isNull();
    assertThat(told(first, "RateLimit-Policy"))
        .isEqualTo("\"free\";q=10;w=1;sluice-burst=20, \"auth\";q=30;w=60");
    assertThat(told(first, "RateLimit")).isEqualTo("\"auth\";r=29;t=2"); // 29 for 2 s, 19 for 0.1 s
    limiters.taken.put("free ip:192.0.2.1", 19);
    limiters.taken.put("auth ip:192.0.2.1", 0);
    assertThat(told(ask("auth.me", Client.ANONYMOUS), "RateLimit")).isEqualTo("\"free\";r=0;t=2");
  }

  @Test
  void whatOneRefusesTheOthersGetBack() throws Exception {
    limits(
        "routes: {auth: {operations: [auth.me], limit: {rate: 2, per: 1m},"
            + " cost: {bytes_per_token: 1KB}}}");
    ask("auth.me", Client.ANONYMOUS);
    ask("auth.me", Client.ANONYMOUS);
    Admission refused = ask("auth.me", Client.ANONYMOUS);
    assertThat(refused.refusing().policy().name()).isEqualTo("auth");
    assertThat(refused.retryMillis()).isEqualTo(60_000);
    assertThat(told(refused, "RateLimit")).isEqualTo("\"auth\";r=0;t=60");
    assertThat(limiters.taken).containsEntry("free ip:192.0.2.1", 2);
    assertThat(counted("free", "allowed")).isEqualTo(2);
    assertThat(counted("free", "denied")).isZero();
    assertThat(counted("auth", "denied")).isEqualTo(1);
    refused.settle(1_000_000, 0);
    assertThat(limiters.taken).containsEntry("auth ip:192.0.2.1", 2);
  }

  @Test
  void ofThoseThatRefuseTheLongestWaitIsTold() throws Exception {
    limits(
        "tiers: {free: {rate: 1, burst: 1}}",
        "routes:",
        "  auth: {operations: [auth.me], limit: {rate: 1, per: 1m}}",
        "  hourly: {operations: [auth.me], limit: {rate: 10, per: 1h}}");
    ask("auth.me", Client.ANONYMOUS);
    Admission refused = ask("auth.me", Client.ANONYMOUS);
    assertThat(refused.refusing().policy().name()).isEqualTo("auth");
    assertThat(refused.retryMillis()).isEqualTo(60_000);
    assertThat(limiters.taken.values()).containsOnly(1);
  }

  @Test
  void whoHasToAskIsWaitedFor() throws Exception {
    limits("routes: {auth: {operations: [auth.me], limit: {rate: 1, per: 1m, by: [ip]}}}");
    limiters.asking.add("auth");
    Admission first = ask("auth.me", Client.ANONYMOUS);
    Admission second = ask("auth.me", Client.ANONYMOUS);
    assertThat(decided).hasValue(0);
    limiters.answerOne();
    assertThat(decided).hasValue(1);
    assertThat(first.refusing()).isNull();
    assertThat(limiters.taken).containsEntry("free ip:192.0.2.1", 2);
    limiters.answerOne();
    assertThat(decided).hasValue(2);
    assertThat(second.refusing().policy().name()).isEqualTo("auth");
    assertThat(limiters.taken).containsEntry("free ip:192.0.2.1", 1);
  }

  @Test
  void whatNobodyCanCountIsRefusedWithoutBlame() throws Exception {
    limits("routes: {auth: {operations: [auth.me], limit: {rate: 1, per: 1m}}}");
    limiters.lost.add("auth");
    Admission refused = ask("auth.me", Client.ANONYMOUS);
    limiters.answerOne();
    assertThat(refused.unknown()).isTrue();
    assertThat(limiters.taken).containsEntry("free ip:192.0.2.1", 0);
    assertThat(counted("auth", "unknown")).isEqualTo(1);
    assertThat(counted("auth", "denied")).isZero();
  }

  @Test
  void anAccountIsCountedOnceItIsKnown() throws Exception {
    limits();
    Admission login = ask("auth.login", Client.ANONYMOUS, "account:x");
    assertThat(limiters.taken).containsOnlyKeys("free ip:192.0.2.1", "auth ip:192.0.2.1");
    assertThat(told(login, "RateLimit-Policy")).doesNotContain("login");
    assertThat(login.hasMore()).isTrue();
    assertThat(login.admitRead()).isTrue();
    assertThat(limiters.taken).containsEntry("login ip:192.0.2.1+account:x", 1);
    assertThat(told(login, "RateLimit-Policy"))
        .isEqualTo("\"free\";q=10;w=1;sluice-burst=20, \"auth\";q=100;w=60, \"login\";q=5;w=900");
    assertThat(told(login, "RateLimit")).isEqualTo("\"login\";r=4;t=180");
    assertThat(ask("auth.me", Client.ANONYMOUS).hasMore()).isFalse();
  }

  @Test
  void aRequestCanCostMoreAlsoAfterwards() throws Exception {
    limits(
        "tiers: {free: {rate: 1, burst: 50}}",
        "routes:",
        "  found:",
        "    operations: [audit.find]",
        "    limit: {rate: 100, by: [ip]}",
        "    cost: {request: 3, bytes_per_token: 1KB, rows_per_token: 10}");
    Admission admission = ask("audit.find", Client.ANONYMOUS);
    assertThat(limiters.taken).containsEntry("found ip:192.0.2.1", 3);
    admission.settle(5000, 25);
    assertThat(limiters.taken).containsEntry("found ip:192.0.2.1", 3 + 4 + 2);
    assertThat(limiters.taken).containsEntry("free ip:192.0.2.1", 1);
  }

  @Test
  void aRequestCanWaitForItsTokens() throws Exception {
    limits(
        "routes: {auth: {operations: [auth.me],"
            + " limit: {rate: 1, per: 100ms, algorithm: token_bucket, max_wait: 30s, by: [ip]}}}");
    ask("auth.me", Client.ANONYMOUS);
    Admission patient = ask("auth.me", Client.ANONYMOUS);
    assertThat(decided).hasValue(1);
    limiters.taken.put("auth ip:192.0.2.1", 0);
    Waiting.until("it has its turn", Duration.ofSeconds(10), () -> decided.get() == 2);
    assertThat(patient.refusing()).isNull();
    assertThat(counted("auth", "throttled")).isEqualTo(1);
    assertThat(counted("auth", "allowed")).isEqualTo(1);
    assertThat(limiters.taken).containsEntry("free ip:192.0.2.1", 2);
  }

  @Test
  void nobodyWaitsLongerThanAllowed() throws Exception {
    limits(
        "routes: {auth: {operations: [auth.me],"
            + " limit: {rate: 1, per: 100ms, algorithm: token_bucket, max_wait: 250ms, by: [ip]}}}");
    ask("auth.me", Client.ANONYMOUS);
    Admission refused = ask("auth.me", Client.ANONYMOUS);
    assertThat(decided).hasValue(1);
    Waiting.until("it is refused", Duration.ofSeconds(10), () -> decided.get() == 2);
    assertThat(refused.refusing().policy().name()).isEqualTo("auth");
    assertThat(counted("auth", "denied")).isEqualTo(1);
  }

  @Test
  void whoGoesAwayWhileWaitingLeavesNothingTaken() throws Exception {
    limits(
        "routes: {auth: {operations: [auth.me],"
            + " limit: {rate: 1, per: 100ms, algorithm: token_bucket, max_wait: 30s, by: [ip]}}}");
    ask("auth.me", Client.ANONYMOUS);
    gone = true;
    ask("auth.me", Client.ANONYMOUS);
    Waiting.until(
        "it is given back",
        Duration.ofSeconds(10),
        () -> limiters.taken.get("free ip:192.0.2.1") == 1);
    assertThat(decided).hasValue(1);
  }

  @Test
  void notEverybodyCanWaitAtOnce() {
    Throttle throttle = new Throttle(vertx);
    for (int i = 0; i < Throttle.MOST; i++) {
      assertThat(throttle.after(60_000, () -> {})).isTrue();
    }
    assertThat(throttle.after(60_000, () -> {})).isFalse();
  }

  @Test
  void theOldNamesAreAnOption() throws Exception {
    for (String headers : List.of("ietf", "legacy", "both", "none")) {
      limiters.taken.clear();
      limits("headers: " + headers);
      Admission admission = ask("order.get", Client.ANONYMOUS);
      boolean ietf = headers.equals("ietf") || headers.equals("both");
      boolean legacy = headers.equals("legacy") || headers.equals("both");
      assertThat(told(admission, "RateLimit")).isEqualTo(ietf ? "\"free\";r=19;t=1" : null);
      assertThat(told(admission, "RateLimit-Policy") != null).isEqualTo(ietf);
      assertThat(told(admission, "X-RateLimit-Limit")).isEqualTo(legacy ? "20" : null);
      assertThat(told(admission, "X-RateLimit-Remaining")).isEqualTo(legacy ? "19" : null);
      assertThat(told(admission, "X-RateLimit-Reset")).isEqualTo(legacy ? "1" : null);
    }
  }
}
