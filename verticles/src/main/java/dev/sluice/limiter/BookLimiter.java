package dev.sluice.limiter;

import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import java.util.concurrent.ThreadLocalRandom;

/** The limiter of one policy. */
final class BookLimiter implements Limiter {
  /** Clients are told whole seconds, which is spread enough for less. */
  private static final long SPREAD_FROM_MILLIS = 2000;

  private final Policy policy;
  private final Book<Parked> book;
  private final Time time;
  private final long origin;

  /**
   * @param origin when time began, in {@link Time#nanos}
   */
  BookLimiter(Policy policy, Book<Parked> book, Time time, long origin) {
    this.policy = policy;
    this.book = book;
    this.time = time;
    this.origin = origin;
  }

  @Override
  public Policy policy() {
    return policy;
  }

  @Override
  public long tryTake(String client, int cost) {
    long left = book.tryTake(client, (int) Math.min(cost, policy.burst()), now());
    return left >= 0 || left == ASK ? left : -spread(-left);
  }

  @Override
  public long denied(String client) {
    return book.denied(client, now());
  }

  @Override
  public Future<Decision> take(String client, int cost) {
    Parked parked = new Parked();
    long left = book.take(client, cost, parked, now());
    return left == ASK
        ? parked.future().map(this::decision)
        : Future.succeededFuture(decision(Decided.of(parked, left)));
  }

  @Override
  public void giveBack(String client, int cost) {
    book.giveBack(client, cost);
  }

  @Override
  public void settle(String client, int cost) {
    book.settle(client, (int) Math.min(cost, policy.burst()), now());
  }

  private Decision decision(Decided<Parked> decided) {
    return new Decision(
        policy, decided.outcome(), decided.remaining(), spread(decided.retryMillis()));
  }

  /** Up to an eighth longer, so that those refused at one moment do not come back at one. */
  private static long spread(long retryMillis) {
    return retryMillis < SPREAD_FROM_MILLIS
        ? retryMillis
        : retryMillis + ThreadLocalRandom.current().nextLong(retryMillis / 8);
  }

  private long now() {
    return time.nanos() - origin;
  }
}
