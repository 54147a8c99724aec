package dev.sluice.edge.proxy;

import dev.sluice.edge.cache.CacheConfig;
import dev.sluice.edge.cache.HttpCache;
import dev.sluice.edge.cache.LoopCache;
import dev.sluice.edge.idempotency.IdempotencyConfig;
import dev.sluice.edge.route.Rewrite;
import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.route.SplitConfig;
import dev.sluice.edge.transform.RequestTransform;
import dev.sluice.edge.transform.ResponseTransform;
import dev.sluice.edge.upstream.KeyHash;
import dev.sluice.edge.upstream.Pick;
import dev.sluice.edge.upstream.RetryBudget;
import dev.sluice.edge.upstream.Subset;
import dev.sluice.edge.upstream.Upstream;
import dev.sluice.edge.upstream.UpstreamConfig;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A route to upstreams, with all that could be found out when the table was read. Immutable but for
 * its budget, and shared by all event loops.
 */
public final class ProxyRoute {
  private static final int LEAST_RETRIES_A_SECOND = 3;
  private static final String UPSTREAM_HOST = "upstream";
  private static final String PRESERVE_HOST = "preserve";

  private final String name;
  private final List<Way> ways;
  private final int weights;
  private final String strip;
  private final Rewrite rewrite; // null: only what is stripped
  private final String host; // null: the target's own; empty: the client's
  private final long timeoutMillis;
  private final RetryRule retry;
  private final RetryBudget budget;
  private final long hedgeMillis;
  private final long bodyLimit;
  private final Fallback fallback;
  private final CacheConfig cache;
  private final HttpCache[] caches; // one an event loop, made when it is first used there
  private final RequestTransform requestRules; // null: none; the same for those of responses
  private final ResponseTransform responseRules;
  private final boolean compresses;
  private final IdempotencyConfig idempotency; // null: keys mean nothing here
  private final Way mirror; // null: none
  private final int mirrorPercent;
  private final boolean webSockets;
  private final long pingMillis;
  private final long idleMillis;

  /**
   * One of the upstreams a route leads to.
   *
   * @param weight of all weights together, its share of the requests
   */
  record Way(Upstream upstream, Subset subset, int weight) {
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

  /**
   * @param config one that was checked, and leads to an upstream or several
   * @param upstreams by name
   * @param loops how many event loops will use it
   * @throws IllegalArgumentException if a parameter of the rewrite is none of the path
   */
  public ProxyRoute(
      String name, RouteConfig config, Function<String, Upstream> upstreams, int loops) {
    List<String> parameters = config.match().parameterNames();
    this.name = name;
    this.ways = ways(config, upstreams);
    this.weights = ways.stream().mapToInt(Way::weight).sum();
    this.strip = config.rewrite().stripPrefix();
    this.rewrite =
        config.rewrite().path().isEmpty() ? null : Rewrite.of(config.rewrite().path(), parameters);
    this.host =
        switch (config.rewrite().host()) {
          case UPSTREAM_HOST -> null;
          case PRESERVE_HOST -> "";
          default -> config.rewrite().host();
        };
    this.timeoutMillis = config.timeout().toMillis();
    this.retry = RetryRule.of(config.retry());
    this.budget = new RetryBudget(config.retry().budget(), LEAST_RETRIES_A_SECOND);
    this.hedgeMillis = config.hedge().after().toMillis();
    this.bodyLimit = config.bodyLimit();
    this.fallback = Fallback.of(config.fallback());
    this.cache = config.cache();
    this.caches = cache.enabled() ? new HttpCache[loops] : null;
    this.requestRules = RequestTransform.of(config.request(), parameters);
    this.responseRules = ResponseTransform.of(config.response(), parameters);
    this.compresses = config.compression();
    this.idempotency = config.idempotency().enabled() ? config.idempotency() : null;
    this.mirror =
        config.mirror().upstream().isEmpty() || config.mirror().percent() == 0
            ? null
            : way(config.mirror().upstream(), config.mirror().subset(), 1, upstreams);
    this.mirrorPercent = config.mirror().percent();
    this.webSockets = config.websocket().enabled();
    this.pingMillis = config.websocket().ping().toMillis();
    this.idleMillis = config.websocket().idle().toMillis();
  }

