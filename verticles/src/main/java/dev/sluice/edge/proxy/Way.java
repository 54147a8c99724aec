package dev.sluice.edge.proxy;

import dev.sluice.edge.upstream.KeyHash;
import dev.sluice.edge.upstream.Pick;
import dev.sluice.edge.upstream.Subset;
import dev.sluice.edge.upstream.Upstream;
import dev.sluice.edge.upstream.UpstreamConfig;
import io.vertx.core.http.Cookie;
import java.util.Map;
import java.util.function.Function;

/**
 * One of the upstreams a route leads to.
 *
 * @param weight of all weights together, its share of the requests
 */
record Way(Upstream upstream, Subset subset, int weight) {
  static Way to(
      String name, Map<String, String> labels, int weight, Function<String, Upstream> upstreams) {
    Upstream upstream = upstreams.apply(name);
    return new Way(upstream, upstream.subset(labels), weight);
  }

  Pick pick(Inbound in, long tried) {
    UpstreamConfig config = upstream.config();
    boolean hashes = config.balance() == UpstreamConfig.Balance.CONSISTENT_HASH;
    return upstream.pick(subset, hashes ? hash(in, config.hashOn()) : 0, tried);
  }

  boolean hasOther(long tried) {
    return upstream.hasOther(subset, tried);
  }

  private static long hash(Inbound in, String on) {
    String key =
        switch (on) {
          case "ip" -> in.host();
          case "client" -> in.clientKey();
          case "path" -> in.path();
          default -> named(in, on);
        };
    return KeyHash.of(key == null ? in.clientKey() : key); // who lacks it stays together, too
  }

  private static String named(Inbound in, String on) {
    String name = on.substring(on.indexOf(':') + 1);
    if (on.startsWith("header:")) {
      return in.request().getHeader(name);
    }
    Cookie cookie = in.request().getCookie(name);
    return cookie == null ? null : cookie.getValue();
  }
}
