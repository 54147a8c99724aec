package dev.sluice.limiter;

/**
 * A limit: {@code rate} tokens a second, with up to {@code burst} saved up.
 *
 * @param name in the headers, in metrics and in keys
 * @param rate tokens a second; 0 means unlimited
 * @param burst size of the bucket
 */
public record Policy(String name, int rate, int burst, Loss onRedisLoss) {

  /** What to do while Redis is away. */
  public enum Loss {
    /** Count on this node alone, with the whole limit. */
    LOCAL,
    /** Let everything through. */
    OPEN,
    /** Refuse with 503. */
    CLOSED
  }

  public boolean unlimited() {
    return rate == 0;
  }
}
