package dev.sluice.order;

import static dev.sluice.TestGround.user;
import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestGround;
import dev.sluice.codec.Caller;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Money;
import dev.sluice.contract.Order;
import dev.sluice.contract.Order.Status;
import dev.sluice.contract.Problem;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.PostgresConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class OrderRoomIT {
  private static final String[] BOTH = {"read:orders", "write:orders"};
  private static final Order.Create TEA =
      new Order.Create(
          List.of(
              new Order.Line("TEA-1", 2, new Money(450, "EUR")),
              new Order.Line("CUP.2", 1, new Money(9099, "EUR")),
              new Order.Line("FREE", 3, new Money(0, "EUR"))));

  private final Caller ada = user(UUID.randomUUID(), BOTH);
  private final Caller bob = user(UUID.randomUUID(), BOTH);
  private final Caller clerk =
      user(UUID.randomUUID(), "read:orders", "write:orders", OrderScope.ALL_ORDERS);

  private TestGround node;
  private String deployment;
  private Database tables;

  @BeforeEach
  void deploy(Servers servers) throws Exception {
    node = new TestGround(servers, List.of(OrderVerticle.SECTION), Map.of());
    deployment = await(node.vertx().deployVerticle(new OrderVerticle(node.ground())));
    tables = new Database(node.vertx(), PostgresConfig.at(servers.postgres().uri()), "order");
  }

  @AfterEach
  void close() throws Exception {
    await(tables.close());
    node.close();
  }

  @Test
  void anOrderIsPlacedReadAndMoved() throws Exception {
    Instant before = Instant.now();
    Order.View placed = create(ada);
    assertThat(placed.userId()).isEqualTo(ada.userId());
    assertThat(placed.id().version()).isEqualTo(7);
    assertThat(placed.status()).isEqualTo(Status.CREATED);
    assertThat(placed.items()).isEqualTo(TEA.items());
    assertThat(placed.total()).isEqualTo(new Money(9999, "EUR"));
    assertThat(placed.version()).isEqualTo(1);
    assertThat(placed.createdAt())
        .isBetween(before.minusMillis(1), Instant.now())
        .isEqualTo(placed.updatedAt());
    assertThat(get(ada, placed.id())).isEqualTo(placed);

    Order.View confirmed = move(ada, placed.id(), Status.CONFIRMED, null);
    assertThat(confirmed.status()).isEqualTo(Status.CONFIRMED);
    assertThat(confirmed.version()).isEqualTo(2);
    assertThat(confirmed.items()).isEqualTo(placed.items());
    assertThat(confirmed.createdAt()).isEqualTo(placed.createdAt());
    assertThat(confirmed.updatedAt()).isAfter(placed.updatedAt());
    assertThat(get(ada, placed.id())).isEqualTo(confirmed);
  }

  @Test
  void everyPairOfStatesHoldsInTheTablesToo() throws Exception {
    for (Status from : Status.values()) {
      for (Status to : Status.values()) {
        UUID id = create(ada).id();
        await(
            tables.query(
                "UPDATE orders SET status = $2 WHERE id = $1",
                Tuple.of(id, OrderTransitions.name(from))));
        Future<Order.View> moved =
            node.bus().request(new Order.Transition(id, to, null), node.call(ada));
        if (OrderTransitions.canBecome(from, to)) {
          assertThat(await(moved).status()).isEqualTo(to);
        } else {
          assertFails(Problem.CONFLICT, moved, OrderTransitions.refusal(from, to));
          assertThat(get(ada, id).status()).isEqualTo(from);
          assertThat(get(ada, id).version()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void pagesNeitherRepeatNorHideWhateverIsPlacedMeanwhile() throws Exception {
    long seed = System.nanoTime();
    System.out.println("OrderRoomIT seed " + seed);
    Random random = new Random(seed);
    List<UUID> first = new ArrayList<>();
    List<Future<Order.View>> placing = new ArrayList<>();
    for (int i = 0; i < 55; i++) {
      placing.add(node.bus().request(some(random), node.call(ada)));
      if (random.nextInt(3) == 0) {
        create(bob);
      }
    }
    for (Future<Order.View> order : placing) {
      first.add(await(order).id());
    }
    // The same instant for some: the id has to tell them apart.
    await(
        tables.query(
            "UPDATE orders SET created_at = date_trunc('second', created_at) WHERE user_id = $1",
            Tuple.of(ada.userId())));

    List<Order.View> walked = new ArrayList<>();
    List<Future<Order.View>> meanwhile = new ArrayList<>();
    String cursor = null;
    do {
      meanwhile.add(node.bus().request(some(random), node.call(ada)));
      Order.Page page = await(node.bus().request(new Order.List(10, cursor, null), node.call(ada)));
      meanwhile.add(node.bus().request(some(random), node.call(ada)));
      assertThat(page.items()).hasSizeLessThanOrEqualTo(10);
      walked.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);
    await(Future.all(meanwhile));

    assertThat(walked).extracting(Order.View::id).doesNotHaveDuplicates().containsAll(first);
    assertThat(walked).allSatisfy(order -> assertThat(order.userId()).isEqualTo(ada.userId()));
    assertThat(walked)
        .isSortedAccordingTo(
            Comparator.comparing(Order.View::createdAt)
                .thenComparing(order -> order.id().toString())
                .reversed());
    for (Order.View order : walked.subList(0, 5)) {
      assertThat(get(ada, order.id())).isEqualTo(order);
    }
  }

  @Test
  void aListCanBeOfOneStateAndAnExactPageIsTheLast() throws Exception {
    UUID confirmed = create(ada).id();
    create(ada);
    move(ada, confirmed, Status.CONFIRMED, null);
    Order.Page page =
        await(node.bus().request(new Order.List(1, null, Status.CONFIRMED), node.call(ada)));
    assertThat(page.items()).extracting(Order.View::id).containsExactly(confirmed);
    assertThat(page.nextCursor()).isNull();
    assertThat(list(user(UUID.randomUUID(), BOTH)).items()).isEmpty();
  }

  @Test
  void aBrokenCursorIsNamed() throws Exception {
    Failure failure =
        assertFails(
            Problem.INVALID,
            node.bus().request(new Order.List(10, "garbage", null), node.call(ada)),
            "'cursor' must be the nextCursor of the page before, unchanged");
    assertThat(failure.fields()).extracting(Failure.Field::field).containsExactly("cursor");
  }

  @Test
  void ofTwoTransitionsAtOnceOneWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      UUID id = create(ada).id();
      Status second = round % 2 == 0 ? Status.CONFIRMED : Status.CANCELLED;
      Long version = round % 4 < 2 ? 1L : null;
      // Without a version a later CANCELLED may follow CONFIRMED; the other way round it may not.
      Status first = version == null ? second : Status.CONFIRMED;
      Future<Order.View> one =
          node.bus().request(new Order.Transition(id, first, version), node.call(ada));
      Future<Order.View> two =
          node.bus().request(new Order.Transition(id, second, version), node.call(clerk));
      await(Future.join(one, two).otherwiseEmpty());
      assertThat(List.of(one.succeeded(), two.succeeded())).containsExactlyInAnyOrder(true, false);
      Failure lost = (Failure) (one.failed() ? one.cause() : two.cause());
      assertThat(lost.problem()).isEqualTo(Problem.CONFLICT);
      Order.View now = get(ada, id);
      assertThat(now.version()).isEqualTo(2);
      assertThat(now).isEqualTo(one.succeeded() ? one.result() : two.result());
    }
  }

  @Test
  void aStaleVersionIsAConflict() throws Exception {
    UUID id = create(ada).id();
    assertThat(move(ada, id, Status.CONFIRMED, 1L).version()).isEqualTo(2);
    assertFails(
        Problem.CONFLICT,
        node.bus().request(new Order.Transition(id, Status.SHIPPED, 1L), node.call(ada)),
        "version 1 of the order was expected, it is at 2; read it again");
    assertThat(get(ada, id).status()).isEqualTo(Status.CONFIRMED);
    assertThat(move(ada, id, Status.SHIPPED, 2L).version()).isEqualTo(3);
  }

  @Test
  void aKeyMakesOneOrderHoweverOftenItIsAsked() throws Exception {
    String key = UUID.randomUUID().toString();
    Order.View placed = await(node.bus().request(TEA, node.call(ada, key)));
    assertThat(await(node.bus().request(TEA, node.call(ada, key)))).isEqualTo(placed);
    Order.Create same = new Order.Create(List.copyOf(TEA.items()));
    assertThat(await(node.bus().request(same, node.call(ada, key)))).isEqualTo(placed);
    assertThat(list(ada).items()).hasSize(1);

    Order.Create other = new Order.Create(TEA.items().subList(0, 1));
    assertFails(
        Problem.UNPROCESSABLE,
        node.bus().request(other, node.call(ada, key)),
        "this Idempotency-Key was used for another request");
    assertFails(
        Problem.UNPROCESSABLE,
        node.bus()
            .request(
                new Order.Transition(placed.id(), Status.CONFIRMED, null), node.call(ada, key)),
        "this Idempotency-Key was used for another request");
    assertThat(await(node.bus().request(TEA, node.call(bob, key))).id()).isNotEqualTo(placed.id());
    assertThat(list(ada).items()).hasSize(1);
  }

  @Test
  void aKeyMovesAnOrderOnce() throws Exception {
    UUID id = create(ada).id();
    Order.Transition confirm = new Order.Transition(id, Status.CONFIRMED, 1L);
    Order.View confirmed = await(node.bus().request(confirm, node.call(ada, "k")));
    assertThat(await(node.bus().request(confirm, node.call(ada, "k")))).isEqualTo(confirmed);
    assertThat(get(ada, id).version()).isEqualTo(2);
  }

  @Test
  void aRefusedRequestDoesNotUseUpItsKey() throws Exception {
    UUID id = create(ada).id();
    Order.Transition ship = new Order.Transition(id, Status.SHIPPED, null);
    assertFails(
        Problem.CONFLICT,
        node.bus().request(ship, node.call(ada, "ship")),
        OrderTransitions.refusal(Status.CREATED, Status.SHIPPED));
    move(ada, id, Status.CONFIRMED, null);
    assertThat(await(node.bus().request(ship, node.call(ada, "ship"))).status())
        .isEqualTo(Status.SHIPPED);
  }

  @Test
  void aKeyThatIsBeingWorkedOnIsAConflict() throws Exception {
    Future<Order.View> held;
    try (Hold hold = new Hold()) {
      held = node.bus().request(TEA, node.call(ada, "busy"));
      hold.untilSomebodyWaits();
      assertFails(
          Problem.CONFLICT,
          node.bus().request(TEA, node.call(ada, "busy")),
          "a request with this Idempotency-Key is still running");
    }
    Order.View placed = await(held);
    assertThat(await(node.bus().request(TEA, node.call(ada, "busy")))).isEqualTo(placed);
    assertThat(list(ada).items()).hasSize(1);
  }

  @Test
  void ordersOfOthersAreNotThere() throws Exception {
    UUID id = create(ada).id();
    String unknown = "there is no order " + id;
    assertFails(Problem.NOT_FOUND, node.bus().request(new Order.Get(id), node.call(bob)), unknown);
    assertFails(
        Problem.NOT_FOUND,
        node.bus().request(new Order.Transition(id, Status.CONFIRMED, null), node.call(bob)),
        unknown);
    assertThat(list(bob).items()).isEmpty();
    UUID none = UUID.randomUUID();
    assertFails(
        Problem.NOT_FOUND,
        node.bus().request(new Order.Get(none), node.call(bob)),
        "there is no order " + none);

    assertThat(get(clerk, id).userId()).isEqualTo(ada.userId());
    UUID other = create(bob).id();
    assertThat(list(clerk).items()).extracting(Order.View::id).contains(other, id);
    assertThat(move(clerk, id, Status.CONFIRMED, null).userId()).isEqualTo(ada.userId());
  }

  @Test
  void whoMayNotIsTurnedAway() throws Exception {
    UUID id = create(ada).id();
    Caller reader = user(ada.userId(), "read:orders");
    Caller writer = user(ada.userId(), "write:orders");
    String read = "the permission read:orders is needed";
    String write = "the permission write:orders is needed";
    assertFails(Problem.DENIED, node.bus().request(TEA, node.call(reader)), write);
    assertFails(
        Problem.DENIED,
        node.bus().request(new Order.Transition(id, Status.CANCELLED, null), node.call(reader)),
        write);
    assertFails(Problem.DENIED, node.bus().request(new Order.Get(id), node.call(writer)), read);
    assertFails(
        Problem.DENIED,
        node.bus().request(new Order.List(null, null, null), node.call(writer)),
        read);
    assertThat(
            ((Failure) awaitFailure(node.bus().request(TEA, node.call(Caller.ANONYMOUS))))
                .problem())
        .isEqualTo(Problem.UNAUTHENTICATED);
    assertFails(
        Problem.DENIED,
        node.bus().request(TEA),
        "an order needs an account to place it for; this caller has none");
    Caller accountless =
        new Caller(Caller.Kind.KEY, null, "key", null, List.of(), List.of(BOTH), "free");
    assertThat(list(accountless).items()).isEmpty();
    assertFails(
        Problem.NOT_FOUND,
        node.bus().request(new Order.Get(id), node.call(accountless)),
        "there is no order " + id);
  }

  @Test
  void aTotalBeyondAllMoneyIsInvalidAndLeavesNothing() throws Exception {
    Order.Line dear = new Order.Line("DEAR", 1_000_000, new Money(999_999_999_999L, "EUR"));
    Order.Create tooDear = new Order.Create(List.of(dear));
    Throwable failure = awaitFailure(node.bus().request(tooDear, node.call(ada)));
    assertThat(((Failure) failure).problem()).isEqualTo(Problem.INVALID);
    assertThat(list(ada).items()).isEmpty();
  }

  @Test
  void aStopLetsTheCallInFlightFinish() throws Exception {
    Future<Order.View> held;
    Future<Void> stopped;
    try (Hold hold = new Hold()) {
      held = node.bus().request(TEA, node.call(ada));
      hold.untilSomebodyWaits();
      stopped = node.vertx().undeploy(deployment);
      until("the room has left the bus", Duration.ofSeconds(5), this::nobodyServes);
      assertThat(held.isComplete()).isFalse();
      assertThat(stopped.isComplete()).isFalse();
    }
    assertThat(await(held).status()).isEqualTo(Status.CREATED);
    await(stopped);
  }

  private boolean nobodyServes() throws Exception {
    Envelope soon =
        new Envelope(
            ada,
            node.ground().time().nanos() + Duration.ofMillis(100).toNanos(),
            "c",
            node.call(ada).traceparent(),
            null);
    Throwable failure = awaitFailure(node.bus().request(new Order.Get(UUID.randomUUID()), soon));
    return failure instanceof Failure f && f.problem() == Problem.UNAVAILABLE;
  }

  private static Order.Create some(Random random) {
    return new Order.Create(
        IntStream.rangeClosed(1, 1 + random.nextInt(4))
            .mapToObj(
                i ->
                    new Order.Line(
                        "SKU-" + random.nextInt(1000),
                        1 + random.nextInt(9),
                        new Money(random.nextInt(100_000), "EUR")))
            .toList());
  }

  private Order.View create(Caller caller) throws Exception {
    return await(node.bus().request(TEA, node.call(caller)));
  }

  private Order.View get(Caller caller, UUID id) throws Exception {
    return await(node.bus().request(new Order.Get(id), node.call(caller)));
  }

  private Order.Page list(Caller caller) throws Exception {
    return await(node.bus().request(new Order.List(null, null, null), node.call(caller)));
  }

  private Order.View move(Caller caller, UUID id, Status to, Long version) throws Exception {
    return await(node.bus().request(new Order.Transition(id, to, version), node.call(caller)));
  }

  private static Failure assertFails(Problem problem, Future<?> asked, String detail)
      throws Exception {
    Throwable failure = awaitFailure(asked);
    assertThat(failure).isInstanceOf(Failure.class).hasMessage(detail);
    assertThat(((Failure) failure).problem()).isEqualTo(problem);
    return (Failure) failure;
  }

  /** Keeps the room from writing orders until closed, by the lock a long report would take. */
  private final class Hold implements AutoCloseable {
    private final Promise<Void> end = Promise.promise();
    private final Future<Void> held;

    Hold() throws Exception {
      Promise<Void> locked = Promise.promise();
      held =
          tables.inTransaction(
              tx ->
                  tx.query("LOCK TABLE orders IN SHARE MODE")
                      .execute()
                      .<Void>mapEmpty()
                      .onComplete(locked)
                      .compose(lock -> end.future()));
      await(locked.future());
    }

    void untilSomebodyWaits() throws Exception {
      until(
          "the room waits for the lock",
          Duration.ofSeconds(2),
          () ->
              await(
                          tables.query(
                              """
                          SELECT 1 FROM pg_locks
                          WHERE NOT granted AND relation = '"order".orders'::regclass
                          """,
                              Tuple.tuple()))
                      .size()
                  == 1);
    }

    @Override
    public void close() {
      end.complete();
      held.toCompletionStage().toCompletableFuture().join();
    }
  }
}
