package dev.sluice.limiter;

import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.devstack.RedisServer;
import dev.sluice.limiter.Decision.Outcome;
import dev.sluice.limiter.ThreeNodes.Load;
import dev.sluice.limiter.ThreeNodes.Results;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three JVMs and a Redis of their own, offered three times the limit: what they let through
 * together is within the bound of docs/rate-limiting.md in every window and close to the limit, and
 * Redis may die or hang meanwhile. Each test prints its figures.
 */
class ThreeNodesIT {
  private static final Duration RUN = Duration.ofSeconds(10);
  private static final Policy FAST = Policy.perSecond("fast", 1000, 1000);
  private static final Policy SLOW = Policy.perSecond("slow", 100, 200);
  private static final double OFFERED = 3;
  private static final List<Double> EVEN = List.of(1.0, 1.0, 1.0);
  private static final List<Double> SKEWED = List.of(1.0, 0.3, 0.09);
  private static final double MILLI = 1e6;

  @TempDir static Path folder;
  private static RedisServer redis;
  private static ThreeNodes nodes;

  @BeforeAll
  static void start() throws Exception {
    redis = RedisServer.start(folder.resolve("redis"), 0);
    nodes = ThreeNodes.start(folder, redis.uri(), List.of(FAST, SLOW));
    nodes.run(Duration.ofSeconds(3), loads("warm"), start -> {});
  }

  @AfterAll
  static void stop() {
    nodes.close();
    redis.close();
  }

  @Test
  void admittedIsWithinTheBoundAndCloseToTheLimit() throws Exception {
    List<Load> loads = loads("calm");
    Results results = nodes.run(RUN, loads, start -> {});
    print("calm", loads, results);
    for (int i = 0; i < loads.size(); i++) {
      Policy policy = loads.get(i).policy();
      AllWindows audit = audit(policy, results.observed().get(i));
      assertThat(audit.largest())
          .as("%s beyond the rate in any window", loads.get(i).client())
          .isLessThanOrEqualTo(bound(policy) + unseen(policy, results));
      assertThat(audit.total())
          .as("%s in all", loads.get(i).client())
          .isGreaterThanOrEqualTo((long) (0.97 * ideal(policy) - lost(policy, results)));
    }
    assertThat(results.meters().away()).isZero();
  }

  @Test
  void redisMayDie() throws Exception {
    Results calm = nodes.run(RUN, loads("before"), start -> {});
    List<Load> loads = loads("killed");
    long[] outage = new long[2];
    Results results =
        nodes.run(
            RUN,
            loads,
            start -> {
              untilTime(start + 3_000_000_000L);
              redis.kill();
              outage[0] = System.nanoTime();
              untilTime(outage[0] + 4_000_000_000L);
              outage[1] = System.nanoTime();
              redis.start();
            });
    print("before the kill", loads("before"), calm);
    print("killed", loads, results);
    for (int i = 0; i < loads.size(); i++) {
      Load load = loads.get(i);
      Observed observed = results.observed().get(i);
      assertThat(observed.count(Outcome.UNKNOWN)).as(load.client()).isZero();
      double seconds = (outage[1] - outage[0]) / 1e9;
      double rate = observed.admittedWithin(outage[0], outage[1]) / seconds;
      double after = observed.admittedWithin(results.end() - 1_500_000_000L, results.end()) / 1.5;
      System.out.printf("%s: %.1f/s while away, %.1f/s at the end%n", load.client(), rate, after);
      if (load.perNode().get(0).equals(load.perNode().get(1))) {
        assertThat(rate)
            .as("%s a second while Redis is away", load.client())
            .isCloseTo((double) load.policy().quota(), Percentage.withPercentage(10));
      }
      assertThat(audit(load.policy(), observed).largest())
          .as("%s beyond the rate in any window; Redis lost a burst at most", load.client())
          .isLessThanOrEqualTo(
              load.policy().burst() + bound(load.policy()) + unseen(load.policy(), results));
    }
    assertThat(results.meters().away()).isZero();
    assertThat(results.latencies().quantile(0.99) / MILLI)
        .as("p99 of decisions in ms")
        .isLessThanOrEqualTo(
            (calm.latencies().quantile(0.99)
                        + Math.max(0, results.late().quantile(0.99) - calm.late().quantile(0.99)))
                    / MILLI
                + 1);
  }

