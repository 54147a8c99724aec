package dev.sluice.edge.route;

import dev.sluice.platform.config.Document;
import java.util.function.Function;

/** A route in a document, where mistakes are noted. */
final class RoutePlace {
  private final Document<RoutesConfig> document;
  private final Function<String, Object[]> origin;
  private final String route;

  /**
   * @param origin where a route is written; null for one that is written in our own shape
   */
  RoutePlace(Document<RoutesConfig> document, Function<String, Object[]> origin, String route) {
    this.document = document;
    this.origin = origin;
    this.route = route;
  }

  /** Adds a mistake; of a route in Kong's shape it is known which one, but not which key. */
  void refuse(String problem, Object... below) {
    Object[] at = origin.apply(route);
    if (at == null) {
      document.refuse(problem, KongTranslator.path(new Object[] {"routes", route}, below));
    } else {
      StringBuilder key = new StringBuilder();
      for (Object step : below) {
        key.append(step instanceof Integer index ? "[" + index + "]" : "." + step);
      }
      document.refuse(problem + " (in its " + key.substring(1) + ")", at);
    }
  }

  /** Adds what a step throws to the mistakes; true if that was nothing. */
  boolean attempt(Runnable step, Object... below) {
    try {
      step.run();
      return true;
    } catch (IllegalArgumentException wrong) {
      refuse("expected " + wrong.getMessage(), below);
      return false;
    }
  }
}