  String name() {
    return name;
  }

  /** The cache of this route on an event loop; null if it has none. */
  HttpCache cache(int loop, LoopCache of) {
    if (caches == null) {
      return null;
    }
    HttpCache known = caches[loop];
    if (known == null) {
      known = of.of(name, cache);
      caches[loop] = known;
    }
    return known;
  }

  /**
   * Where this request goes.
   *
   * @param draw any number, evenly drawn from 0 to {@link Integer#MAX_VALUE}
   */
  Way way(int draw) {
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
    throw new IllegalStateException("weights of " + name + " do not sum up");
  }

  /** The path and query to ask for, all in percent-encoding as it came. */
  String uri(Inbound in) {
    String path = rewrite == null ? stripped(in.path()) : rewrite.of(in.parameters(), in.rest());
    String query = in.request().query();
    if (requestRules != null) {
      query = requestRules.query(query, in);
    }
    return query == null ? path : path + '?' + query;
  }

  private String stripped(String path) {
    if (strip.isEmpty() || !path.startsWith(strip)) {
      return path;
    }
    if (path.length() == strip.length()) {
      return "/";
    }
    return path.charAt(strip.length()) == '/' ? path.substring(strip.length()) : path;
  }

  /** Writes the request's head, for the target it goes to. */
  void writeHead(Inbound in, HttpClientRequest to, boolean webSocket) {
    String sent = host;
    if (sent != null && sent.isEmpty()) {
      sent = in.authority();
    }
    if (sent != null && to.version() == HttpVersion.HTTP_2) {
      to.authority(HostAndPort.parseAuthority(sent, -1)); // which says it in place of Host
      sent = null;
    }
    Headers.towardsUpstream(in, to.headers(), sent, webSocket);
    if (requestRules != null) {
      requestRules.headers(to.headers(), in);
    }
    if (responseRules != null) {
      responseRules.ask(to.headers());
    }
  }

  /** Whether the body of this request must be read whole, to be changed; throws as the rules do. */
  boolean changesBody(Inbound in) {
    return requestRules != null && requestRules.changesBody(in.request().headers());
  }

  RequestTransform requestRules() {
    return requestRules;
  }

  ResponseTransform responseRules() {
    return responseRules;
  }

  boolean compresses() {
    return compresses;
  }

  long timeoutMillis() {
    return timeoutMillis;
  }

  RetryRule retry() {
    return retry;
  }

  RetryBudget budget() {
    return budget;
  }

  /** 0: no hedging. */
  long hedgeMillis() {
    return hedgeMillis;
  }

  long bodyLimit() {
    return bodyLimit;
  }

  /** Null if there is none. */
  Fallback fallback() {
    return fallback;
  }

  /** Null if an Idempotency-Key means nothing here. */
  IdempotencyConfig idempotency() {
    return idempotency;
  }

  /** Who gets copies; null for nobody. */
  Way mirror() {
    return mirror;
  }

  int mirrorPercent() {
    return mirrorPercent;
  }

  boolean webSockets() {
    return webSockets;
  }

  long pingMillis() {
    return pingMillis;
  }

  long idleMillis() {
    return idleMillis;
  }

  private static List<Way> ways(RouteConfig config, Function<String, Upstream> upstreams) {
    List<Way> ways = new ArrayList<>();
    if (!config.upstream().isEmpty()) {
      ways.add(way(config.upstream(), config.subset(), 1, upstreams));
    }
    for (SplitConfig part : config.split()) {
      if (part.weight() > 0) {
        ways.add(way(part.upstream(), part.subset(), part.weight(), upstreams));
      }
    }
    return List.copyOf(ways);
  }

  static Way way(
      String name, Map<String, String> labels, int weight, Function<String, Upstream> upstreams) {
    Upstream upstream = upstreams.apply(name);
    return new Way(upstream, upstream.subset(labels), weight);
  }
}
