package dev.sluice.platform.bus;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.time;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractCodec;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Auth;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Money;
import dev.sluice.contract.Node;
import dev.sluice.contract.Order;
import dev.sluice.contract.Problem;
import dev.sluice.platform.trace.TraceContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bus of one node. {@link ClusteredBusIT} is about two. */
class BusTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Order.Get GET = new Order.Get(UUID.randomUUID());
  private static final Order.Create CREATE =
      new Order.Create(List.of(new Order.Line("sku-1", 1, new Money(100, "EUR"))));
  private static final Order.View VIEW =
      new Order.View(
          UUID.randomUUID(),
          UUID.randomUUID(),
          Order.Status.CREATED,
          CREATE.items(),
          CREATE.total(),
          1,
          Instant.EPOCH,
          Instant.EPOCH);

  private final Vertx vertx = Vertx.vertx();
  private BusNode node = BusNode.on(vertx, "node-1", Map.of());

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private void settings(String... keysAndValues) {
    Map<String, String> settings = new java.util.HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    vertx.eventBus().unregisterCodec(ContractCodec.NAME);
    node = BusNode.on(vertx, "node-1", settings);
  }

  private Room room() {
    return node.bus().room("order");
  }

  private static Failure failure(Future<?> call) throws Exception {
    return (Failure) awaitFailure(call);
  }

  @Test
  void onOneNodeTheVeryInstanceArrives() throws Exception {
    AtomicReference<Object> asked = new AtomicReference<>();
    await(
        room()
            .serve(
                Order.Create.class,
                (request, call) -> {
                  asked.set(request);
                  return Future.succeededFuture(VIEW);
                })
            .open());
    assertThat(await(node.bus().request(CREATE))).isSameAs(VIEW);
    assertThat(asked.get()).isSameAs(CREATE);
  }

  @Test
  void aHandlerLearnsWhoAsksAndEachHopIsASpanOfTheSameTrace() throws Exception {
    AtomicReference<Envelope> first = new AtomicReference<>();
    AtomicReference<Envelope> second = new AtomicReference<>();
    await(
        room()
            .serve(
                Order.Create.class,
                (request, call) -> {
                  first.set(call);
                  return node.bus().request(GET, call);
                })
            .serve(
                Order.Get.class,
                (request, call) -> {
                  second.set(call);
                  return Future.succeededFuture(VIEW);
                })
            .open());
    Envelope sent = BusNode.call(BusNode.user("write:orders", "read:orders"), LONG);
    await(node.bus().request(CREATE, sent));
    assertThat(second.get().caller()).isSameAs(sent.caller());
    assertThat(second.get().correlationId()).isEqualTo(sent.correlationId());
    assertThat(second.get().deadline()).isEqualTo(sent.deadline());
    assertThat(TraceContext.valid(second.get().traceparent())).isTrue();
    assertThat(List.of(sent, first.get(), second.get()))
        .extracting(call -> TraceContext.traceId(call.traceparent()))
        .containsOnly(TraceContext.traceId(sent.traceparent()));
    assertThat(List.of(sent, first.get(), second.get()))
        .extracting(Envelope::traceparent)
        .doesNotHaveDuplicates();
  }

  @Test
  void whoMayNotAskIsRefusedBeforeTheHandlerRuns() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    await(
        room()
            .serve(
                Auth.PublicKeys.class,
                (request, call) -> {
                  ran.incrementAndGet();
                  return Future.succeededFuture(new Auth.KeySet(List.of()));
                })
            .serve(
                Auth.Logout.class,
                (request, call) -> {
                  ran.incrementAndGet();
                  return Future.succeededFuture(new Auth.LoggedOut());
                })
            .serve(
                Node.Ping.class,
                (request, call) -> {
                  ran.incrementAndGet();
                  return Future.succeededFuture(new Node.Pong("node-1"));
                })
            .serve(
                Order.Get.class,
                (request, call) -> {
                  ran.incrementAndGet();
                  return Future.succeededFuture(VIEW);
                })
            .open());
    Envelope anybody = BusNode.call(Caller.ANONYMOUS, LONG);
    Envelope user = BusNode.call(BusNode.user("write:orders"), LONG);
    Envelope reader = BusNode.call(BusNode.user("read:*"), LONG);
    Bus bus = node.bus();
    Node.Ping ping = new Node.Ping("node-1");

    assertThat(failure(bus.request(new Auth.Logout(), anybody)).problem())
        .isEqualTo(Problem.UNAUTHENTICATED);
    assertThat(failure(bus.request(ping, anybody)).problem()).isEqualTo(Problem.DENIED);
    assertThat(failure(bus.request(GET, anybody)).problem()).isEqualTo(Problem.UNAUTHENTICATED);
    assertThat(failure(bus.request(ping, user)).problem()).isEqualTo(Problem.DENIED);
    assertThat(failure(bus.request(GET, user)).detail())
        .isEqualTo("the permission read:orders is needed");
    assertThat(ran).hasValue(0);

    await(bus.request(new Auth.PublicKeys(), anybody));
    await(bus.request(new Auth.Logout(), user));
    await(bus.request(GET, reader));
    await(bus.request(ping));
    await(bus.request(GET));
    assertThat(ran).hasValue(5);
  }

  @Test
  void aCallThatComesAfterItsDeadlineIsRefused() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    await(
        room()
            .serve(
                Order.Get.class,
                (request, call) -> {
                  ran.incrementAndGet();
                  return Future.succeededFuture(VIEW);
                })
            .open());
    Envelope late = BusNode.call(Caller.node("node-1"), Duration.ofMillis(-1));
    assertThat(failure(node.bus().request(GET, late)).problem()).isEqualTo(Problem.TIMEOUT);
    assertThat(failure(node.raw("order.get", late, GET)).problem()).isEqualTo(Problem.TIMEOUT);
    assertThat(ran).hasValue(0);
  }

  @Test
  void aSlowRoomIsGivenUpAtTheDeadline() throws Exception {
    settings("SLUICE_BUS_DEADLINE", "300ms");
    Promise<Order.View> never = Promise.promise();
    await(
        room()
            .serve(Order.Create.class, (request, call) -> never.future())
            .serve(Order.Get.class, (request, call) -> never.future())
            .open());
    for (var request : List.of(CREATE, GET)) {
      AtomicReference<Future<?>> call = new AtomicReference<>();
      Duration taken =
          time(
              () -> {
                call.set(node.bus().request(request));
                return call.get();
              });
      assertThat(failure(call.get()).problem()).isEqualTo(Problem.TIMEOUT);
      assertThat(taken).isBetween(Duration.ofMillis(250), Duration.ofMillis(1_500));
    }
    assertThat(node.bus().waiting()).isZero();
  }

  @Test
  void whereNobodyServesItIsSaidQuickly() throws Exception {
    for (var request : List.of(CREATE, GET)) {
      AtomicReference<Future<?>> call = new AtomicReference<>();
      Duration taken =
          time(
              () -> {
                call.set(node.bus().request(request));
                return call.get();
              });
      Failure failure = failure(call.get());
      assertThat(failure.problem()).isEqualTo(Problem.UNAVAILABLE);
      assertThat(failure.detail()).startsWith("no room serves order.");
      assertThat(failure.retryAfter()).isPresent();
      assertThat(taken).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void anIdempotentCallWhoseAnswerIsLostIsAskedAgain() throws Exception {
    settings("SLUICE_BUS_DEADLINE", "1s");
    AtomicInteger asked = new AtomicInteger();
    vertx
        .eventBus()
        .consumer(
            "order.get",
            message -> {
              if (asked.incrementAndGet() > 1) {
                message.reply(VIEW, new DeliveryOptions().setCodecName(ContractCodec.NAME));
              }
            });
    assertThat(await(node.bus().request(GET))).isSameAs(VIEW);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aCallThatIsNotIdempotentIsNeverAskedAgain() throws Exception {
    settings("SLUICE_BUS_DEADLINE", "300ms");
    AtomicInteger asked = new AtomicInteger();
    vertx.eventBus().consumer("order.create", message -> asked.incrementAndGet());
    assertThat(failure(node.bus().request(CREATE)).problem()).isEqualTo(Problem.TIMEOUT);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aRoomsOwnFailureIsNotAskedAgainAndArrivesWhole() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Failure refused =
        new Failure(
            Problem.CONFLICT,
            "not now",
            List.of(new Failure.Field("a.b", "is taken")),
            Duration.ofSeconds(7));
    await(
        room()
            .serve(
                Order.Get.class,
                (request, call) -> {
                  asked.incrementAndGet();
                  return Future.failedFuture(refused);
                })
            .open());
    assertThat(failure(node.bus().request(GET))).isSameAs(refused);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aDefectIsAnsweredWithoutItsDetails() throws Exception {
    List<Future<Order.View>> defects = new ArrayList<>();
    defects.add(Future.failedFuture(new IllegalStateException("password=hunter2")));
    defects.add(null);
    defects.add(Future.succeededFuture());
    AtomicInteger next = new AtomicInteger();
    Room room =
        room()
            .serve(
                Order.Create.class,
                (request, call) -> {
                  throw new IllegalStateException("password=hunter2");
                })
            .serve(
                Order.Transition.class,
                (request, call) -> {
                  throw new AssertionError("password=hunter2");
                })
            .serve(Order.Get.class, (request, call) -> defects.get(next.getAndIncrement()));
    await(room.open());
    List<Future<?>> calls = new ArrayList<>();
    calls.add(node.bus().request(CREATE));
    calls.add(
        node.bus().request(new Order.Transition(GET.orderId(), Order.Status.CONFIRMED, null)));
    defects.forEach(defect -> calls.add(node.bus().request(GET)));
    for (Future<?> call : calls) {
      Failure failure = failure(call);
      assertThat(failure.problem()).isEqualTo(Problem.INTERNAL);
      assertThat(failure.detail()).doesNotContain("hunter2");
    }
    assertThat(room.busy()).isZero();
  }

  @Test
  void aBusyRoomSaysSo() throws Exception {
    settings("SLUICE_BUS_MAX_PER_ROOM", "2");
    Promise<Order.View> answer = Promise.promise();
    Room room = room().serve(Order.Get.class, (request, call) -> answer.future());
    await(room.open());
    List<Future<?>> first = List.of(node.bus().request(GET), node.bus().request(GET));
    until("both are worked on", LONG, () -> room.busy() == 2);
    Failure failure = failure(node.bus().request(GET));
    assertThat(failure.problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(failure.detail()).isEqualTo("the room 'order' is busy");
    assertThat(failure.retryAfter()).isPresent();
    answer.complete(VIEW);
    await(Future.all(first));
    await(node.bus().request(GET));
  }

  @Test
  void tooManyThatWaitAreTurnedAway() throws Exception {
    settings("SLUICE_BUS_MAX_WAITING", "1");
    Promise<Order.View> answer = Promise.promise();
    await(room().serve(Order.Get.class, (request, call) -> answer.future()).open());
    Future<Order.View> first = node.bus().request(GET);
    assertThat(node.bus().waiting()).isOne();
    Failure failure = failure(node.bus().request(GET));
    assertThat(failure.problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(failure.detail()).isEqualTo("too many calls are waiting");
    answer.complete(VIEW);
    await(first);
    await(node.bus().request(GET));
    assertThat(node.bus().waiting()).isZero();
  }

  @Test
  void whatIsNoCallOfTheContractIsRefused() throws Exception {
    await(room().serve(Order.Get.class, (request, call) -> Future.succeededFuture(VIEW)).open());
    Envelope self = BusNode.call(Caller.node("node-1"), LONG);
    assertThat(failure(node.raw("order.get", self, CREATE)).problem()).isEqualTo(Problem.INVALID);
    assertThat(failure(vertx.eventBus().request("order.get", "text")).problem())
        .isEqualTo(Problem.INVALID);
  }

  @Test
  void eventsAreHeardFromNodesOnly() throws Exception {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    await(
        room()
            .hear(
                Node.LogLevelChanged.class,
                (event, call) -> heard.add(event.logger() + " by " + call.caller().id()))
            .open());
    DeliveryOptions options = new DeliveryOptions().setCodecName(ContractCodec.NAME);
    Envelope user = BusNode.call(BusNode.user("*:*"), LONG);
    Node.LogLevelChanged forged = new Node.LogLevelChanged("forged", Node.Level.OFF);
    vertx.eventBus().publish("node.log_level_changed", "text");
    vertx
        .eventBus()
        .publish("node.log_level_changed", new dev.sluice.codec.Call(user, forged), options);
    node.bus().publish(new Node.LogLevelChanged("real", Node.Level.INFO));
    until("the event is heard", LONG, () -> !heard.isEmpty());
    assertThat(heard).containsExactly("real by node-1");
  }

  @Test
  void aRoomThatClosesLeavesTheBusAndFinishesWhatItHas() throws Exception {
    Promise<Order.View> answer = Promise.promise();
    Room room = room().serve(Order.Get.class, (request, call) -> answer.future());
    await(room.open());
    Future<Order.View> inFlight = node.bus().request(GET);
    until("it is worked on", LONG, () -> room.busy() == 1);
    await(room.close());
    assertThat(failure(node.bus().request(GET)).problem()).isEqualTo(Problem.UNAVAILABLE);
    Future<Void> idle = room.idle(LONG);
    assertThat(idle.isComplete()).isFalse();
    answer.complete(VIEW);
    assertThat(await(inFlight)).isSameAs(VIEW);
    await(idle);
    assertThat(room.busy()).isZero();
  }

  @Test
  void aRoomThatDoesNotFinishIsLeftBehind() throws Exception {
    Room room =
        room().serve(Order.Get.class, (request, call) -> Promise.<Order.View>promise().future());
    await(room.open());
    Future<Order.View> lost = node.bus().request(GET);
    until("it is worked on", LONG, () -> room.busy() == 1);
    await(room.close());
    assertThat(time(() -> room.idle(Duration.ofMillis(100)))).isLessThan(Duration.ofSeconds(2));
    assertThat(lost.isComplete()).isFalse();
  }
}
