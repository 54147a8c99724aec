package dev.sluice.edge;

import dev.sluice.contract.Requires;
import dev.sluice.edge.catalog.Surroundings;
import dev.sluice.edge.docs.DocsFiles;
import dev.sluice.edge.upstream.Upstream;
import dev.sluice.platform.lifecycle.Ground;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the edge answers by itself, besides contracts and probes. All of it is asked with GET. */
final class OwnPages {
  /**
   * A page.
   *
   * @param requires who may see it, as in {@link Requires}
   * @param limited whether rate limits apply
   */
  record Page(String path, String requires, boolean limited, Destination destination) {}

  private OwnPages() {}

  /**
   * @param serves the rooms of this node, and {@code edge}
   * @param upstreams by name
   * @param routes those in force now
   */
  static List<Page> of(
      Ground ground,
      EdgeConfig config,
      Set<String> serves,
      Function<String, Upstream> upstreams,
      Supplier<RouteSnapshot> routes) {
    List<Page> pages = new ArrayList<>();
    pages.add(
        new Page("/openapi.json", Requires.ANYONE, false, new ApiDocument(ground.vertx(), routes)));
    if (config.docs()) {
      DocsCall docs = new DocsCall(ground.vertx());
      for (String path : DocsFiles.PATHS) {
        pages.add(new Page(path, Requires.ANYONE, true, docs.at(path)));
      }
    }
    Surroundings around =
        new Surroundings(
            ground.node(),
            ground.health(),
            ground.time(),
            serves,
            List.copyOf(Routing.contracts()),
            upstreams);
    CatalogCall catalog = new CatalogCall(ground.vertx(), around, routes);
    pages.add(new Page(CatalogCall.PATH, CatalogCall.NEEDS, true, catalog));
    pages.add(new Page(CatalogCall.ALIAS, CatalogCall.NEEDS, true, catalog));
    return pages;
  }
}
