package dev.sluice.limiter;

import io.vertx.core.Future;
import java.util.List;

/** What this node knows of its clients' buckets; safe to use from every event loop. */
public interface Holdings {
  /**
   * One bucket as this node sees it.
   *
   * @param level whole tokens in the ledger when it last answered; below 0 when in debt
   * @param ageMillis how long ago that was; -1 for never
   * @param leased tokens this node may spend without asking
   * @param owed tokens this node has spent and the ledger does not know of yet
   * @param deniedMillis for how much longer this node refuses without asking
   * @param fairShare whether this node counts alone now, because Redis is away
   */
  record Held(
      String policy,
      long level,
      long ageMillis,
      long leased,
      long owed,
      long deniedMillis,
      boolean fairShare) {}

  /** The buckets of one client this node has something of. */
  List<Held> of(String client);

  /**
   * Forgets what this node holds of a client's buckets, of all policies if {@code policy} is null.
   */
  void forget(String client, String policy);

  /** Makes a bucket full again in the ledger; fails with UNAVAILABLE while Redis is away. */
  Future<Void> refill(String client, String policy);
}
