package dev.sluice.edge;

import dev.sluice.codec.Names;
import dev.sluice.edge.limit.CostConfig;
import dev.sluice.edge.limit.LimitConfig;
import dev.sluice.limiter.Policy;
import dev.sluice.platform.config.Setting;
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
        Map<String, LimitConfig> tiers,
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
      @Setting(doc = "The limit.") LimitConfig limit,
      @Setting(doc = "What a request costs.") CostConfig cost) {

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
