package dev.sluice.platform.lifecycle;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.time;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.time.Time;
import dev.sluice.platform.time.TurnedTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final List<String> stopped = new ArrayList<>();

  private Future<?> stop(String name) {
    stopped.add(name);
    return Future.succeededFuture();
  }

  @Test
  void theLastStartedIsTheFirstStopped() throws Exception {
    Lifecycle lifecycle = new Lifecycle(new TurnedTime());
    for (String name : List.of("cluster", "vertx", "rooms", "edge")) {
      lifecycle.add(name, () -> stop(name));
    }
    await(lifecycle.stop(BOUND));
    assertThat(stopped).containsExactly("edge", "rooms", "vertx", "cluster");
  }

  @Test
  void eachWaitsForTheOneBefore() throws Exception {
    Lifecycle lifecycle = new Lifecycle(new TurnedTime());
    Promise<Void> edge = Promise.promise();
    lifecycle.add("room", () -> stop("room"));
    lifecycle.add(
        "edge",
        () -> {
          stopped.add("edge");
          return edge.future();
        });
    Future<Void> stop = lifecycle.stop(BOUND);
    assertThat(stopped).containsExactly("edge");
    edge.complete();
    await(stop);
    assertThat(stopped).containsExactly("edge", "room");
  }

  @Test
  void whatFailsOrThrowsDoesNotKeepTheOthersFromStopping() throws Exception {
    Lifecycle lifecycle = new Lifecycle(new TurnedTime());
    lifecycle.add("first", () -> stop("first"));
    lifecycle.add("fails", () -> Future.failedFuture("no"));
    lifecycle.add(
        "throws",
        () -> {
          throw new IllegalStateException("no");
        });
    await(lifecycle.stop(BOUND));
    assertThat(stopped).containsExactly("first");
  }

  @Test
  void whatNeverStopsIsLeftBehindAtTheBound() throws Exception {
    Lifecycle lifecycle = new Lifecycle(Time.system());
    lifecycle.add("first", () -> stop("first"));
    lifecycle.add("hangs", () -> Promise.promise().future());
    assertThat(time(() -> lifecycle.stop(Duration.ofMillis(200))))
        .isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
    assertThat(stopped).containsExactly("first");
  }

  /** The bound is for the whole: when it is used up, the rest is still asked to stop. */
  @Test
  void theBoundIsForAllTogether() throws Exception {
    TurnedTime clock = new TurnedTime();
    Lifecycle lifecycle = new Lifecycle(clock);
    lifecycle.add("first", () -> stop("first"));
    lifecycle.add("hangs", () -> Promise.promise().future());
    lifecycle.add(
        "slow",
        () -> {
          clock.turn(BOUND);
          return stop("slow");
        });
    assertThat(time(() -> lifecycle.stop(BOUND))).isLessThan(Duration.ofSeconds(5));
    assertThat(stopped).containsExactly("slow", "first");
  }

  @Test
  void itIsStoppedOnce() throws Exception {
    Lifecycle lifecycle = new Lifecycle(new TurnedTime());
    lifecycle.add("part", () -> stop("part"));
    Future<Void> first = lifecycle.stop(BOUND);
    assertThat(lifecycle.stop(BOUND)).isSameAs(first);
    await(first);
    assertThat(stopped).containsExactly("part");
  }

  /** The event loops may be among the parts: the end is told all the same. */
  @Test
  void theEndIsToldAfterTheEventLoopsAreGone() throws Exception {
    Vertx vertx = Vertx.vertx();
    Lifecycle lifecycle = new Lifecycle(Time.system());
    lifecycle.add("cluster", () -> stop("cluster"));
    lifecycle.add("vertx", vertx::close);
    lifecycle.add("room", () -> vertx.timer(1));
    await(lifecycle.stop(BOUND));
    assertThat(stopped).containsExactly("cluster");
  }
}
