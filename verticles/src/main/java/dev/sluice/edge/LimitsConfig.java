package dev.sluice.edge;

import dev.sluice.codec.Names;
import dev.sluice.limiter.Policy;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Section {@code limits}: how often clients may ask. It is read again when the file changes. */
record LimitsConfig(
    @Setting(
            doc =
                "The tiers by name; a client has the one of its token or key. 'free' is that of who"
                    + " shows no credentials, 'untiered_key' of API keys without a tier or with one"
                    + " that is not here, 'default' of all others without one.",
            def =
                "{free: {rate: 10, burst: 20, by: ip, debt: 0},"
                    + " pro: {rate: 100, burst: 200},"
                    + " enterprise: {rate: 1000, burst: 2000},"
                    + " internal: {rate: 0},"
                    + " default: {rate: 1000, burst: 50},"
                    + " untiered_key: {rate: 1000, per: 1m, algorithm: sliding_window}}",
            min = 1,
            max = 100)
        Map<String, Limit> tiers,
    @Setting(
            doc =
                "More limits by name, on some operations, whichever the tier. No name may be that of"
                    + " a tier.",
            def =
                "{auth: {operations: auth.*,"
                    + " limit: {rate: 100, per: 1m, by: ip, algorithm: sliding_window}},"
                    + " login: {operations: auth.login,"
                    + " limit: {rate: 5, per: 15m, by: [ip, account], algorithm: sliding_window,"
                    + " strict: true, debt: 0}}}",
            min = 0,
            max = 100)
        Map<String, RouteLimit> routes,
    @Setting(
            doc =
                "The response headers that tell clients their limits: 'ietf' writes RateLimit-Policy"
                    + " and RateLimit, 'legacy' X-RateLimit-Limit, -Remaining and -Reset (in seconds"
                    + " from now); browsers on other origins see what edge.cors.exposed names.",
            def = "ietf")
        Headers headers,
    @Setting(
            doc =
                "While Redis is away: 'fair_share' counts on each node alone, with its share of the"
                    + " limit, 'open' lets all through, 'closed' answers 503.",
            def = "fair_share")
        Policy.Loss onRedisLoss) {

  static final String FREE = "free";
  static final String DEFAULT = "default";
  static final String UNTIERED_KEY = "untiered_key";

  /** How clients are told. */
  enum Headers {
    IETF,
    LEGACY,
    BOTH,
    NONE
  }

  /** How much, and who shares it. */
  record Limit(
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

    Limit {
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

    boolean unlimited() {
      return rate == 0;
    }

    /** Of a limit that is not unlimited. */
    Policy policy(String name, Policy.Loss otherwise) {
      Policy.Loss loss =
          onRedisLoss.isEmpty()
              ? otherwise
              : Policy.Loss.valueOf(onRedisLoss.toUpperCase(java.util.Locale.ROOT));
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

  /** A limit on some operations. */
  record RouteLimit(
      @Setting(
              doc =
                  "What it is for: names such as auth.login (operationId in /openapi.json), all of a"
                      + " room such as auth.*, all (*), or path templates such as"
                      + " /api/v1/orders/{orderId}.",
              def = "",
              min = 0,
              max = 100)
          List<String> operations,
      @Setting(doc = "The limit.") Limit limit,
      @Setting(doc = "What a request costs.") Cost cost) {

    RouteLimit {
      if (operations.isEmpty()) {
        throw new IllegalArgumentException("operations: at least one, such as auth.login");
      }
      for (String operation : operations) {
        if (Endpoints.ROUTES.stream().noneMatch(route -> matches(operation, route))) {
          throw new IllegalArgumentException(
              "operations: names, room.*, * or path templates of the API, which '%s' is not"
                  .formatted(operation));
        }
      }
      if (limit.by().contains("account")) {
        for (Endpoints.Route route : Endpoints.ROUTES) {
          boolean meant = operations.stream().anyMatch(operation -> matches(operation, route));
          if (meant && !Accounts.named(route.contract())) {
            throw new IllegalArgumentException(
                "limit.by: 'account' only on operations with an e-mail address in their body,"
                    + " which %s has not".formatted(Names.of(route.contract())));
          }
        }
      }
    }

    boolean appliesTo(Endpoints.Route route) {
      return operations.stream().anyMatch(operation -> matches(operation, route));
    }

    private static boolean matches(String operation, Endpoints.Route route) {
      if (operation.startsWith("/")) {
        return operation.equals(route.template()) || route.aliases().contains(operation);
      }
      String name = Names.of(route.contract());
      return operation.endsWith("*")
          ? name.startsWith(operation.substring(0, operation.length() - 1))
          : name.equals(operation);
    }
  }

  /** What a request costs: something at once, and more when it is known what it came to. */
  record Cost(
      @Setting(doc = "Tokens a request takes.", def = "1", min = 1, max = 1_000_000) int request,
      @Setting(
              doc = "One more token for so many bytes of the answer, charged afterwards; 0: none.",
              def = "0",
              min = 0,
              max = 1_073_741_824,
              unit = Setting.BYTES)
          int bytesPerToken,
      @Setting(
              doc = "One more token for so many items of a page, charged afterwards; 0: none.",
              def = "0",
              min = 0,
              max = 1_000_000)
          int rowsPerToken) {

    static final Cost ONE = new Cost(1, 0, 0);

    /** Tokens beyond those a request took, for what its answer was. */
    int afterwards(long bytes, long rows) {
      long tokens =
          (bytesPerToken == 0 ? 0 : bytes / bytesPerToken)
              + (rowsPerToken == 0 ? 0 : rows / rowsPerToken);
      return (int) Math.min(Integer.MAX_VALUE, tokens);
    }
  }

  LimitsConfig {
    tiers = Map.copyOf(tiers);
    routes = Map.copyOf(routes);
    for (String needed : Set.of(FREE, DEFAULT, UNTIERED_KEY)) {
      if (!tiers.containsKey(needed)) {
        throw new IllegalArgumentException("tiers: one named '" + needed + "' among them");
      }
    }
    tiers.forEach(
        (name, tier) -> {
          if (tier.by().contains("account")) {
            throw new IllegalArgumentException(
                "tiers." + name + ".by: no 'account', which only the routes of logins know");
          }
        });
    for (String name : routes.keySet()) {
      if (tiers.containsKey(name)) {
        throw new IllegalArgumentException(
            "routes." + name + ": another name, because a tier has this one");
      }
    }
  }
}
