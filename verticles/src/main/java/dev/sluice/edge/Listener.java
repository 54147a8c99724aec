package dev.sluice.edge;

import dev.sluice.contract.Problem;
import dev.sluice.edge.guard.Doorkeeper;
import dev.sluice.edge.guard.Fault;
import dev.sluice.edge.guard.HeadLimits;
import dev.sluice.edge.guard.Refused;
import dev.sluice.platform.metrics.HttpMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the gateway listens, and what it answers to what never becomes an exchange. */
final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private final HeadLimits limits;
  private final HttpMeters.Route meter;
  private final Map<Fault, Counter> faults = new EnumMap<>(Fault.class);

  Listener(HeadLimits limits, HttpMeters meters, MeterRegistry registry) {
    this.limits = limits;
    this.meter = meters.noRoute("OTHER");
    for (Fault fault : Fault.values()) {
      faults.put(
          fault,
          Counter.builder("requests.malformed")
              .description("Requests refused before they had a route, by what was wrong.")
              .tags("fault", fault.label())
              .register(registry));
    }
  }

  static HttpServerOptions options(EdgeConfig config) {
    HttpServerOptions options = new HttpServerOptions();
    options
        .setMaxHeaderSize(config.headerLimit())
        .setMaxInitialLineLength(config.lineLimit())
        .setHttp2ClearTextEnabled(false)
        .setIdleTimeout((int) config.idleTimeout().toMillis())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setTcpNoDelay(true)
        // WebSockets are passed on as they are; this would look at each request and answer for
        // them.
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setSslHandshakeTimeout(config.slow().head().toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
        .setAlpnVersions(
            config.http2().enabled()
                ? List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)
                : List.of(HttpVersion.HTTP_1_1))
        .setHttp2RstFloodMaxRstFramePerWindow(config.http2().resets())
        .setHttp2RstFloodWindowDuration(30)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
    options
        .getInitialSettings()
        .setMaxConcurrentStreams(config.http2().streams())
        .setMaxHeaderListSize(config.headerLimit());
    return options;
  }

  /**
   * Of a port where nothing but HTTP/2 is spoken, in clear text. Vert.x reads a first request of
   * HTTP/1.1 there before anybody can be strict about it, and lets it upgrade; with lines of one
   * byte there is none.
   */
  static HttpServerOptions http2Only(HttpServerOptions options) {
    return options.setHttp2ClearTextEnabled(true).setMaxInitialLineLength(1);
  }

  /** What could not be parsed as HTTP has no route and no chain. The connection ends with it. */
  void malformed(HttpServerRequest request) {
    answer(request, Refused.of(request.decoderResult().cause(), limits))
        .onComplete(sent -> request.connection().close());
  }

  /** Lets a request through to the gateway, unless it came by HTTP/2 and is none for HTTP/1.1. */
  static Handler<HttpServerRequest> http2(
      Doorkeeper doorkeeper, Listener listener, Handler<HttpServerRequest> gateway) {
    return request -> {
      Refused refused =
          request.version() == HttpVersion.HTTP_2 ? doorkeeper.judgeHttp2(request) : null;
      if (refused == null) {
        gateway.handle(request);
      } else {
        var unused = listener.answer(request, refused);
      }
    };
  }

  private Future<Void> answer(HttpServerRequest request, Refused refused) {
    int status = refused.fault().status();
    String correlationId = UUID.randomUUID().toString();
    meter.record(status, 0);
    faults.get(refused.fault()).increment();
    LOG.atInfo()
        .addKeyValue("fault", refused.fault().label())
        .addKeyValue("status", status)
        .addKeyValue("address", request.remoteAddress().hostAddress())
        .addKeyValue("correlationId", correlationId)
        .log("refused: {}", refused.getMessage());
    HttpServerResponse response = request.response();
    Observe.mark(response, correlationId);
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, Problems.PROBLEM_JSON);
    if (request.version() != HttpVersion.HTTP_2) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    return response.end(
        Problems.body(status, Problem.INVALID.because(refused.getMessage()), "", correlationId));
  }
}
