package dev.sluice.limiter;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Limits;
import dev.sluice.contract.Limits.Forgotten;
import dev.sluice.contract.Problem;
import dev.sluice.limiter.Inquiries.Told;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.BusConfig;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.TurnedTime;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InquiriesTest {
  private final TurnedTime time = new TurnedTime();
  private final List<UUID> asked = new ArrayList<>();
  private Vertx vertx;
  private Context loop;
  private Neighbours neighbours;
  private Inquiries inquiries;

  @BeforeEach
  void begin() {
    vertx = Vertx.vertx();
    loop = vertx.getOrCreateContext();
    CallerSeal seal = new CallerSeal("a secret of this test, 32 characters", () -> 0);
    new ContractCodec(seal, time::nanos).registerOn(vertx.eventBus());
    BusConfig config =
        Config.load(null, Map.of(), List.of(BusConfig.SECTION)).get(BusConfig.SECTION);
    neighbours = new Neighbours(time);
    inquiries =
        new Inquiries(
            vertx, new Bus(vertx, config, time, "here"), neighbours, Duration.ofMillis(300));
  }

  @AfterEach
  void end() throws Exception {
    await(vertx.close());
  }

  @Test
  void itEndsWhenAllThatAreThereHaveAnsweredOnce() throws Exception {
    time.turn(Duration.ofSeconds(10));
    Future<Told<Forgotten>> told =
        onLoop(
            () -> {
              neighbours.heard("a");
              neighbours.heard("b");
              Future<Told<Forgotten>> asking = ask();
              tell(0, "a");
              tell(0, "a");
              inquiries.told(asked.get(0), "b", new Limits.WasReset("x:y", null, null, null));
              inquiries.told(UUID.randomUUID(), "b", new Forgotten(UUID.randomUUID(), "b"));
              assertThat(asking.isComplete()).isFalse();
              tell(0, "b");
              assertThat(asking.isComplete()).isTrue();
              tell(0, "c"); // late
              return asking;
            });
    assertThat(await(told).nodes()).containsExactly("a", "b");
    assertThat(await(told).missing()).isEmpty();
  }

  @Test
  void whoIsNotKnownYetIsWaitedForAndWhoIsGoneIsNot() throws Exception {
    Future<Told<Forgotten>> early =
        onLoop(
            () -> {
              neighbours.heard("a");
              Future<Told<Forgotten>> asking = ask();
              tell(0, "a");
              assertThat(asking.isComplete()).isFalse();
              tell(0, "new");
              return asking;
            });
    assertThat(await(early).nodes()).containsExactly("a", "new");
    time.turn(Neighbours.LATELY.plusMillis(1));
    Future<Told<Forgotten>> later =
        onLoop(
            () -> {
              Future<Told<Forgotten>> asking = ask();
              tell(1, "a");
              return asking;
            });
    assertThat(later.isComplete()).isTrue();
  }

  @Test
  void aSilentNodeIsMissingAfterAWhile() throws Exception {
    time.turn(Duration.ofSeconds(10));
    Future<Told<Forgotten>> told =
        onLoop(
            () -> {
              neighbours.heard("a");
              neighbours.heard("b");
              Future<Told<Forgotten>> asking = ask();
              tell(0, "b");
              return asking;
            });
    assertThat(await(told).nodes()).containsExactly("b");
    assertThat(await(told).missing()).containsExactly("a");
  }

  @Test
  void tooManyAreRefusedAndClosingEndsThemAll() throws Exception {
    List<Future<Told<Forgotten>>> all =
        onLoop(
            () -> {
              List<Future<Told<Forgotten>>> asking = new ArrayList<>();
              for (int i = 0; i <= Inquiries.MOST; i++) {
                asking.add(ask());
              }
              assertThat(asking.get(0).isComplete()).isFalse();
              inquiries.close();
              return asking;
            });
    Failure refused = (Failure) awaitFailure(all.remove(Inquiries.MOST));
    assertThat(refused.problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(all).allMatch(Future::succeeded);
  }

  @Test
  void neighboursAreBounded() {
    for (int i = 0; i < Neighbours.MOST + 5; i++) {
      neighbours.heard("node-" + i);
    }
    assertThat(neighbours.present()).hasSize(Neighbours.MOST);
  }

  private Future<Told<Forgotten>> ask() {
    return inquiries.ask(
        Forgotten.class,
        id -> {
          asked.add(id);
          return new Limits.Refilled(id, "key:a", List.of());
        });
  }

  private void tell(int nth, String node) {
    inquiries.told(asked.get(nth), node, new Forgotten(asked.get(nth), node));
  }

  private <T> T onLoop(Callable<T> work) throws Exception {
    Promise<T> done = Promise.promise();
    loop.runOnContext(
        now -> {
          try {
            done.complete(work.call());
          } catch (Throwable e) {
            done.fail(e);
          }
        });
    return await(done.future());
  }
}
