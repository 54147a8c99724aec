package dev.sluice.edge;

import dev.sluice.platform.metrics.HttpMeters;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The meters of one route by method; each is made when the method is first used. */
final class RouteMeters {
  private static final List<HttpMethod> METHODS =
      List.of(
          HttpMethod.GET,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.DELETE,
          HttpMethod.PATCH,
          HttpMethod.HEAD,
          HttpMethod.OPTIONS);

  private final HttpMeters meters;
  private final String template;
  private final AtomicReferenceArray<HttpMeters.Route> byMethod =
      new AtomicReferenceArray<>(METHODS.size() + 1);

  RouteMeters(HttpMeters meters, String template) {
    this.meters = meters;
    this.template = template;
  }

  HttpMeters.Route of(HttpMethod method) {
    int index = index(method);
    HttpMeters.Route route = byMethod.getAcquire(index);
    if (route == null) {
      // Two at once are given the same.
      route = meters.route(index == METHODS.size() ? "OTHER" : method.name(), template);
      byMethod.setRelease(index, route);
    }
    return route;
  }

  private static int index(HttpMethod method) {
    for (int i = 0; i < METHODS.size(); i++) {
      if (METHODS.get(i).equals(method)) {
        return i;
      }
    }
    return METHODS.size();
  }
}
