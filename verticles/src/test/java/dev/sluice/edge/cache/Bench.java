package dev.sluice.edge.cache;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.time.TurnedTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** A cache, a clock that is turned, and an origin that says what it is told to. */
final class Bench {
  static final Section<CacheConfig> ROUTE = new Section<>("cache", CacheConfig.class);
  static final Section<CacheStoreConfig> STORE = new Section<>("store", CacheStoreConfig.class);
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  static final String HOST = "shop.example.com";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  final TurnedTime time = new TurnedTime(BEGIN);
  final MeterRegistry registry = new SimpleMeterRegistry();
  final SharedCache shared;
  final LoopCache loop;

  Bench(Vertx vertx) {
    this(vertx, Config.defaults(STORE));
  }

  Bench(Vertx vertx, CacheStoreConfig config) {
    this.shared = new SharedCache(config, registry, time);
    this.loop = shared.on(vertx);
  }

  /** Seconds after the beginning, as HTTP writes it. */
  static String date(long seconds) {
    return DATE.format(BEGIN.plusSeconds(seconds));
  }

  static MultiMap headers(String... lines) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (String line : lines) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return headers;
  }

  static CacheRequest get(String uri, String... headers) {
    return request(HttpMethod.GET, uri, headers);
  }

  static CacheRequest request(HttpMethod method, String uri, String... headers) {
    return new CacheRequest(method, "https", HOST, uri, headers(headers), null);
  }

  static Lookup now(Future<Lookup> lookup) {
    if (!lookup.succeeded()) {
      throw new AssertionError("it waits: " + lookup, lookup.cause());
    }
    return lookup.result();
  }

  /** The answer of a request that must be answered from the cache. */
  static Answer hit(HttpCache cache, CacheRequest request) {
    return ((Lookup.Hit) now(cache.lookup(request))).answer();
  }

  static Ticket miss(HttpCache cache, CacheRequest request) {
    return ((Lookup.Miss) now(cache.lookup(request))).ticket();
  }

  /** Asks and, where the cache wants to know, answers as an origin would. */
  static Lookup fetch(HttpCache cache, CacheRequest request, int status, String body, String... h) {
    Lookup lookup = now(cache.lookup(request));
    if (lookup instanceof Lookup.Miss miss) {
      give(miss.ticket(), status, body, h);
    } else if (lookup instanceof Lookup.Stale stale) {
      give(stale.ticket(), status, body, h);
    }
    return lookup;
  }

  static boolean give(Ticket ticket, int status, String body, String... headers) {
    boolean wanted = ticket.head(status, headers(headers));
    if (wanted) {
      ticket.body(Buffer.buffer(body));
      ticket.end();
    }
    return wanted;
  }

  static MultiMap head(Answer answer) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    answer.writeHead(headers);
    return headers;
  }

  static String body(Answer answer) {
    Buffer body = answer.body();
    return body == null ? "" : body.toString();
  }

  double count(String result) {
    return registry.get("cache.requests").tag("result", result).counter().count();
  }

  /** The settings of a route, those of the defaults where nothing else is said. */
  static final class Settings {
    private final CacheConfig is = Config.defaults(ROUTE);
    private Duration ttl = is.ttl();
    private boolean override;
    private List<String> varyOn = List.of();
    private List<String> query = is.query();
    private boolean perClient;
    private Duration behind = Duration.ZERO;
    private Duration onError = Duration.ZERO;
    private int maxBody = is.maxBody();
    private Duration coalesce = is.coalesce();
    private boolean obey = true;

    Settings ttl(long seconds) {
      ttl = Duration.ofSeconds(seconds);
      return this;
    }

    Settings override() {
      override = true;
      return this;
    }

    Settings varyOn(String... names) {
      varyOn = List.of(names);
      return this;
    }

    Settings query(String... names) {
      query = List.of(names);
      return this;
    }

    Settings perClient() {
      perClient = true;
      return this;
    }

    Settings stale(long whileRevalidate, long ifError) {
      behind = Duration.ofSeconds(whileRevalidate);
      onError = Duration.ofSeconds(ifError);
      return this;
    }

    Settings maxBody(int bytes) {
      maxBody = bytes;
      return this;
    }

    Settings coalesce(Duration time) {
      coalesce = time;
      return this;
    }

    Settings deafToClients() {
      obey = false;
      return this;
    }

    CacheConfig build() {
      return new CacheConfig(
          true,
          ttl,
          override,
          varyOn,
          query,
          perClient,
          behind,
          onError,
          maxBody,
          "Cache-Tag",
          coalesce,
          obey);
    }
  }
}
