package dev.sluice.edge.route;

import dev.sluice.edge.limit.CostConfig;
import dev.sluice.edge.limit.LimitConfig;
import dev.sluice.platform.config.Setting;

/** A limit on the requests of a route. */
public record RouteLimit(
    @Setting(doc = "The limit.") LimitConfig limit,
    @Setting(doc = "What a request costs.") CostConfig cost) {

  public RouteLimit {
    if (limit.by().contains("account")) {
      throw new IllegalArgumentException(
          "limit.by: no 'account', which only the operations of logins know");
    }
  }
}
