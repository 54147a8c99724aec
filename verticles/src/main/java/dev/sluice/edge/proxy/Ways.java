package dev.sluice.edge.proxy;

import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.route.SplitConfig;
import dev.sluice.edge.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Where the requests of a route go, and copies of them: what of it changes with an upstream. */
final class Ways {
  private final String route;
  private final List<Way> ways;
  private final int weights;
  private final Way mirror;

  private Ways(String route, List<Way> ways, Way mirror) {
    this.route = route;
    this.ways = ways;
    this.weights = ways.stream().mapToInt(Way::weight).sum();
    this.mirror = mirror;
  }

  static Ways of(String route, RouteConfig config, Function<String, Upstream> upstreams) {
    List<Way> ways = new ArrayList<>(1);
    if (!config.upstream().isEmpty()) {
      ways.add(Way.to(config.upstream(), config.subset(), 1, upstreams));
    }
    for (SplitConfig part : config.split()) {
      if (part.weight() > 0) {
        ways.add(Way.to(part.upstream(), part.subset(), part.weight(), upstreams));
      }
    }
    Way mirror =
        config.mirror().upstream().isEmpty() || config.mirror().percent() == 0
            ? null
            : Way.to(config.mirror().upstream(), config.mirror().subset(), 1, upstreams);
    return new Ways(route, List.copyOf(ways), mirror);
  }

  /**
   * Where a request goes.
   *
   * @param draw any number, evenly drawn from 0 to {@link Integer#MAX_VALUE}
   */
  Way of(int draw) {
    if (ways.size() == 1) {
      return ways.get(0);
    }
    int at = draw % weights;
    for (Way way : ways) {
      at -= way.weight();
      if (at < 0) {
        return way;
      }
    }
    throw new IllegalStateException("weights of " + route + " do not sum up");
  }

  /** Who gets copies; null for nobody. */
  Way mirror() {
    return mirror;
  }
}
