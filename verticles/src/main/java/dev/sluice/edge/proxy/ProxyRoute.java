package dev.sluice.edge.proxy;

import dev.sluice.edge.cache.CacheConfig;
import dev.sluice.edge.cache.HttpCache;
import dev.sluice.edge.cache.LoopCache;
import dev.sluice.edge.idempotency.IdempotencyConfig;
import dev.sluice.edge.route.Rewrite;
import dev.sluice.edge.route.RouteConfig;
import dev.sluice.edge.transform.RequestTransform;
import dev.sluice.edge.transform.ResponseTransform;
import dev.sluice.edge.upstream.RetryBudget;
import dev.sluice.edge.upstream.Upstream;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
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
  private final Ways ways;
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
  private final int mirrorPercent;
  private final boolean webSockets;
  private final long pingMillis;
  private final long idleMillis;

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
    this.ways = Ways.of(name, config, upstreams);
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
    this.mirrorPercent = config.mirror().percent();
    this.webSockets = config.websocket().enabled();
    this.pingMillis = config.websocket().ping().toMillis();
    this.idleMillis = config.websocket().idle().toMillis();
  }

  private ProxyRoute(ProxyRoute same, Ways ways) {
    this.ways = ways;
    this.name = same.name;
    this.strip = same.strip;
    this.rewrite = same.rewrite;
    this.host = same.host;
    this.timeoutMillis = same.timeoutMillis;
    this.retry = same.retry;
    this.budget = same.budget;
    this.hedgeMillis = same.hedgeMillis;
    this.bodyLimit = same.bodyLimit;
    this.fallback = same.fallback;
    this.cache = same.cache;
    this.caches = same.caches;
    this.requestRules = same.requestRules;
    this.responseRules = same.responseRules;
    this.compresses = same.compresses;
    this.idempotency = same.idempotency;
    this.mirrorPercent = same.mirrorPercent;
    this.webSockets = same.webSockets;
    this.pingMillis = same.pingMillis;
    this.idleMillis = same.idleMillis;
  }

  /**
   * The same route, with the same budget, when its upstreams have changed and nothing else has.
   *
   * @param config what it was made of
   */
  public ProxyRoute leadingTo(RouteConfig config, Function<String, Upstream> upstreams) {
    return new ProxyRoute(this, Ways.of(name, config, upstreams));
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

  /** Where requests go. */
  Ways ways() {
    return ways;
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
}
