package dev.sluice.audit;

import static dev.sluice.TestGround.user;
import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestGround;
import dev.sluice.Waiting;
import dev.sluice.codec.Caller;
import dev.sluice.contract.Audit;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Money;
import dev.sluice.contract.Order;
import dev.sluice.contract.Order.Status;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import dev.sluice.order.OrderVerticle;
import dev.sluice.platform.bus.BusConfig;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders and their audit while a server is away: what was acknowledged comes through, once. */
@ExtendWith(Servers.Extension.class)
class RoomsOutageIT {
  private static final Duration FAST = Duration.ofSeconds(1);
  private static final Duration BACK = Duration.ofSeconds(5);
  private static final Duration ARRIVES = Duration.ofSeconds(30);
  private static final Order.Create TEA =
      new Order.Create(List.of(new Order.Line("TEA-1", 1, new Money(450, "EUR"))));

  private final Caller ada = user(UUID.randomUUID(), "read:orders", "write:orders", "read:audit");

  private TestGround node;

  @BeforeEach
  void deploy(Servers servers) throws Exception {
    node = new TestGround(servers, List.of(OrderVerticle.SECTION, AuditVerticle.SECTION), Map.of());
    await(node.vertx().deployVerticle(new OrderVerticle(node.ground())));
    await(node.vertx().deployVerticle(new AuditVerticle(node.ground())));
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  @Test
  void withoutPostgresCallsFailFastAndAllIsWellAfterIt(Servers servers) throws Exception {
    UUID before = create();
    servers.postgres().stop();
    try {
      for (int i = 0; i < 5; i++) {
        assertUnavailable(TEA);
        assertUnavailable(new Order.Get(before));
        assertUnavailable(new Order.List(null, null, null));
        assertUnavailable(new Order.Transition(before, Status.CONFIRMED, null));
        assertUnavailable(new Audit.Find(null, null, null));
      }
    } finally {
      servers.postgres().start();
    }
    until("orders are read again", BACK, () -> awaitFailure(ask(new Order.Get(before))) == null);
    UUID after = create();
    assertThat(await(ask(new Order.Transition(before, Status.CONFIRMED, 1L))).version())
        .isEqualTo(2);
    awaitAudit(before, "order.confirmed", "order.created");
    awaitAudit(after, "order.created");
  }

  @Test
  void aPostgresThatHangsCostsACallItsDeadlineAndNoMore(Servers servers) throws Exception {
    UUID before = create();
    Duration deadline = node.ground().config().get(BusConfig.SECTION).deadline();
    servers.postgres().pause();
    try {
      for (Request<?> request : List.of(TEA, new Order.Get(before))) {
        long begun = System.nanoTime();
        Failure failure = (Failure) awaitFailure(ask(request));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(deadline.plus(FAST));
        assertThat(failure.problem()).isIn(Problem.UNAVAILABLE, Problem.TIMEOUT);
      }
    } finally {
      servers.postgres().resume();
    }
    until("orders are read again", BACK, () -> awaitFailure(ask(new Order.Get(before))) == null);
    awaitAudit(create(), "order.created");
  }

  @Test
  void whatWasAcknowledgedOutlivesAKilledPostgres(Servers servers) throws Exception {
    List<Future<Order.View>> asked = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      asked.add(ask(TEA));
      if (i == 100) {
        await(asked.get(20));
        servers.postgres().kill();
      }
    }
    await(Future.join(asked).otherwiseEmpty());
    servers.postgres().start();
    List<UUID> placed =
        asked.stream().filter(Future::succeeded).map(order -> order.result().id()).toList();
    assertThat(placed).hasSizeBetween(1, 199);
    for (Future<Order.View> order : asked) {
      if (order.failed()) {
        assertThat(((Failure) order.cause()).problem()).isIn(Problem.UNAVAILABLE, Problem.TIMEOUT);
      }
    }
    until(
        "orders are read again",
        BACK,
        () -> awaitFailure(ask(new Order.Get(placed.get(0)))) == null);
    for (UUID id : placed) {
      assertThat(await(ask(new Order.Get(id))).status()).isEqualTo(Status.CREATED);
      awaitAudit(id, "order.created");
    }
  }

  @Test
  void withoutKafkaOrdersGoOnAndAreToldLater(Servers servers) throws Exception {
    UUID first = create();
    awaitAudit(first, "order.created");
    UUID second;
    servers.kafka().stop();
    try {
      assertThat(Waiting.time(() -> ask(TEA))).isLessThan(FAST);
      second = create();
      await(ask(new Order.Transition(first, Status.CONFIRMED, null)));
      await(ask(new Order.Transition(first, Status.SHIPPED, null)));
      await(ask(new Order.Transition(first, Status.DELIVERED, null)));
      assertThat(actions(first)).containsExactly("order.created");
    } finally {
      servers.kafka().start();
    }
    awaitAudit(first, "order.delivered", "order.shipped", "order.confirmed", "order.created");
    awaitAudit(second, "order.created");
  }

  private <R extends Contract> Future<R> ask(Request<R> request) {
    return node.bus().request(request, node.call(ada));
  }

  private UUID create() throws Exception {
    return await(ask(TEA)).id();
  }

  private void assertUnavailable(Request<?> request) throws Exception {
    long begun = System.nanoTime();
    Throwable failure = awaitFailure(ask(request));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(FAST);
    assertThat(failure).isInstanceOf(Failure.class);
    assertThat(((Failure) failure).problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(((Failure) failure).retryAfter()).isPresent();
  }

  private List<String> actions(UUID orderId) throws Exception {
    return await(ask(new Audit.Find("order:" + orderId, 100, null))).items().stream()
        .map(Audit.Entry::action)
        .toList();
  }

  private void awaitAudit(UUID orderId, String... newestFirst) throws Exception {
    until("the audit of " + orderId, ARRIVES, () -> actions(orderId).equals(List.of(newestFirst)));
  }
}
