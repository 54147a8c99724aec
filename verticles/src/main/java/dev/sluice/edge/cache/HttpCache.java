package dev.sluice.edge.cache;

import dev.sluice.edge.cache.CacheMeters.Result;
import dev.sluice.edge.http.Fields;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** The cache of one route on one event loop. */
public final class HttpCache {
  private static final Lookup.Bypass BYPASS = new Lookup.Bypass(CacheStatus.BYPASS);
  private static final Future<Forgotten> NOTHING =
      Future.succeededFuture(new Forgotten(List.of(), true));
  private static final Lookup.Bypass METHOD = new Lookup.Bypass(CacheStatus.METHOD);

  private final LoopCache loop;
  private final CacheConfig config;
  private final CacheKey keys;

  HttpCache(LoopCache loop, CacheConfig config, CacheKey keys) {
    this.loop = loop;
    this.config = config;
    this.keys = keys;
  }

  /**
   * What to do with a request. The future is complete already when the answer is in memory or the
   * cache has no part in it; otherwise it comes on the caller's event loop, after Redis or another
   * request that fetches the same. It does not fail.
   *
   * <p>Whoever is given a {@link Ticket} must end it in one of the ways it has; others may wait for
   * it.
   */
  public Future<Lookup> lookup(CacheRequest request) {
    boolean get = HttpMethod.GET.equals(request.method());
    if (!get && !HttpMethod.HEAD.equals(request.method())) {
      return bypass(METHOD);
    }
    MultiMap headers = request.headers();
    Demands demands = config.obeyClients() ? Demands.of(headers) : Demands.NONE;
    if (demands.noStore() || isForTheOrigin(headers)) {
      return bypass(BYPASS);
    }
    String key = keys.of(request);
    return key == null ? bypass(BYPASS) : new Inquiry(this, request, demands, key).begin();
  }

  private Future<Lookup> bypass(Lookup.Bypass why) {
    meters().count(Result.BYPASS);
    return Future.succeededFuture(why);
  }

  /** Conditions only the origin can judge (RFC 9111 section 4.3.2), and requests with a body. */
  private static boolean isForTheOrigin(MultiMap headers) {
    if (headers.contains(Fields.IF_MATCH)
        || headers.contains(Fields.IF_UNMODIFIED_SINCE)
        || headers.contains(HttpHeaders.TRANSFER_ENCODING)) {
      return true;
    }
    String length = headers.get(HttpHeaders.CONTENT_LENGTH);
    return length != null && !length.equals("0");
  }

  /**
   * To be told of each answer that is not from the cache to a method that is not GET or HEAD: when
   * something may have changed, what is kept of its URI, and of those that Location and
   * Content-Location name on the same host, is forgotten (RFC 9111 section 4.4). It is gone from
   * the memory of this node when this returns, from Redis soon after.
   *
   * @return what was forgotten, for other nodes to do the same; mostly nothing. Complete when Redis
   *     has forgotten it or cannot be reached: another node that is told before would read it there
   *     again
   */
  public Future<Forgotten> changed(CacheRequest request, int status, MultiMap headers) {
    HttpMethod method = request.method();
    boolean safe =
        HttpMethod.GET.equals(method)
            || HttpMethod.HEAD.equals(method)
            || HttpMethod.OPTIONS.equals(method)
            || HttpMethod.TRACE.equals(method);
    if (safe || status < 200 || status >= 400) {
      return NOTHING;
    }
    List<Purge> purges = new ArrayList<>(3);
    add(request, purges);
    other(request, headers.get(HttpHeaders.LOCATION), purges);
    other(request, headers.get("Content-Location"), purges);
    List<Future<Purged>> done = new ArrayList<>(purges.size());
    for (Purge purge : purges) {
      done.add(loop.purge(purge));
    }
    return Future.all(done)
        .map(
            all ->
                new Forgotten(
                    List.copyOf(purges), all.<Purged>list().stream().allMatch(Purged::everywhere)));
  }

  private void add(CacheRequest request, List<Purge> purges) {
    String uri = keys.uri(request);
    if (uri.length() > Purge.LONGEST) {
      return; // no key is so long, so nothing can be kept of it
    }
    Purge purge = Purge.uri(uri);
    if (!purges.contains(purge)) {
      purges.add(purge);
    }
  }

  private void other(CacheRequest request, String location, List<Purge> purges) {
    if (location == null) {
      return;
    }
    try {
      URI base = new URI(request.scheme() + "://" + request.host() + request.uri());
      URI named = base.resolve(new URI(location));
      if (named.getAuthority() == null || named.getRawPath() == null || named.getScheme() == null) {
        return;
      }
      String here = CacheKey.host(request.host(), request.scheme());
      if (!CacheKey.host(named.getAuthority(), named.getScheme()).equals(here)) {
        return; // section 4.4: others' answers are none of its business
      }
      String path = named.getRawPath().isEmpty() ? "/" : named.getRawPath();
      String uri = named.getRawQuery() == null ? path : path + '?' + named.getRawQuery();
      CacheRequest there =
          new CacheRequest(
              request.method(), request.scheme(), request.host(), uri, request.headers(), null);
      add(there, purges);
    } catch (URISyntaxException | IllegalArgumentException e) {
      return; // it names nothing that could be kept
    }
  }

  /**
   * Keeps a response under its key, and the rule that leads there.
   *
   * @param names the fields it varies by
   */
  boolean keep(
      CacheRequest request, String key, List<String> names, StoredResponse response, Begun begun) {
    MemoryStore store = store();
    Kept present = store.get(key);
    List<String> before = present instanceof Kept.VaryRule rule ? rule.names() : List.of();
    List<String> all = VaryKey.union(before, names);
    List<String> by = all == null ? names : all;
    if (by.isEmpty()) {
      loop.second().put(key, response, begun.shared());
      return store.put(key, response, begun.stamp());
    }
    String under = CacheKey.under(key, by, request.headers());
    if (under == null) {
      return false;
    }
    Kept.VaryRule rule = new Kept.VaryRule(by);
    if (!rule.equals(present)) {
      store.put(key, rule, begun.stamp());
    }
    loop.second().put(key, rule, begun.shared());
    loop.second().put(under, response, begun.shared());
    return store.put(under, response, begun.stamp());
  }

  /**
   * The moment before the upstream was asked, as purges count it.
   *
   * @param stamp of the memory
   * @param shared of the second level
   */
  record Begun(long stamp, long shared) {}

  Begun begun() {
    return new Begun(store().stamp(), loop.second().moment());
  }

  LoopCache loop() {
    return loop;
  }

  CacheConfig config() {
    return config;
  }

  MemoryStore store() {
    return loop.shared().store();
  }

  CacheMeters meters() {
    return loop.shared().meters();
  }
}
