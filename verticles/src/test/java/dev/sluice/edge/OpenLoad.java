package dev.sluice.edge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * So many requests a second, whether or not those before have been answered: how long one took
 * counts from when it was due. All of it is on one event loop.
 */
final class OpenLoad {
  private static final int MOST_OUTSTANDING = 2000;
  private static final int GIVE_UP_SECONDS = 10;

  private final Vertx vertx;
  private final Context context;
  private final HttpClient client;
  private final URI base;
  private final long spacing; // nanos
  private final IntFunction<Ask> asks;
  private final List<Call> calls = new ArrayList<>();
  private final Promise<List<Call>> ended = Promise.promise();
  private long begun;
  private int number;
  private int outstanding;
  private boolean stopping;

  /** What is asked. */
  record Ask(HttpMethod method, String path) {}

  /**
   * What came of it.
   *
   * @param due in nanoseconds, as {@link System#nanoTime} has them
   * @param nanos how long it took
   * @param said the status, or what went wrong
   */
  record Call(Ask ask, long due, long nanos, String said) {
    boolean failed() {
      return !said.equals("200");
    }
  }

  /**
   * @param base such as {@code http://127.0.0.1:8080}
   * @param asks what the n-th is
   */
  OpenLoad(Vertx vertx, String base, int perSecond, IntFunction<Ask> asks) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.base = URI.create(base);
    this.spacing = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.asks = asks;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(200).setMaxWaitQueueSize(MOST_OUTSTANDING));
  }

  OpenLoad start() {
    begun = System.nanoTime();
    context.runOnContext(go -> tick());
    return this;
  }

  /** Sends no more, and tells of all when the last was answered. */
  Future<List<Call>> stop() {
    context.runOnContext(
        go -> {
          stopping = true;
          end();
        });
    return ended.future();
  }

  private void tick() {
    if (stopping) {
      return;
    }
    long now = System.nanoTime();
    while (begun + number * spacing <= now) {
      long due = begun + number * spacing;
      Ask ask = asks.apply(number++);
      if (outstanding < MOST_OUTSTANDING) {
        send(ask, due);
      } else {
        calls.add(new Call(ask, due, 0, "not sent: too many wait"));
      }
    }
    vertx.setTimer(1, next -> tick());
  }

  private void send(Ask ask, long due) {
    outstanding++;
    client
        .request(ask.method(), base.getPort(), base.getHost(), ask.path())
        .compose(request -> request.send())
        .compose(response -> response.body().map(response.statusCode()))
        .timeout(GIVE_UP_SECONDS, TimeUnit.SECONDS)
        .onComplete(
            (status, failure) -> {
              outstanding--;
              String said = failure == null ? status.toString() : failure.toString();
              calls.add(new Call(ask, due, System.nanoTime() - due, said));
              end();
            });
  }

  private void end() {
    if (stopping && outstanding == 0 && ended.tryComplete(List.copyOf(calls))) {
      client.close();
    }
  }

  static double percentileMillis(List<Call> calls, double percentile) {
    long[] sorted = calls.stream().mapToLong(Call::nanos).sorted().toArray();
    int at = (int) Math.min(sorted.length - 1, Math.ceil(sorted.length * percentile / 100) - 1);
    return sorted[at] / 1e6;
  }
}
