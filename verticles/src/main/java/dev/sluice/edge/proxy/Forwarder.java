package dev.sluice.edge.proxy;

import dev.sluice.contract.Problem;
import dev.sluice.edge.cache.CacheRequest;
import dev.sluice.edge.cache.Forgotten;
import dev.sluice.edge.cache.HttpCache;
import dev.sluice.edge.cache.Lookup;
import dev.sluice.edge.cache.LoopCache;
import dev.sluice.edge.http.HttpDate;
import dev.sluice.edge.idempotency.IdempotencyStore;
import dev.sluice.edge.transform.Compression;
import dev.sluice.edge.upstream.Endpoint;
import dev.sluice.edge.upstream.Outgoing;
import dev.sluice.edge.upstream.UpstreamClient;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Forwards the requests of one event loop. */
public final class Forwarder {
  /** How long an answer nobody wants may take to run out before its connection is closed. */
  private static final long DISCARD_MILLIS = 1000;

  /** Of parts that wait for others. */
  private static final long COMPOSING_BYTES = 64 * 1024 * 1024;

  private final Time time;
  private final int loop;
  private final UpstreamClient client;
  private final LoopCache cache;
  private final Consumer<Forgotten> changes;
  private final Deadlines deadlines;
  private final SplittableRandom random;
  private final Compression compression = new Compression();
  private final WebSockets webSockets = new WebSockets(this);
  private final ByteAllowance composing = new ByteAllowance(COMPOSING_BYTES);
  private final Mirrors mirrors;
  private final OnlyOnce once;
  private long dateSecond;
  private String date = "";

  /**
   * @param loop which event loop this is, from 0
   * @param changes told what was forgotten because a request changed it, for other nodes
   * @param keys of requests that are to be done once; closed with this
   */
  public Forwarder(
      Vertx vertx,
      Time time,
      int loop,
      UpstreamClient client,
      LoopCache cache,
      Consumer<Forgotten> changes,
      IdempotencyStore keys,
      MeterRegistry registry) {
    this.loop = loop;
    this.cache = cache;
    this.changes = changes;
    this.time = time;
    this.client = client;
    this.deadlines = new Deadlines(vertx, time);
    this.random = new SplittableRandom(time.nanos());
    this.mirrors = new Mirrors(this, registry);
    this.once = new OnlyOnce(this, keys);
  }

  /** Has the request answered, by an upstream if that goes. */
  public void forward(Inbound in, ProxyRoute route) {
    if (Headers.circles(in.request().headers())) {
      in.fail(508, Problem.INVALID.because("this request comes back here again and again"));
    } else if (WebSockets.asked(in.request())) {
      if (route.webSockets()) {
        webSockets.open(in, route);
      } else {
        in.fail(Problem.DENIED.because("there are no WebSockets here"));
      }
    } else if (tooLong(in, route)) {
      in.fail(413, Reasons.tooLarge(route));
    } else if (OnlyOnce.asked(in, route)) {
      once.forward(in, route);
    } else {
      ask(in, route);
    }
  }

