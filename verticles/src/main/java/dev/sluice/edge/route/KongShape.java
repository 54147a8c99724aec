package dev.sluice.edge.route;

import dev.sluice.edge.upstream.UpstreamConfig;
import dev.sluice.platform.config.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes upstreams and routes of Kong's declarative shape, {@code services[].routes[].plugins[]}. A
 * service is an upstream with one target. A plugin of a route takes the place of the one of the
 * same name of its service, and that of the one for all.
 */
final class KongShape {
  private final Document<RoutesConfig> document;
  private final KongTranslator translator;
  private final Map<String, UpstreamConfig> upstreams;
  private final Map<String, RouteConfig> routes;
  private final Map<String, Object[]> origins = new HashMap<>();

  /** A plugin and where it is. */
  private record Placed(KongPlugin plugin, List<Object> at) {}

  /**
   * @param upstreams the others, to which these are added
   * @param routes the others, to which these are added
   */
  KongShape(
      Document<RoutesConfig> document,
      Map<String, UpstreamConfig> upstreams,
      Map<String, RouteConfig> routes) {
    this.document = document;
    this.translator = new KongTranslator(document);
    this.upstreams = upstreams;
    this.routes = routes;
  }

  /** Adds all; what is wrong with them is added to the mistakes of the document. */
  void translate(RoutesConfig written) {
    for (int i = 0; i < written.services().size(); i++) {
      KongService service = written.services().get(i);
      Object[] at = {"services", i};
      if (upstreams.containsKey(service.name())
          || document.names("upstreams").contains(service.name())) {
        document.refuse("expected a name no other upstream has", "services", i, "name");
      }
      document
          .bind(upstream(service), UpstreamConfig.class, at)
          .ifPresent(upstream -> upstreams.put(service.name(), upstream));
      Map<String, Placed> plugins = new LinkedHashMap<>();
      put(written.plugins(), plugins);
      put(service.plugins(), plugins, at);
      for (int r = 0; r < service.routes().size(); r++) {
        route(service, r, new LinkedHashMap<>(plugins), "services", i, "routes", r);
      }
    }
  }

  /** Where a route is written, if it is one of these; otherwise null. */
  Object[] origin(String route) {
    return origins.get(route);
  }

  private static void put(List<KongPlugin> written, Map<String, Placed> plugins, Object... at) {
    for (int i = 0; i < written.size(); i++) {
      KongPlugin plugin = written.get(i);
      plugins.put(
          plugin.name(), new Placed(plugin, List.of(KongTranslator.path(at, "plugins", i))));
    }
  }

  private static Map<String, Object> upstream(KongService service) {
    Map<String, Object> upstream = new LinkedHashMap<>();
    upstream.put("targets", List.of(Map.of("url", service.url())));
    if (service.connectTimeout() > 0) {
      upstream.put("connect_timeout", service.connectTimeout() + "ms");
    }
    if (service.readTimeout() > 0) {
      upstream.put("response_timeout", service.readTimeout() + "ms");
    }
    return upstream;
  }

  private void route(KongService service, int index, Map<String, Placed> plugins, Object... at) {
    KongService.Route written = service.routes().get(index);
    String name = written.name().isEmpty() ? service.name() + "-" + index : written.name();
    if (routes.containsKey(name) || document.names("routes").contains(name)) {
      document.refuse(
          "expected a name no other route has, not '" + name + "'",
          KongTranslator.path(at, "name"));
    }
    origins.put(name, at);
    put(written.plugins(), plugins, at);
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("enabled", service.enabled());
    route.put("match", match(written));
    route.put("upstream", service.name());
    Map<String, Object> rewrite = new LinkedHashMap<>();
    rewrite.put("host", written.preserveHost() ? "preserve" : "upstream");
    if (written.stripPath() && !written.paths().isEmpty()) {
      rewrite.put("path", "/{rest}");
    }
    route.put("rewrite", rewrite);
    if (service.retries() > 0) {
      route.put("retry", Map.of("attempts", service.retries()));
    }
    for (Placed placed : plugins.values()) {
      if (placed.plugin.enabled()) {
        translator.translate(placed.plugin, route, placed.at.toArray());
      }
    }
    document.bind(route, RouteConfig.class, at).ifPresent(built -> routes.put(name, built));
  }

  private static Map<String, Object> match(KongService.Route written) {
    Map<String, Object> match = new LinkedHashMap<>();
    List<String> paths = new ArrayList<>();
    for (String path : written.paths()) {
      paths.add(path.endsWith("/") ? path + "*" : path + "/*");
    }
    match.put("paths", paths);
    match.put("hosts", written.hosts());
    match.put("methods", written.methods());
    Map<String, String> headers = new LinkedHashMap<>();
    written.headers().forEach((name, values) -> headers.put(name, wanted(values)));
    match.put("headers", headers);
    return match;
  }

  private static String wanted(List<String> values) {
    if (values.size() == 1 && values.get(0).startsWith("~*")) {
      return "~(?i)" + values.get(0).substring(2);
    }
    if (values.size() == 1 && !values.get(0).equals("*") && !values.get(0).startsWith("~")) {
      return values.get(0);
    }
    return values.stream()
        .map(value -> value.replaceAll("([^A-Za-z0-9])", "\\\\$1"))
        .collect(Collectors.joining("|", "~(", ")"));
  }
}
