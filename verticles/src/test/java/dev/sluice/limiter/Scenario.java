package dev.sluice.limiter;

import dev.sluice.limiter.Policy.Algorithm;
import dev.sluice.limiter.Policy.Loss;
import java.time.Duration;
import java.util.Random;

/**
 * What a simulated run has to bear.
 *
 * @param offered requests a second, all nodes together, as multiples of the rate
 * @param lost share of calls that get lost, on their way or back
 * @param slow share of calls that take long, up to three times the patience of a node
 * @param twice share of calls that arrive twice
 * @param faults a second: crashes and pauses of nodes
 * @param outages how often Redis is away for a while
 * @param amnesia whether it comes back without its data
 * @param clients how many share the time; more than {@code room} makes nodes forget
 */
record Scenario(
    Policy policy,
    int nodes,
    double offered,
    boolean skewed,
    boolean dear,
    double lost,
    double slow,
    double twice,
    double drift,
    double faults,
    int outages,
    boolean amnesia,
    int clients,
    int room) {

  static Scenario random(long seed) {
    // Seeds that lie side by side would begin with nearly the same numbers.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    Policy policy = policy(random);
    boolean calm = random.nextInt(5) == 0;
    boolean crowded = random.nextInt(6) == 0;
    return new Scenario(
        policy,
        1 + random.nextInt(5),
        pick(random, 0.5, 0.95, 1.5, 3, 10),
        random.nextBoolean(),
        random.nextInt(4) == 0,
        calm ? 0 : pick(random, 0, 0.01, 0.1, 0.3),
        calm ? 0 : pick(random, 0, 0.05, 0.3),
        calm ? 0 : pick(random, 0, 0.05, 0.3),
        pick(random, 0, 0.01, 0.04),
        calm ? 0 : pick(random, 0, 0.5, 3),
        calm ? 0 : random.nextInt(3),
        random.nextInt(3) == 0,
        crowded ? 12 : 1 + random.nextInt(2),
        crowded ? 4 : 1000);
  }

  private static Policy policy(Random random) {
    boolean sliding = random.nextInt(4) == 0;
    long quota = (long) pick(random, 1, 5, 10, 100, 1000);
    long burst = sliding ? quota : (long) pick(random, 1, 2, 20, 50, 200, 2000);
    boolean strict = random.nextInt(5) == 0;
    return new Policy(
        "p",
        sliding ? Algorithm.SLIDING_WINDOW : Algorithm.TOKEN_BUCKET,
        quota,
        sliding ? Duration.ofSeconds(2) : Duration.ofSeconds(1),
        burst,
        strict,
        random.nextInt(2),
        Duration.ZERO,
        random.nextInt(3) == 0 ? Loss.FAIR_SHARE : Loss.CLOSED);
  }

  private static double pick(Random random, double... from) {
    return from[random.nextInt(from.length)];
  }
}
