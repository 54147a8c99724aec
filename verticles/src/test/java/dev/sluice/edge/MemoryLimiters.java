package dev.sluice.edge;

import dev.sluice.limiter.Decision;
import dev.sluice.limiter.Limiter;
import dev.sluice.limiter.Limiters;
import dev.sluice.limiter.Policy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limiters in memory, of buckets that nothing comes back into: whoever has taken a burst has to
 * wait a window. A policy can be told to ask first, and is answered when the test says so.
 */
final class MemoryLimiters implements Limiters {
  /** Tokens taken, by {@code policy client}. */
  final Map<String, Integer> taken = new ConcurrentHashMap<>();

  /** Names of policies that cannot tell without asking. */
  final Set<String> asking = new HashSet<>();

  /** Names of policies that nobody can count. */
  final Set<String> lost = new HashSet<>();

  private final Deque<Runnable> asked = new ArrayDeque<>();

  /** Answers whoever asked first. */
  void answerOne() {
    asked.remove().run();
  }

  @Override
  public Limiter of(Policy policy) {
    return new Limiter() {
      @Override
      public Policy policy() {
        return policy;
      }

      @Override
      public long tryTake(String client, int cost) {
        boolean known = !asking.contains(policy.name()) && !lost.contains(policy.name());
        return known ? decide(client, cost) : ASK;
      }

      @Override
      public long denied(String client) {
        boolean known = !asking.contains(policy.name()) && !lost.contains(policy.name());
        boolean full = taken.getOrDefault(key(client), 0) >= policy.burst();
        return known && full ? policy.window().toMillis() : 0;
      }

      @Override
      public Future<Decision> take(String client, int cost) {
        Promise<Decision> told = Promise.promise();
        asked.add(() -> told.complete(decision(client, cost)));
        return told.future();
      }

      @Override
      public void giveBack(String client, int cost) {
        taken.merge(key(client), -cost, Integer::sum);
      }

      @Override
      public void settle(String client, int cost) {
        taken.merge(key(client), cost, Integer::sum);
      }

      private Decision decision(String client, int cost) {
        if (lost.contains(policy.name())) {
          return new Decision(policy, Decision.Outcome.UNKNOWN, 0, 1000);
        }
        long said = decide(client, cost);
        return said >= 0 ? Decision.allowed(policy, said) : Decision.denied(policy, -said);
      }

      private long decide(String client, int cost) {
        int now = taken.getOrDefault(key(client), 0);
        if (now + cost > policy.burst()) {
          return -policy.window().toMillis();
        }
        taken.put(key(client), now + cost);
        return policy.burst() - now - cost;
      }

      private String key(String client) {
        return policy.name() + " " + client;
      }
    };
  }
}
