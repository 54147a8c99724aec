package dev.sluice.platform.metrics;

import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The meters of HTTP requests. A route is resolved when the route table is built; recording then
 * does no lookup by name and allocates nothing, except for the first time that a status is seen on
 * a route. Thread-safe.
 *
 * <ul>
 *   <li>{@code http_requests_total{method,path,status}}: requests answered; path is the template of
 *       the route
 *   <li>{@code http_request_duration_seconds{method,path}}: a histogram of how long that took
 *   <li>{@code active_connections}: connections of clients that are open
 *   <li>{@code error_rate{error_type="4xx"|"5xx"}}: share of such answers, 0 to 1, over the last
 *       minute or so
 * </ul>
 */
public final class HttpMeters {

  /** Path of requests that match no route. */
  public static final String NO_ROUTE = "none";

  private static final int MAX_ROUTES = 10_000;
  private static final String TOO_MANY = "other";
  private static final int FIRST_STATUS = 100;
  private static final int LAST_STATUS = 599;
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Duration[] BUCKETS =
      Stream.of(1, 2, 5, 10, 25, 50, 100, 200, 500, 1_000, 2_500, 5_000, 10_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Map<String, Route> routes = new ConcurrentHashMap<>();
  private final LongAdder connections = new LongAdder();
  private final ErrorRate errors;

  /** Registers the meters; at most one of these a {@link Metrics}. */
  public HttpMeters(Metrics metrics, Time time) {
    this.registry = metrics.registry();
    this.errors = new ErrorRate(time);
    Gauge.builder("active_connections", connections, LongAdder::sum)
        .description("Connections of clients that are open.")
        .strongReference(true)
        .register(registry);
    errorRate("4xx", 4);
    errorRate("5xx", 5);
  }

  /**
   * The meters of one route, for ever the same object. To be called when routes are set up, not for
   * a request. Beyond 10,000 routes all further ones share the path {@code other}.
   *
   * @param template such as {@code /api/v1/orders/{id}}, never the path of a request
   */
  public Route route(String method, String template) {
    String known = METHODS.contains(method) ? method : "OTHER";
    Route route = routes.get(known + " " + template);
    if (route != null) {
      return route;
    }
    String path = routes.size() < MAX_ROUTES ? template : TOO_MANY;
    return routes.computeIfAbsent(known + " " + path, key -> new Route(known, path));
  }

  /** The meters of requests that match no route. Also not for a request: keep the result. */
  public Route noRoute(String method) {
    return route(method, NO_ROUTE);
  }

  /** A client has connected. */
  public void connectionOpened() {
    connections.increment();
  }

  /** A client's connection is closed. */
  public void connectionClosed() {
    connections.decrement();
  }

  private void errorRate(String type, int hundreds) {
    Gauge.builder("error_rate", errors, e -> e.share(hundreds))
        .description("Share of answers with such a status over the last minute or so.")
        .tags("error_type", type)
        .strongReference(true)
        .register(registry);
  }

  /** Records the requests of one route and method. */
  public final class Route {

    private final String method;
    private final String path;
    private final Timer timer;
    // By status code from 100; the last place is for what is none.
    private final AtomicReferenceArray<Counter> counters =
        new AtomicReferenceArray<>(LAST_STATUS - FIRST_STATUS + 2);

    private Route(String method, String path) {
      this.method = method;
      this.path = path;
      this.timer =
          Timer.builder("http.request.duration")
              .description("How long it took to answer.")
              .tags("method", method, "path", path)
              .serviceLevelObjectives(BUCKETS)
              .register(registry);
    }

    /**
     * Records a request that was answered.
     *
     * @param status of the answer, 100 to 599; anything else counts as status {@code none}
     * @param nanos from the head of the request to the end of the answer
     */
    public void record(int status, long nanos) {
      int index =
          status < FIRST_STATUS || status > LAST_STATUS
              ? LAST_STATUS - FIRST_STATUS + 1
              : status - FIRST_STATUS;
      Counter counter = counters.getAcquire(index);
      if (counter == null) {
        counter = counter(index);
      }
      counter.increment();
      timer.record(nanos, TimeUnit.NANOSECONDS);
      errors.count(status);
    }

    /**
     * Made when first needed: a route sees few of the 500 codes. Two threads at once get the same
     * one.
     */
    private Counter counter(int index) {
      String status =
          index > LAST_STATUS - FIRST_STATUS ? "none" : Integer.toString(index + FIRST_STATUS);
      Counter counter =
          Counter.builder("http.requests")
              .description("Requests answered.")
              .tags("method", method, "path", path, "status", status)
              .register(registry);
      counters.setRelease(index, counter);
      return counter;
    }
  }
}
