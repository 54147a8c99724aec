package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.upstream.UpstreamConfig.Balance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancersTest {
  private static final String A = "http://10.0.0.1";
  private static final String B = "http://10.0.0.2";
  private static final String C = "http://10.0.0.3";

  private static Sample weighted(int... weights) {
    Sample sample = Sample.of();
    for (int i = 0; i < weights.length; i++) {
      sample.target("http://10.0.0." + (i + 1), weights[i], Map.of());
    }
    return sample;
  }

  private static Map<String, Integer> picks(Balancer balancer, int times, long tried) {
    Map<String, Integer> picks = new HashMap<>();
    for (int i = 0; i < times; i++) {
      Endpoint one = balancer.choose(KeyHash.of("key " + i), tried, false, 0);
      picks.merge(one == null ? "none" : one.target(), 1, Integer::sum);
    }
    return picks;
  }

  @Test
  void turnsAreSpreadAsNginxDoes() {
    Endpoint[] endpoints = weighted(5, 1, 1).endpoints();
    assertThat(Arrays.stream(Turns.of(endpoints)).map(Endpoint::target))
        .as("the example of nginx: a a b a c a a")
        .containsExactly(A, A, B, A, C, A, A);
    assertThat(Turns.of(weighted(1000, 500).endpoints())).hasSize(3);
  }

  @Test
  void weightsThatWouldMakeTooManyTurnsAreRounded() {
    Endpoint[] turns =
        Turns.of(weighted(997, 991, 983, 977, 971, 967, 953, 947, 941, 1).endpoints());
    assertThat(turns.length).isBetween(8000, 8300);
    assertThat(Stream.of(turns).filter(turn -> turn.weight() == 1).count()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void withoutLoadSharesAreByWeight(Balance balance) {
    Balancer balancer = Balancer.of(balance, weighted(3, 2, 1).endpoints());
    Map<String, Integer> picks = picks(balancer, 60_000, 0);
    boolean exact = balance == Balance.ROUND_ROBIN || balance == Balance.LEAST_REQUESTS;
    // Two draws that must differ favour the light ones a little; points of a ring are never even.
    Offset<Integer> off = Offset.offset(exact ? 0 : 6000);
    assertThat(picks.get(A)).isCloseTo(30_000, off);
    assertThat(picks.get(B)).isCloseTo(20_000, off);
    assertThat(picks.get(C)).isCloseTo(10_000, off);
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void theShareOfOneThatIsAwayIsSpreadOverAllOthers(Balance balance) {
    Endpoint[] endpoints = weighted(1, 1, 1, 1).endpoints();
    Map<String, Integer> picks = picks(Balancer.of(balance, endpoints), 30_000, endpoints[1].bit());
    assertThat(picks.keySet()).doesNotContain(B, "none").hasSize(3);
    // Most of all not twice as many for the one who comes next.
    assertThat(picks.values()).allSatisfy(many -> assertThat(many).isBetween(7_000, 13_000));
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void whenNobodyIsRightNobodyIsChosen(Balance balance) {
    for (int count : List.of(1, 2, 5)) {
      int[] weights = new int[count];
      Arrays.fill(weights, 7);
      Balancer balancer = Balancer.of(balance, weighted(weights).endpoints());
      assertThat(picks(balancer, 100, -1)).isEqualTo(Map.of("none", 100));
    }
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void theLastOneThatIsRightIsAlwaysFound(Balance balance) {
    int[] weights = new int[60];
    Arrays.fill(weights, 1000);
    weights[17] = 1;
    Endpoint[] endpoints = weighted(weights).endpoints();
    Map<String, Integer> picks = picks(Balancer.of(balance, endpoints), 1000, ~endpoints[17].bit());
    assertThat(picks).isEqualTo(Map.of(endpoints[17].target(), 1000));
  }

  @Test
  void leastRequestsLooksAtAllForTheirWeight() {
    Endpoint[] endpoints = weighted(2, 1, 1).endpoints();
    Balancer balancer = Balancer.of(Balance.LEAST_REQUESTS, endpoints);
    endpoints[0].vitals().inFlight.set(3);
    endpoints[1].vitals().inFlight.set(3);
    endpoints[2].vitals().inFlight.set(2);
    assertThat(picks(balancer, 100, 0)).as("3/2, 3, 2").isEqualTo(Map.of(A, 100));
    endpoints[0].vitals().inFlight.set(6);
    assertThat(picks(balancer, 100, 0)).as("6/2, 3, 2").isEqualTo(Map.of(C, 100));
  }

  @Test
  void powerOfTwoHardlyEverTakesTheBusiest() {
    Endpoint[] endpoints = weighted(1, 1, 1, 1).endpoints();
    endpoints[0].vitals().inFlight.set(50);
    Map<String, Integer> picks = picks(Balancer.of(Balance.POWER_OF_TWO, endpoints), 10_000, 0);
    assertThat(picks.getOrDefault(A, 0)).isLessThan(10);
  }

  @Test
  void aKeyAlwaysGoesToTheSameAlsoOnAnotherNode() {
    Balancer one = Balancer.of(Balance.CONSISTENT_HASH, weighted(1, 2, 3).endpoints());
    Endpoint[] reversed =
        Sample.of()
            .target(C, 3, Map.of())
            .target(B, 2, Map.of())
            .target(A, 1, Map.of())
            .endpoints();
    Balancer other = Balancer.of(Balance.CONSISTENT_HASH, reversed);
    for (int i = 0; i < 1000; i++) {
      long hash = KeyHash.of("key " + i);
      assertThat(one.choose(hash, 0, false, 0).target())
          .isEqualTo(other.choose(hash, 0, false, 0).target());
    }
  }

  /** Of random sets with random weights: only keys of the one that goes move. */
  @Test
  void oneThatGoesMovesItsOwnShareAndNothingElse() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 10; round++) {
      int count = 2 + random.nextInt(20);
      int gone = random.nextInt(count);
      Sample all = Sample.of();
      Sample rest = Sample.of();
      for (int i = 0; i < count; i++) {
        int weight = 1 + random.nextInt(5);
        all.target("http://10.0.1." + i, weight, Map.of());
        if (i != gone) {
          rest.target("http://10.0.1." + i, weight, Map.of());
        }
      }
      Balancer before = Balancer.of(Balance.CONSISTENT_HASH, all.endpoints());
      Balancer after = Balancer.of(Balance.CONSISTENT_HASH, rest.endpoints());
      for (int i = 0; i < 2000; i++) {
        long hash = random.nextLong();
        String was = before.choose(hash, 0, false, 0).target();
        String is = after.choose(hash, 0, false, 0).target();
        if (!was.equals("http://10.0.1." + gone)) {
          assertThat(is).as("seed %d", seed).isEqualTo(was);
        }
      }
    }
  }

  @Test
  void theRingStaysBoundedWithManyHeavyTargets() {
    Sample sample = Sample.of();
    for (int i = 0; i < 1000; i++) {
      sample.target("http://10.1." + i / 250 + "." + i % 250, 1000, Map.of());
    }
    Balancer ring = Balancer.of(Balance.CONSISTENT_HASH, sample.endpoints());
    assertThat(picks(ring, 20_000, 0)).hasSizeGreaterThan(950);
  }
}
