package dev.sluice.limiter;

import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a node holds, in memory, over a ledger that is a list of what was filled. */
final class HeldBuckets implements Holdings {
  final List<String> filled = new CopyOnWriteArrayList<>();
  volatile boolean ledgerAway;
  private final Map<String, Map<String, Held>> held = new ConcurrentHashMap<>();

  void hold(String client, Held bucket) {
    held.computeIfAbsent(client, c -> new ConcurrentHashMap<>()).put(bucket.policy(), bucket);
  }

  @Override
  public List<Held> of(String client) {
    return List.copyOf(held.getOrDefault(client, Map.of()).values());
  }

  @Override
  public void forget(String client, String policy) {
    if (policy == null) {
      held.remove(client);
    } else {
      held.getOrDefault(client, new ConcurrentHashMap<>()).remove(policy);
    }
  }

  @Override
  public Future<Void> refill(String client, String policy) {
    if (ledgerAway) {
      return Future.failedFuture(Problem.UNAVAILABLE.because("Redis is away"));
    }
    filled.add(client + " " + policy);
    return Future.succeededFuture();
  }
}
