package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limiter.Mutant.Change;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation must find each of these mistakes; a guard must have been seen to bite. */
final class MutantsTest {
  private static final long SEEDS = 3000;

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void theSimulationFindsTheMistake(String name, List<Change> changes) throws Exception {
    Mutant mutant = new Mutant(changes);
    for (long seed = 0; seed < SEEDS; seed++) {
      String violation = mutant.violation(seed);
      if (violation != null) {
        System.out.printf("%s: found by seed %d: %s%n", name, seed, violation);
        return;
      }
    }
    assertThat(name).as("a mistake that " + SEEDS + " seeds do not find").isNull();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("debt after denial", "Holding.java", " && !standing.isBarred(now)", ""),
        mistake(
            "a lease lives from its receipt",
            "Holding.java",
            "askedAt + Terms.LEASE_NANOS",
            "now + Terms.LEASE_NANOS"),
        mistake(
            "a lease without an answer is returned",
            "Holding.java",
            "charge += asked == null ? 0 : asked.charge();",
            "charge += asked == null ? 0 : asked.charge() - asked.lease();"),
        mistake(
            "a debt is forgotten when its flush is missed",
            "Holding.java",
            "charge += asked == null ? 0 : asked.charge();",
            "debt = asked == null ? debt : 0;"),
        mistake(
            "a second debt before the first is paid",
            "Holding.java",
            "&& debt == 0 && wait",
            "&& wait"),
        mistake(
            "late answers let requests through",
            "Holding.java",
            "age <= terms.answerNanos()",
            "true"),
        mistake(
            "a lease is as large as the demand",
            "Lease.java",
            "Math.min(most, demand * HORIZON_NANOS)",
            "(demand * HORIZON_NANOS)"),
        mistake("what is under way does not count as held", "Lease.java", " - held(now))", ")"),
        mistake(
            "tokens never die",
            "Lease.java",
            "return word >>> TOKEN_BITS > now / TICK_NANOS;",
            "return word != 0;"),
        mistake(
            "what is on its way leaves room to refill",
            "TokenBucket.java",
            "(burst - held - heldBefore) * token",
            "burst * token"),
        mistake(
            "refilled at once for several slots",
            "TokenBucket.java",
            "add(slot * slotMicros);",
            ""),
        mistake(
            "a forgotten bucket forgets that it was refused",
            "Book.java",
            "barredUntil = Math.max(barredUntil, bar);",
            ""),
        mistake(
            "a forgotten share begins anew",
            "Book.java",
            "shareFullAt = Math.max(shareFullAt, share);",
            ""),
        mistake(
            "a window of just its length",
            "Terms.java",
            "(policy.window().toNanos() / 1000 + slice - 1) / slice + 2",
            "policy.window().toNanos() / 1000 / slice"),
        mistake(
            "whoever waits is forgotten when a flush is missed",
            "LeaseProtocol.java",
            "if (entry.holding().owes() || entry.holding().isAsked()) {",
            "if (missed == 0) {"));
  }

  private static Arguments mistake(String name, String file, String was, String becomes) {
    return Arguments.of(name, List.of(new Change(file, was, becomes)));
  }
}