  @Test
  void redisMayHang() throws Exception {
    List<Load> loads = loads("hung");
    Results results =
        nodes.run(
            Duration.ofSeconds(6),
            loads,
            start -> {
              untilTime(start + 2_000_000_000L);
              redis.pause();
              untilTime(start + 4_000_000_000L);
              redis.resume();
            });
    print("hung", loads, results);
    assertThat(results.observed())
        .allSatisfy(observed -> assertThat(observed.count(Outcome.UNKNOWN)).isZero());
    assertThat((results.latencies().largest() - results.late().largest()) / MILLI)
        .as("longest decision in ms")
        .isLessThanOrEqualTo(200);
    assertThat(results.meters().away()).isZero();
  }

  private static List<Load> loads(String name) {
    return List.of(
        load(FAST, name + "-even", EVEN),
        load(FAST, name + "-skewed", SKEWED),
        load(SLOW, name + "-even", EVEN),
        load(SLOW, name + "-skewed", SKEWED));
  }

  private static Load load(Policy policy, String client, List<Double> shares) {
    double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
    double offered = OFFERED * policy.quota();
    return new Load(policy, client, shares.stream().map(s -> offered * s / sum).toList());
  }

  private static AllWindows audit(Policy policy, Observed observed) {
    AllWindows auditor = new AllWindows(policy);
    for (long at : observed.admittedAt()) {
      auditor.admitted(1, at);
    }
    return auditor;
  }

  /** The bound of docs/rate-limiting.md, as the most any window may have beyond rate*T. */
  private static double bound(Policy policy) {
    Terms terms = Terms.of(policy, ThreeNodes.NODES);
    double onLease =
        Math.min(
            (double) ThreeNodes.NODES * terms.most(), policy.quota() * Terms.LEASE_NANOS / 1e9);
    return policy.burst() + onLease + ThreeNodes.NODES * terms.debt();
  }

  /**
   * What may be counted late and not where it was let through, because a thread of the load was not
   * running in between.
   */
  private static double unseen(Policy policy, Results results) {
    return policy.quota() * results.late().largest() / 1e9;
  }

  /**
   * What nobody got because an answer came later than it was waited for, as when the machine does
   * not let a process run: at most what came back meanwhile. None on a machine of one's own.
   */
  private static double lost(Policy policy, Results results) {
    return results.meters().missed() * (policy.quota() * Terms.PATIENCE_NANOS / 1e9);
  }

  private static double ideal(Policy policy) {
    return policy.burst() + policy.quota() * (double) RUN.toSeconds();
  }

  private static void untilTime(long nanos) throws Exception {
    until("it is time", RUN, () -> System.nanoTime() - nanos >= 0);
  }

  private static void print(String run, List<Load> loads, Results results) {
    Numbers all = results.latencies();
    System.out.printf(
        "%s: %d decisions, p50 %.4f p99 %.3f p99.9 %.3f max %.1f ms; timers late p99 %.2f max %.1f ms;"
            + " %d flushes, %d missed%n",
        run,
        all.count(),
        all.quantile(0.5) / MILLI,
        all.quantile(0.99) / MILLI,
        all.quantile(0.999) / MILLI,
        all.largest() / MILLI,
        results.late().quantile(0.99) / MILLI,
        results.late().largest() / MILLI,
        results.meters().flushes(),
        results.meters().missed());
    for (int i = 0; i < loads.size(); i++) {
      Policy policy = loads.get(i).policy();
      Observed observed = results.observed().get(i);
      AllWindows audit = audit(policy, observed);
      System.out.printf(
          "  %s %s: %d of %d admitted, %.2f %% of the ideal; most beyond the rate %.2f, bound %.0f + %.1f"
              + " unseen; waited %d, unknown %d%n",
          policy.name(),
          loads.get(i).client(),
          audit.total(),
          observed.decisions(),
          100 * audit.total() / ideal(policy),
          audit.largest(),
          bound(policy),
          unseen(policy, results),
          observed.waited(),
          observed.count(Outcome.UNKNOWN));
    }
  }
}
