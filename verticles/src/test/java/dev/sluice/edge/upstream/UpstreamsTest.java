package dev.sluice.edge.upstream;

import static dev.sluice.edge.upstream.Sample.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Waiting;
import dev.sluice.edge.upstream.Breaker.State;
import dev.sluice.platform.time.TurnedTime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamsTest {
  private static final String A = "http://10.0.0.1";
  private static final String B = "http://10.0.0.2";
  private static final String C = "http://10.0.0.3";

  private final Vertx vertx = Vertx.vertx();
  private final TurnedTime time = new TurnedTime();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Map<String, Future<List<String>>> names = new HashMap<>();
  private final Upstreams upstreams =
      new Upstreams(
          vertx,
          time,
          registry,
          2,
          Duration.ofMinutes(5),
          host -> names.getOrDefault(host, Future.failedFuture("no such name")),
          new Random(1));

  @AfterEach
  void close() throws Exception {
    upstreams.close();
    Waiting.await(vertx.close());
  }

  private Upstream swap(Sample sample) {
    return upstreams.swap(Map.of("shop", sample.config())).get("shop");
  }

  private Set<String> addresses(Upstream upstream) {
    Set<String> addresses = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      Attempt attempt = attempt(upstream);
      addresses.add(attempt.endpoint().address().host());
      attempt.cancelled();
    }
    return addresses;
  }

  private double gauge(String name, String... tags) {
    Gauge gauge = registry.find(name).tags(tags).gauge();
    return gauge == null ? Double.NaN : gauge.value();
  }

  @Test
  void anUnchangedUpstreamStaysTheSameObject() {
    Upstream first = swap(Sample.of(A, B));
    assertThat(swap(Sample.of(A, B))).isSameAs(first);
    assertThat(upstreams.get("shop")).isSameAs(first);
    assertThat(upstreams.get("other")).isNull();
  }

  @Test
  void aChangedOneKeepsHowItsTargetsAre() {
    Sample before = Sample.of(A, B, C).health(Sample.health(20, 50)).breaker(Sample.breaker(50));
    Upstream old = swap(before);
    Attempt underWay = attempt(old);
    while (old.endpoints()[1].used(time.nanos())) {
      Attempt attempt = attempt(old);
      if (attempt.endpoint() == old.endpoints()[1]) {
        attempt.failed(UpstreamFailure.RESET);
      } else {
        attempt.succeeded(200);
      }
    }
    Sample after =
        Sample.of(B, A, "http://10.0.0.4")
            .health(Sample.health(20, 60))
            .breaker(Sample.breaker(50));
    Upstream changed = swap(after);
    assertThat(changed).isNotSameAs(old);
    assertThat(changed.pools()).as("connections").isSameAs(old.pools());
    assertThat(changed.endpoints()[0].vitals()).isSameAs(old.endpoints()[1].vitals());
    assertThat(changed.endpoints()[0].breaker().state()).isEqualTo(State.OPEN);
    assertThat(addresses(changed)).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.4");
    assertThat(changed.inFlight()).as("what began with the old one").isEqualTo(1);
    underWay.succeeded(200);
    assertThat(changed.inFlight()).isZero();
    Upstream other =
        swap(
            Sample.of(B, A)
                .health(Sample.health(20, 60))
                .breaker(
                    new BreakerConfig(60, Duration.ofSeconds(5), 5, Duration.ofSeconds(5), 1)));
    assertThat(other.endpoints()[0].breaker().state())
        .as("another breaker knows nothing yet")
        .isEqualTo(State.CLOSED);
    assertThat(other.endpoints()[0].used(time.nanos())).as("but it is ejected").isFalse();
  }

  @Test
  void aTargetThatComesBackLaterBeginsAnew() {
    Upstream first = swap(Sample.of(A, B));
    swap(Sample.of(A));
    Upstream third = swap(Sample.of(A, B));
    assertThat(third.endpoints()[0].vitals()).isSameAs(first.endpoints()[0].vitals());
    assertThat(third.endpoints()[1].vitals()).isNotSameAs(first.endpoints()[1].vitals());
  }

  @Test
  void whoBeganWithTheOldOneGoesOnWithIt() {
    Upstream old = swap(Sample.of(A));
    assertThat(upstreams.swap(Map.of())).isEmpty();
    assertThat(addresses(old)).containsExactly("10.0.0.1");
  }

  @Test
  void otherConnectionsAreOtherPools() {
    Upstream old = swap(Sample.of(A));
    Upstream pooled = swap(Sample.of(A).pool(5, 5));
    assertThat(pooled.pools()).isNotSameAs(old.pools());
    assertThat(pooled.endpoints()[0].vitals()).isSameAs(old.endpoints()[0].vitals());
  }

  @Test
  void aNameIsAsManyEndpointsAsItHasAddresses() {
    Sample sample = Sample.of().target("http://shop.svc:8080", 2, Map.of("v", "1"));
    Upstream upstream = swap(sample);
    Subset labelled = upstream.subset(Map.of("v", "1"));
    assertThat(addresses(upstream)).as("not looked up yet").containsExactly("shop.svc");
    names.put("shop.svc", Future.succeededFuture(List.of("10.0.0.2", "10.0.0.1", "10.0.0.2")));
    upstreams.tick();
    assertThat(addresses(upstream)).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
    assertThat(upstream.pick(labelled, 0, 0)).isInstanceOf(Endpoint.class);
    Endpoint kept = upstream.endpoints()[1];

    names.put("shop.svc", Future.succeededFuture(List.of("10.0.0.3", "10.0.0.2")));
    upstreams.tick();
    assertThat(addresses(upstream)).as("not due").contains("10.0.0.1");
    time.turn(Duration.ofMillis(5500));
    upstreams.tick();
    assertThat(addresses(upstream)).containsExactlyInAnyOrder("10.0.0.2", "10.0.0.3");
    assertThat(upstream.endpoints()[0]).as("who stays").isSameAs(kept);

    for (Future<List<String>> bad :
        List.of(
            Future.<List<String>>failedFuture("SERVFAIL"),
            Future.succeededFuture(List.<String>of()))) {
      names.put("shop.svc", bad);
      time.turn(Duration.ofMillis(5500));
      upstreams.tick();
      assertThat(addresses(upstream)).containsExactlyInAnyOrder("10.0.0.2", "10.0.0.3");
    }
    Upstream changed = swap(Sample.of().target("http://shop.svc:8080", 3, Map.of("v", "2")));
    assertThat(addresses(changed)).containsExactlyInAnyOrder("10.0.0.2", "10.0.0.3");
  }

  @Test
  void addressesAreBounded() {
    Upstream upstream = swap(Sample.of("http://many"));
    names.put(
        "many",
        Future.succeededFuture(IntStream.range(0, 200).mapToObj(i -> "10.0.0." + i).toList()));
    upstreams.tick();
    assertThat(upstream.endpoints()).hasSize(64);
    assertThat(Arrays.stream(upstream.endpoints()).map(Endpoint::weight)).containsOnly(1);
  }

  @Test
  void figuresComeAndGoWithUpstreamsAndTargets() {
    Upstream upstream = swap(Sample.of(A, B).breaker(Sample.breaker(50)));
    Attempt one = attempt(upstream);
    assertThat(one.endpoint().target()).isEqualTo(A);
    assertThat(gauge("upstream.in.flight", "upstream", "shop")).isEqualTo(1);
    assertThat(gauge("upstream.healthy", "target", A)).isEqualTo(1);
    one.succeeded(204);
    while (upstream.breakerState() != State.OPEN) {
      attempt(upstream).failed(UpstreamFailure.TIMEOUT);
    }
    assertThat(gauge("breaker.state", "target", A)).isEqualTo(2);
    assertThat(gauge("breaker.state", "target", "*")).isEqualTo(2);
    assertThat(gauge("upstream.healthy", "target", A)).isZero();
    assertThat(
            registry.get("upstream.requests").tags("target", A, "outcome", "2xx").counter().count())
        .isEqualTo(1);
    assertThat(
            registry
                .get("upstream.requests")
                .tags("target", A, "outcome", "timeout")
                .counter()
                .count())
        .isEqualTo(19);

    Upstream changed = swap(Sample.of(A, C));
    assertThat(gauge("upstream.healthy", "target", B)).isNaN();
    assertThat(gauge("breaker.state", "target", A)).as("breakers are off now").isZero();
    attempt(changed).succeeded(200);
    assertThat(
            registry.get("upstream.requests").tags("target", A, "outcome", "2xx").counter().count())
        .as("counters go on")
        .isEqualTo(2);
    assertThat(gauge("upstream.in.flight", "upstream", "shop")).isZero();

    upstreams.swap(Map.of());
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void thereAreSoManyEventLoops() {
    assertThat(upstreams.client(1)).isNotNull();
    assertThatThrownBy(() -> upstreams.client(2)).hasMessage("event loop 2 of 2");
  }
}
