package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Limits;
import dev.sluice.contract.Limits.Admitted;
import dev.sluice.contract.Limits.Algorithm;
import dev.sluice.contract.Limits.Busy;
import dev.sluice.platform.time.TurnedTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuditorTest {
  private static final String CLIENT = "ip:192.0.2.1";

  private final TurnedTime time = new TurnedTime();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Auditor auditor = new Auditor(time, meters);

  @Test
  void whatTwoNodesLetThroughBeyondTheBoundIsMeasuredExactly() {
    hear("here", slot(), 12L, 0L, 4L);
    hear("there", slot(), 15L, 3L, 0L);
    turn(Duration.ofSeconds(5));
    // 34 tokens in 3 slots, of which a bucket may give 20 + 3.
    assertThat(auditor.largest("free")).isEqualTo(34 - 20 - 3);
    assertThat(meters.get("limiter.over.admission.tokens").tag("policy", "free").gauge().value())
        .isEqualTo(11);
    assertThat(meters.get("limiter.audit.reports").counter().count()).isEqualTo(2);
  }

  @Test
  void fractionsOfTokensCount() {
    auditor.hear(report("here", busy(CLIENT, Algorithm.TOKEN_BUCKET, 10, 1500, 1, slot(), 3L)));
    turn(Duration.ofSeconds(5));
    assertThat(auditor.largest("free")).isEqualTo(4 / 3.0);
  }

  @Test
  void aSlotIsCountedThreeSecondsAfterItWasOverAndNotLater() {
    long first = slot();
    turn(Duration.ofSeconds(2));
    hear("here", first, 30L);
    turn(Duration.ofMillis(900));
    assertThat(auditor.largest("free")).isZero();
    hear("there", first, 1L);
    turn(Duration.ofMillis(200));
    assertThat(auditor.largest("free")).isEqualTo(30 + 1 - 20 - 1);
    hear("there", first, 7L);
    turn(Duration.ofSeconds(5));
    assertThat(auditor.largest("free")).isEqualTo(10);
    assertThat(meters.get("limiter.audit.late.tokens").counter().count()).isEqualTo(7);
  }

  @Test
  void whatIsFarAheadIsNotCounted() {
    hear("here", slot() + 100, 30L);
    assertThat(meters.get("limiter.audit.late.tokens").counter().count()).isEqualTo(30);
  }

  @Test
  void theLargestIsForgottenAfterTenMinutes() {
    hear("here", slot(), 31L);
    turn(Duration.ofSeconds(5));
    assertThat(auditor.largest("free")).isEqualTo(10);
    turn(Duration.ofMinutes(5));
    hear("here", slot(), 25L);
    turn(Duration.ofSeconds(5));
    assertThat(auditor.largest("free")).isEqualTo(10);
    turn(Duration.ofMinutes(5));
    assertThat(auditor.largest("free")).isEqualTo(4);
    turn(Duration.ofMinutes(60));
    assertThat(auditor.largest("free")).isZero();
    assertThat(auditor.buckets()).isZero();
  }

  @Test
  void aSlidingWindowIsOneOverAnyOfItsLength() {
    // 19 slots fit in 2 seconds without touching more.
    auditor.hear(report("here", sliding(slot(), 6L, 4L)));
    auditor.hear(report("there", sliding(slot() + 18, 3L, 6L)));
    turn(Duration.ofSeconds(6));
    // 6 + 4 + 3 in the first 19 slots, 4 + 3 + 6 in the second.
    assertThat(auditor.largest("free")).isEqualTo(3);
    turn(Duration.ofSeconds(60));
    assertThat(auditor.buckets()).isZero();
  }

  @Test
  void aChangedLimitIsMeasuredAnew() {
    hear("here", slot(), 20L);
    turn(Duration.ofSeconds(4));
    auditor.hear(report("here", busy(CLIENT, Algorithm.TOKEN_BUCKET, 10, 1000, 5, slot(), 8L)));
    turn(Duration.ofSeconds(5));
    assertThat(auditor.largest("free")).isEqualTo(8 - 5 - 1);
  }

  @Test
  void aClockThatWasSetBackDoesNotStopTheAudit() {
    hear("here", slot(), 20L);
    turn(Duration.ofSeconds(4));
    time.jump(Duration.ofHours(-1));
    auditor.advance();
    hear("here", slot(), 23L);
    turn(Duration.ofSeconds(5));
    assertThat(auditor.largest("free")).isEqualTo(2);
  }

  @Test
  void bucketsAndPoliciesAreBounded() {
    for (int i = 0; i < Auditor.BUCKETS + 100; i++) {
      auditor.hear(
          report(
              "here",
              busyUnder(
                  "policy-" + i % 300,
                  "key:" + i,
                  Algorithm.TOKEN_BUCKET,
                  10,
                  1000,
                  5,
                  slot(),
                  8L)));
    }
    assertThat(auditor.buckets()).isEqualTo(Auditor.BUCKETS);
    assertThat(meters.find("limiter.over.admission.tokens").gauges()).hasSize(Auditor.POLICIES);
  }

  @Test
  void missedRequestsAreCounted() {
    auditor.hear(new Admitted("here", 5, List.of()));
    assertThat(meters.get("limiter.audit.missed.requests").counter().count()).isEqualTo(5);
  }

  /** What a bucket lets through, each token at its millisecond, is never said to be too much. */
  @Test
  void whatKeepsTheLimitIsNeverInExcess() {
    long seed = new Random().nextLong();
    System.out.println("AuditorTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      Policy policy = Policy.perSecond("free", 1 + random.nextInt(500), 1 + random.nextInt(50));
      TokenBucket bucket = new TokenBucket(policy, 0);
      long first = 50;
      AuditedBucket audited =
          new AuditedBucket(
              new AuditedBucket.Limit(Algorithm.TOKEN_BUCKET, policy.quota(), 1000, policy.burst()),
              first);
      int busyness = 1 + random.nextInt(20);
      long millis = first * 100;
      for (int i = 0; i < 3_000; i++) {
        millis += random.nextInt(busyness);
        if (bucket.apply(Ask.one(1), millis * 1000).granted() == 1) {
          long slot = millis / 100;
          assertThat(audited.advance(slot - 20)).as("seed %d", seed).isZero();
          assertThat(audited.add(slot, 1)).isTrue();
        }
      }
      assertThat(audited.advance(millis / 100 + 60)).as("seed %d", seed).isZero();
    }
  }

  @Test
  void theSameAsAnOracleOverAllWindows() {
    long seed = new Random().nextLong();
    System.out.println("AuditorTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      boolean sliding = random.nextInt(3) == 0;
      long window = sliding ? 2000 : 100L + random.nextInt(5000);
      long rate = 1L + random.nextInt(60);
      long burst = sliding ? rate : 1L + random.nextInt(60);
      AuditedBucket.Limit limit =
          new AuditedBucket.Limit(
              sliding ? Algorithm.SLIDING_WINDOW : Algorithm.TOKEN_BUCKET, rate, window, burst);
      AuditedBucket bucket = new AuditedBucket(limit, 1000);
      long[] all = new long[200];
      List<long[]> told = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        long[] tokens = {random.nextInt(all.length), random.nextInt(9) - 1};
        all[(int) tokens[0]] += tokens[1];
        told.add(tokens);
      }
      Collections.shuffle(told, random);
      double measured = 0;
      // Reports come in any order, and up to three seconds late.
      for (int now = 0; now <= all.length; now += 10) {
        int upTo = now;
        for (long[] tokens : told) {
          if (tokens[0] >= upTo - 10 && tokens[0] < upTo) {
            assertThat(bucket.add(1000 + tokens[0], tokens[1])).isTrue();
          }
        }
        measured = Math.max(measured, bucket.advance(1000 + now - 30));
      }
      measured = Math.max(measured, bucket.advance(1000 + all.length));
      assertThat(measured)
          .as("seed %d, round %d", seed, round)
          .isEqualTo(excess(limit, all), org.assertj.core.api.Assertions.within(1e-9));
    }
  }

  private static double excess(AuditedBucket.Limit limit, long[] slots) {
    double most = 0;
    for (int from = 0; from < slots.length; from++) {
      long sum = 0;
      for (int to = from; to < slots.length; to++) {
        sum += slots[to];
        int length = to - from + 1;
        if (limit.algorithm() == Algorithm.TOKEN_BUCKET) {
          double refill = limit.quota() * length * 100.0 / limit.windowMillis();
          most = Math.max(most, sum - limit.burst() - refill);
        } else if (length < limit.windowMillis() / 100 && (from == 0 || length == 19)) {
          most = Math.max(most, (double) (sum - limit.quota()));
        }
      }
    }
    return most;
  }

  private void hear(String node, long slot, Long... tokens) {
    auditor.hear(report(node, busy(CLIENT, Algorithm.TOKEN_BUCKET, 10, 1000, 20, slot, tokens)));
  }

  private static Busy sliding(long slot, Long... tokens) {
    return busy(CLIENT, Algorithm.SLIDING_WINDOW, 10, 2000, 10, slot, tokens);
  }

  private static Admitted report(String node, Busy... buckets) {
    return new Admitted(node, 0, List.of(buckets));
  }

  private static Busy busy(
      String client,
      Algorithm algorithm,
      long rate,
      long millis,
      long burst,
      long slot,
      Long... tokens) {
    return busyUnder("free", client, algorithm, rate, millis, burst, slot, tokens);
  }

  private static Busy busyUnder(
      String policy,
      String client,
      Algorithm algorithm,
      long rate,
      long millis,
      long burst,
      long slot,
      Long... tokens) {
    return new Busy(
        client, policy, algorithm, rate, Duration.ofMillis(millis), burst, slot, List.of(tokens));
  }

  private long slot() {
    return time.now().toEpochMilli() / Limits.SLOT_MILLIS;
  }

  private void turn(Duration duration) {
    time.turn(duration);
    auditor.advance();
  }
}
