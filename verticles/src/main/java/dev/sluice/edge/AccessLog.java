package dev.sluice.edge;

import dev.sluice.platform.log.LineLog;
import dev.sluice.platform.log.Lines;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.trace.TraceContext;
import io.vertx.core.Vertx;
import java.util.List;

/** The access log of one event loop: a line for each request, up to a quarter of a second late. */
final class AccessLog {
  private static final int LATE_MILLIS = 250;
  private static final List<String> TEXTS =
      List.of("method", "path", "route", "client", "address", "correlationId", "traceId");
  private static final List<String> NUMBERS = List.of("status", "micros", "bytes");

  private final Vertx vertx;
  private final Time time;
  private final LineLog lines = new LineLog("dev.sluice.access", "request", TEXTS, NUMBERS);
  private boolean flushing;

  AccessLog(Vertx vertx, Time time) {
    this.vertx = vertx;
    this.time = time;
  }

  void write(Exchange exchange, int status, long nanos) {
    if (!lines.isEnabled()) {
      return;
    }
    Lines line = lines.begin(time.now().toEpochMilli());
    if (line == null) {
      return;
    }
    line.text(exchange.request.method().name())
        .text(exchange.request.path())
        .text(exchange.endpoint.template())
        .text(exchange.caller().id())
        .text(exchange.host())
        .text(exchange.correlationId)
        .text(TraceContext.traceId(exchange.traceparent))
        .number(status)
        .number(nanos / 1000)
        .number(exchange.answeredBytes);
    if (!flushing) {
      flushing = true;
      vertx.setTimer(
          LATE_MILLIS,
          late -> {
            flushing = false;
            lines.flush();
          });
    }
  }

  /** Hands on what waits. */
  void flush() {
    lines.flush();
  }
}