  /** Has the request answered, by several upstreams together. */
  public void compose(Inbound in, ComposedRoute route) {
    HttpMethod method = in.request().method();
    if (Headers.circles(in.request().headers())) {
      in.fail(508, Problem.INVALID.because("this request comes back here again and again"));
    } else if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      new Composition(this, route, in).start();
    } else {
      in.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
      in.fail(405, Problem.INVALID.because(method + " is not known here; GET and HEAD are"));
    }
  }

  ByteAllowance composing() {
    return composing;
  }

  private void ask(Inbound in, ProxyRoute route) {
    HttpCache cached = route.cache(loop, cache);
    if (cached == null) {
      new ToClient(in, route, this, null, null).start();
      return;
    }
    Future<Lookup> looked = cached.lookup(cacheRequest(in));
    if (looked.succeeded()) {
      found(in, route, looked.result());
    } else {
      looked.onSuccess(lookup -> found(in, route, lookup)).onFailure(in::fail);
    }
  }

  private void found(Inbound in, ProxyRoute route, Lookup lookup) {
    try {
      follow(in, route, lookup);
    } catch (RuntimeException e) {
      in.fail(e);
      if (lookup instanceof Lookup.Miss miss) {
        miss.ticket().abort();
      } else if (lookup instanceof Lookup.Stale stale) {
        stale.ticket().abort();
      }
    }
  }

  private void follow(Inbound in, ProxyRoute route, Lookup lookup) {
    if (lookup instanceof Lookup.Hit hit) {
      CacheAnswer.send(hit.answer(), in, route, this);
    } else if (lookup instanceof Lookup.Stale stale) {
      CacheAnswer.send(stale.answer(), in, route, this);
      new Forwarding(this, route, in, new ToCache(this, route, stale.ticket())).start();
    } else if (lookup instanceof Lookup.Miss miss) {
      if (in.response().closed()) {
        miss.ticket().abort(); // it has gone while others were waited for
      } else {
        new ToClient(in, route, this, miss.ticket(), null).start();
      }
    } else if (lookup instanceof Lookup.Refuse refuse) {
      in.response().putHeader(CacheAnswer.CACHE_STATUS, refuse.cacheStatus());
      in.fail(504, Problem.TIMEOUT.because("no answer is kept, and only one of those is wanted"));
    } else {
      in.response().putHeader(CacheAnswer.CACHE_STATUS, ((Lookup.Bypass) lookup).cacheStatus());
      new ToClient(in, route, this, null, null).start();
    }
  }

  /** Forgets what a request with an unsafe method may have changed. */
  void changed(Inbound in, ProxyRoute route, int status, MultiMap headers) {
    HttpCache cached = route.cache(loop, cache);
    if (cached != null) {
      cached.changed(cacheRequest(in), status, headers).onSuccess(this::tell);
    }
  }

  private void tell(Forgotten forgotten) {
    if (!forgotten.purges().isEmpty()) {
      changes.accept(forgotten);
    }
  }

  private static CacheRequest cacheRequest(Inbound in) {
    HttpServerRequest request = in.request();
    String authority = in.authority();
    return new CacheRequest(
        request.method(),
        request.isSSL() ? "https" : "http",
        authority == null ? "" : authority,
        request.uri(),
        request.headers(),
        in.identity() == null ? null : in.identity().subject());
  }

  /** WebSockets that are open. */
  public int webSockets() {
    return webSockets.size();
  }

  /** Gives back what is held; nothing is to be forwarded any more. */
  public void close() {
    compression.close();
    once.close();
  }

  Compression compression() {
    return compression;
  }

  Mirrors mirrors() {
    return mirrors;
  }

  /** Tells the clients of all WebSockets that the node stops. */
  public void goAway() {
    webSockets.goAway();
  }

  Future<Outgoing> connect(Endpoint endpoint, HttpMethod method, String uri) {
    return client.request(endpoint, method, uri);
  }

  Deadlines deadlines() {
    return deadlines;
  }

  long nanos() {
    return time.nanos();
  }

  int draw() {
    return random.nextInt(Integer.MAX_VALUE);
  }

  /** From 1 to most. */
  long draw(int most) {
    return 1L + random.nextInt(most);
  }

  /** Now, as {@code Date} has it (RFC 9110, section 5.6.7); put together once a second. */
  String date() {
    long second = time.now().getEpochSecond();
    if (second != dateSecond) {
      dateSecond = second;
      date = HttpDate.text(time.now().toEpochMilli());
    }
    return date;
  }

  /** Reads an answer nobody wants, so that its connection can be used again, if it is short. */
  void discard(HttpClientResponse response, HttpClientRequest request) {
    Deadlines.Limit limit =
        new Deadlines.Limit() {
          @Override
          protected void late() {
            request.reset();
          }
        };
    deadlines.in(DISCARD_MILLIS, limit);
    response.exceptionHandler(e -> deadlines.cancel(limit));
    response.handler(part -> {}).endHandler(end -> deadlines.cancel(limit));
  }

  private static boolean tooLong(Inbound in, ProxyRoute route) {
    if (!in.hasBody()) {
      return false;
    }
    long length = Headers.contentLength(in.request().headers());
    return length > route.bodyLimit();
  }
}
