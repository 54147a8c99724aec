package dev.sluice.edge.upstream;

import java.time.Duration;

/**
 * How many more requests than clients sent may go to an upstream: retries and hedges together are
 * at most a share of the requests of the last ten seconds, and a few a second in any case, so that
 * they work on a route with little traffic. Without a bound retries multiply the load just when
 * there is too much of it. Event loops may share one: it takes no lock, allocates nothing, and
 * never gives more than it has, also to several at once.
 */
public final class RetryBudget {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final RollingCounts counts = new RollingCounts(WINDOW);
  private final int percent;
  private final int anyway;

  /**
   * @param percent of the requests, 0 to 100; 0 gives nothing at all
   * @param leastPerSecond retries a second that are given however few requests there are
   */
  public RetryBudget(int percent, int leastPerSecond) {
    if (percent < 0 || percent > 100 || leastPerSecond < 0) {
      throw new IllegalArgumentException(
          "a retry budget of %d percent and %d a second: 0 to 100, and 0 or more"
              .formatted(percent, leastPerSecond));
    }
    this.percent = percent;
    this.anyway = percent == 0 ? 0 : leastPerSecond * (int) WINDOW.toSeconds();
  }

  /** A client's request has come; to be told once for each, whether it is retried or not. */
  public void requested(long nanos) {
    counts.add(nanos, 1, 0);
  }

  /** Whether one more attempt may be made now; then it is counted. */
  public boolean tryRetry(long nanos) {
    // First counted and then looked: of several at once the last to look sees all of them.
    counts.add(nanos, 0, 1);
    long sum = counts.sum(nanos);
    long most = anyway + RollingCounts.events(sum) * percent / 100;
    if (RollingCounts.marked(sum) <= most) {
      return true;
    }
    counts.add(nanos, 0, -1);
    return false;
  }
}
