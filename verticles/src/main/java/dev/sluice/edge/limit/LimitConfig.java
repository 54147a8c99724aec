package dev.sluice.edge.limit;

import dev.sluice.limiter.Policy;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** How much, and who shares it. */
public record LimitConfig(
    @Setting(
            doc = "Tokens that come back each 'per'; 0 means unlimited.",
            def = "10",
            min = 0,
            max = 1_000_000)
        int rate,
    @Setting(
            doc = "The time 'rate' is for.",
            def = "1s",
            min = 100,
            max = 2_678_400_000L) // 31 days
        Duration per,
    @Setting(
            doc =
                "Tokens that can be saved up for requests at once; 0: as many as 'rate', which a"
                    + " sliding window always has.",
            def = "0",
            min = 0,
            max = 10_000_000)
        int burst,
    @Setting(
            doc =
                "Who shares the tokens: those alike in all of these. 'client' is the API key, or"
                    + " the user without one; 'account' the e-mail address in the body of a login;"
                    + " 'organization' is the user as long as accounts have none. Where a client"
                    + " has no user or key, its address stands in. An IPv6 address counts as its"
                    + " /64.",
            def = "client",
            min = 1,
            max = 4,
            allowed = {"ip", "user", "key", "client", "organization", "route", "account"})
        List<String> by,
    @Setting(
            doc =
                "'token_bucket': tokens come back steadily; 'sliding_window': each one 'per' after"
                    + " it was taken.",
            def = "token_bucket")
        Policy.Algorithm algorithm,
    @Setting(doc = "Decide every request in Redis, and let no node spend ahead.", def = "false")
        boolean strict,
    @Setting(
            doc =
                "Requests of a client a node may let through before Redis knows of them; exact"
                    + " with 0, faster with 1.",
            def = "1",
            min = 0,
            max = 1)
        int debt,
    @Setting(
            doc =
                "A request over the limit waits this long for its tokens before it is refused; 0s:"
                    + " not at all.",
            def = "0s",
            min = 0,
            max = 60_000)
        Duration maxWait,
    @Setting(
            doc = "In place of limits.on_redis_loss; empty: that.",
            def = "",
            allowed = {"fair_share", "open", "closed"})
        String onRedisLoss) {

  public LimitConfig {
    if (rate == 0 && burst != 0) {
      throw new IllegalArgumentException("burst: 0 where rate is 0, which means unlimited");
    }
    if (new HashSet<>(by).size() != by.size()) {
      throw new IllegalArgumentException("by: each dimension once");
    }
    if (rate > 0) {
      Object checked =
          policy("a", rate, per, burst, algorithm, strict, debt, maxWait, Policy.Loss.OPEN);
      assert checked != null;
    }
  }

  public boolean unlimited() {
    return rate == 0;
  }

  /** Of a limit that is not unlimited. */
  public Policy policy(String name, Policy.Loss otherwise) {
    Policy.Loss loss =
        onRedisLoss.isEmpty()
            ? otherwise
            : Policy.Loss.valueOf(onRedisLoss.toUpperCase(Locale.ROOT));
    return policy(name, rate, per, burst, algorithm, strict, debt, maxWait, loss);
  }

  private static Policy policy(
      String name,
      int rate,
      Duration per,
      int burst,
      Policy.Algorithm algorithm,
      boolean strict,
      int debt,
      Duration maxWait,
      Policy.Loss loss) {
    return new Policy(
        name,
        algorithm,
        rate,
        per,
        burst == 0 ? rate : burst,
        strict,
        strict ? 0 : debt,
        maxWait,
        loss);
  }
}
