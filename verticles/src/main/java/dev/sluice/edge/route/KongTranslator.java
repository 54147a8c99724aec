package dev.sluice.edge.route;

import dev.sluice.platform.config.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What one of Kong's plugins is in a route here. It is written as in routes.yaml, so that it is
 * checked as if somebody had written it there. What cannot be translated is refused, never left
 * out.
 */
final class KongTranslator {
  private final Document<RoutesConfig> document;

  KongTranslator(Document<RoutesConfig> document) {
    this.document = document;
  }

  /**
   * Adds what a plugin means to a route.
   *
   * @param at where the plugin is
   */
  void translate(KongPlugin plugin, Map<String, Object> route, Object... at) {
    switch (plugin.name()) {
      case "rate-limiting" ->
          read(plugin, KongPlugins.RateLimiting.class, config -> limits(config, route));
      case "key-auth" ->
          read(plugin, KongPlugins.KeyAuth.class, config -> auth("api_key", route, at));
      case "jwt" -> read(plugin, KongPlugins.Jwt.class, config -> auth("jwt", route, at));
      case "acl" ->
          read(plugin, KongPlugins.Acl.class, acl -> route.put("permissions", acl.allow()));
      case "proxy-cache" ->
          read(plugin, KongPlugins.ProxyCache.class, config -> route.put("cache", cache(config)));
      case "request-size-limiting" ->
          read(
              plugin, KongPlugins.RequestSizeLimiting.class, c -> route.put("body_limit", size(c)));
      case "ip-restriction" ->
          read(
              plugin,
              KongPlugins.IpRestriction.class,
              c -> route.put("guard", Map.of("allow", c.allow(), "deny", c.deny())));
      case "request-transformer" ->
          read(
              plugin,
              KongPlugins.RequestTransformer.class,
              config -> route.put("request", request(config, at)));
      case "response-transformer" ->
          read(
              plugin,
              KongPlugins.ResponseTransformer.class,
              config -> route.put("response", response(config, at)));
      case "correlation-id" -> read(plugin, KongPlugins.CorrelationId.class, always -> {});
      case "prometheus" -> read(plugin, KongPlugins.Prometheus.class, always -> {});
      case "cors" ->
          document.refuse(
              "expected it in edge.cors of sluice.yaml, which is for the whole gateway",
              path(at, "name"));
      default -> throw new IllegalStateException(plugin.name() + " is allowed, but not known");
    }
  }

  private <C extends Record> void read(KongPlugin plugin, Class<C> type, Consumer<C> use) {
    Optional<C> config = document.bind(plugin.config(), type);
    config.ifPresent(use);
  }

  private void auth(String way, Map<String, Object> route, Object... at) {
    if (route.put("auth", List.of(way)) != null) {
      document.refuse(
          "expected one of key-auth and jwt for a route; where one is enough, write"
              + " 'auth: [api_key, jwt]' below 'routes'",
          path(at, "name"));
    }
  }

  private static void limits(KongPlugins.RateLimiting config, Map<String, Object> route) {
    Map<String, Object> limits = new LinkedHashMap<>();
    String by = config.limitBy().equals("ip") ? "ip" : "client";
    limit(limits, "second", config.second(), "1s", by);
    limit(limits, "minute", config.minute(), "1m", by);
    limit(limits, "hour", config.hour(), "1h", by);
    route.put("limits", limits);
  }

  private static void limit(
      Map<String, Object> limits, String name, int rate, String per, String by) {
    if (rate > 0) {
      // A sliding window of one second would be gone before other nodes have heard of it.
      String algorithm = name.equals("second") ? "token_bucket" : "sliding_window";
      Map<String, Object> limit =
          Map.of("rate", rate, "per", per, "by", List.of(by), "algorithm", algorithm);
      limits.put(name, Map.of("limit", limit));
    }
  }

  private static Map<String, Object> cache(KongPlugins.ProxyCache config) {
    return Map.of(
        "enabled",
        true,
        "ttl",
        config.cacheTtl() + "s",
        "override_origin",
        !config.cacheControl() && config.cacheTtl() > 0,
        "vary_on",
        config.varyHeaders());
  }

  private static long size(KongPlugins.RequestSizeLimiting config) {
    long unit =
        switch (config.sizeUnit()) {
          case "megabytes" -> 1 << 20;
          case "kilobytes" -> 1 << 10;
          default -> 1;
        };
    return config.allowedPayloadSize() * unit;
  }

  private Map<String, Object> request(KongPlugins.RequestTransformer config, Object... at) {
    Map<String, Object> headers =
        rules(
            config.remove().headers(),
            config.rename().headers(),
            config.add().headers(),
            config.append().headers(),
            at);
    Map<String, Object> query =
        rules(
            config.remove().querystring(),
            config.rename().querystring(),
            config.add().querystring(),
            config.append().querystring(),
            at);
    Map<String, Object> body =
        body(config.remove().body(), config.rename().body(), config.add().body(), at);
    return Map.of("headers", headers, "query", query, "body", body);
  }

  private Map<String, Object> response(KongPlugins.ResponseTransformer config, Object... at) {
    Map<String, Object> headers =
        rules(
            config.remove().headers(),
            config.rename().headers(),
            config.add().headers(),
            config.append().headers(),
            at);
    Map<String, Object> body =
        body(config.remove().json(), config.rename().json(), config.add().json(), at);
    return Map.of("headers", headers, "body", body);
  }

  private Map<String, Object> rules(
      List<String> remove,
      List<String> rename,
      List<String> absent,
      List<String> add,
      Object... at) {
    return Map.of(
        "remove",
        remove,
        "rename",
        pairs(rename, at),
        "absent",
        pairs(absent, at),
        "add",
        pairs(add, at));
  }

  private Map<String, Object> body(
      List<String> remove, List<String> rename, List<String> add, Object... at) {
    return Map.of("remove", remove, "rename", pairs(rename, at), "add", pairs(add, at));
  }

  /** {@code name:value} each. */
  private Map<String, String> pairs(List<String> written, Object... at) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : written) {
      int colon = pair.indexOf(':');
      if (colon < 1) {
        document.refuse("expected name:value, not '" + pair + "'", path(at, "config"));
      } else {
        pairs.put(pair.substring(0, colon).strip(), pair.substring(colon + 1).strip());
      }
    }
    return pairs;
  }

  static Object[] path(Object[] at, Object... below) {
    List<Object> path = new ArrayList<>(List.of(at));
    path.addAll(List.of(below));
    return path.toArray();
  }
}
