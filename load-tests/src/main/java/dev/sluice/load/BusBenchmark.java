package dev.sluice.load;

import dev.sluice.codec.Envelope;
import dev.sluice.contract.Order;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.BusConfig;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A request and its answer between two rooms of one node, through the typed bus with its checks. A
 * thousand calls are made on an event loop and waited for together, as an edge does it.
 */
@State(Scope.Benchmark)
public class BusBenchmark {
  private static final int CALLS = 1000;

  private final Time time = Time.system();
  private Vertx vertx;
  private Context context;
  private Bus bus;
  private Envelope envelope;

  @Setup
  public void open() {
    vertx = Vertx.vertx();
    Samples.codec(time).registerOn(vertx.eventBus());
    bus = new Bus(vertx, Config.defaults(BusConfig.SECTION), time, "bench");
    Order.View answer = Samples.order();
    context = vertx.getOrCreateContext();
    bus.room("order")
        .serve(Order.Get.class, (request, call) -> Future.succeededFuture(answer))
        .open()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    envelope = Samples.call(answer, time).envelope();
  }

  @TearDown
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public int localCall() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(CALLS);
    AtomicInteger answers = new AtomicInteger();
    Order.Get get = new Order.Get(UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000a"));
    context.runOnContext(
        start -> {
          for (int i = 0; i < CALLS; i++) {
            bus.request(get, envelope)
                .onComplete(
                    (view, failure) -> {
                      if (failure == null) {
                        answers.incrementAndGet();
                      }
                      done.countDown();
                    });
          }
        });
    done.await();
    if (answers.get() != CALLS) {
      throw new IllegalStateException((CALLS - answers.get()) + " calls failed");
    }
    return answers.get();
  }
}
