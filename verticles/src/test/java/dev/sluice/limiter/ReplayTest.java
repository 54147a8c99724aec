package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.limiter.Policy.Algorithm;
import dev.sluice.limiter.Policy.Loss;
import dev.sluice.limiter.Replay.Seen;
import dev.sluice.limiter.Replay.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final String CLIENT = "ip:192.0.2.1";

  @Test
  void aBucketRefillsBetweenSlotsAndNotBeyondItsBurst() {
    Replay replay = new Replay(bucket(10, Duration.ofSeconds(1), 3));
    assertThat(
            replay.verdicts(
                traffic(
                    new Seen(CLIENT, 100, 1, 5, 0), // 3 pass
                    new Seen(CLIENT, 101, 1, 2, 1), // a slot refills one
                    new Seen(CLIENT, 200, 1, 4, 2)))) // full again: 3 pass
        .containsExactly(new Verdict(CLIENT, 11, 3, 2 + 1 + 1));
  }

  @Test
  void aCostAboveTheBurstIsTheBurst() {
    Replay replay = new Replay(bucket(1, Duration.ofSeconds(1), 5));
    assertThat(replay.verdicts(traffic(new Seen(CLIENT, 1, 50, 2, 0))))
        .containsExactly(new Verdict(CLIENT, 2, 0, 1));
  }

  @Test
  void aSlidingWindowGivesTokensBackOneWindowLater() {
    Replay replay = new Replay(sliding(3, Duration.ofSeconds(2)));
    assertThat(
            replay.verdicts(
                traffic(
                    new Seen(CLIENT, 0, 1, 2, 0),
                    new Seen(CLIENT, 10, 1, 2, 0), // one passes
                    new Seen(CLIENT, 19, 1, 1, 0), // none
                    new Seen(CLIENT, 20, 1, 3, 0), // two
                    new Seen(CLIENT, 30, 1, 1, 0)))) // one
        .containsExactly(new Verdict(CLIENT, 9, 0, 1 + 1 + 1));
  }

  @Test
  void clientsHaveBucketsOfTheirOwnAndTheWorstComesFirst() {
    Replay replay = new Replay(bucket(1, Duration.ofSeconds(1), 2));
    assertThat(
            replay.verdicts(
                traffic(
                    new Seen("a:1", 0, 1, 2, 0),
                    new Seen("b:2", 0, 1, 9, 9),
                    new Seen("c:3", 0, 1, 3, 0))))
        .extracting(Verdict::client, Verdict::refused)
        .containsExactly(tuple("b:2", 7L), tuple("c:3", 1L), tuple("a:1", 0L));
  }

  @Test
  void largeFiguresDoNotOverflow() {
    Replay replay = new Replay(bucket(1_000_000_000, Duration.ofSeconds(1), 1_000_000_000));
    assertThat(
            replay.verdicts(
                traffic(
                    new Seen(CLIENT, 0, 1, 2_000_000_000L, 0),
                    new Seen(CLIENT, 20_000_000_000L, 1_000_000_000, 2, 0))))
        .containsExactly(new Verdict(CLIENT, 2_000_000_002L, 0, 1_000_000_001L));
  }

  /** One request after the other, in exact fractions, by the book. */
  @Test
  void theSameAsAnOracleOnRandomTraffic() {
    long seed = new Random().nextLong();
    System.out.println("ReplayTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      boolean steady = random.nextBoolean();
      Duration window = Duration.ofMillis(2_000 + random.nextInt(steady ? 60_000 : 8_000));
      long quota = 1L + random.nextInt(50);
      Policy policy =
          steady ? bucket(quota, window, 1 + random.nextInt(80)) : sliding(quota, window);
      List<Seen> traffic = new ArrayList<>();
      int entries = random.nextInt(60);
      for (int i = 0; i < entries; i++) {
        traffic.add(
            new Seen(
                CLIENT,
                random.nextInt(200),
                1 + random.nextInt(1 + random.nextInt(30)),
                random.nextInt(12),
                0));
      }
      long expected = refused(policy, traffic);
      Collections.shuffle(traffic, random);
      List<Verdict> verdicts = new Replay(policy).verdicts(traffic);
      assertThat(verdicts.isEmpty() ? 0 : verdicts.get(0).refused())
          .as("seed %d, round %d: %s, %s", seed, round, policy, traffic)
          .isEqualTo(expected);
    }
  }

  private static long refused(Policy policy, List<Seen> traffic) {
    List<Seen> sorted = new ArrayList<>(traffic);
    sorted.sort(Comparator.comparingLong(Seen::slot).thenComparingInt(Seen::cost));
    List<long[]> admitted = new ArrayList<>(); // millisecond, tokens
    long refused = 0;
    for (Seen seen : sorted) {
      long millis = seen.slot() * 100;
      long cost = Math.min(seen.cost(), policy.burst());
      for (long i = 0; i < seen.requests(); i++) {
        if (fits(policy, admitted, millis, cost)) {
          admitted.add(new long[] {millis, cost});
        } else {
          refused++;
        }
      }
    }
    return refused;
  }

  /** Steady: no window since any moment may have more than burst + rate x its length. */
  private static boolean fits(Policy policy, List<long[]> admitted, long now, long cost) {
    long window = policy.window().toMillis();
    if (policy.algorithm() == Algorithm.SLIDING_WINDOW) {
      long used = admitted.stream().filter(a -> now - a[0] < window).mapToLong(a -> a[1]).sum();
      return used + cost <= policy.quota();
    }
    long sum = cost;
    for (int i = admitted.size(); i >= 0; i--) {
      long since = i == admitted.size() ? now : admitted.get(i)[0];
      if (i < admitted.size()) {
        sum += admitted.get(i)[1];
      }
      long bound = policy.burst() * window + policy.quota() * (now - since);
      if (sum * window > bound) {
        return false;
      }
    }
    return true;
  }

  private static List<Seen> traffic(Seen... seen) {
    return List.of(seen);
  }

  private static Policy bucket(long quota, Duration window, long burst) {
    return new Policy(
        "p",
        Algorithm.TOKEN_BUCKET,
        quota,
        window,
        burst,
        false,
        1,
        Duration.ZERO,
        Loss.FAIR_SHARE);
  }

  private static Policy sliding(long quota, Duration window) {
    return new Policy(
        "p",
        Algorithm.SLIDING_WINDOW,
        quota,
        window,
        quota,
        false,
        1,
        Duration.ZERO,
        Loss.FAIR_SHARE);
  }
}
