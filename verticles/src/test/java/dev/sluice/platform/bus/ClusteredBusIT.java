package dev.sluice.platform.bus;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.FreePort;
import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractCodec;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Node;
import dev.sluice.contract.Order;
import dev.sluice.contract.Problem;
import dev.sluice.platform.cluster.Cluster;
import dev.sluice.platform.cluster.ClusterConfig;
import dev.sluice.platform.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bus between two nodes, which share this JVM and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusteredBusIT {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Order.Get GET = new Order.Get(UUID.randomUUID());

  private final List<Cluster> members = new ArrayList<>();
  private final List<Room> rooms = new ArrayList<>();
  private BusNode here;
  private BusNode there;

  @BeforeAll
  void join() throws Exception {
    int first = FreePort.find();
    int second = FreePort.find();
    here = node("here", first, second);
    there = node("there", second, first);
  }

  @AfterEach
  void closeRooms() throws Exception {
    for (Room room : rooms) {
      await(room.close());
    }
    rooms.clear();
  }

  @AfterAll
  void leave() throws Exception {
    await(there.vertx().close());
    await(here.vertx().close());
    members.forEach(Cluster::close);
  }

  private BusNode node(String name, int port, int other) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("SLUICE_CLUSTER_NAME", "bus-" + Math.min(port, other));
    settings.put("SLUICE_CLUSTER_PORT", Integer.toString(port));
    settings.put("SLUICE_CLUSTER_HOSTS", "127.0.0.1:" + port + ",127.0.0.1:" + other);
    ClusterConfig config =
        Config.load(null, settings, List.of(ClusterConfig.SECTION)).get(ClusterConfig.SECTION);
    Cluster cluster = Cluster.join(config);
    members.add(cluster);
    Vertx vertx = await(cluster.vertx(Vertx.builder(), new VertxOptions()));
    return BusNode.on(vertx, name, Map.of("SLUICE_BUS_DEADLINE", "4s"));
  }

  private Room open(Room room) throws Exception {
    rooms.add(room);
    await(room.open());
    return room;
  }

  private static Order.View view(Order.Get request, String cursor) {
    Order.Create order =
        new Order.Create(
            List.of(new Order.Line(cursor, 1, new dev.sluice.contract.Money(100, "EUR"))));
    return new Order.View(
        request.orderId(),
        UUID.randomUUID(),
        Order.Status.CREATED,
        order.items(),
        order.total(),
        1,
        java.time.Instant.EPOCH,
        java.time.Instant.EPOCH);
  }

  @Test
  void aCallCrossesWithItsCallerSealedAndItsFailureComesBackWhole() throws Exception {
    AtomicReference<Envelope> arrived = new AtomicReference<>();
    Failure refused =
        new Failure(
            Problem.CONFLICT,
            "not now",
            List.of(new Failure.Field("a.b", "is taken")),
            Duration.ofSeconds(7));
    AtomicInteger asked = new AtomicInteger();
    open(
        there
            .bus()
            .room("order")
            .serve(
                Order.Get.class,
                (request, call) -> {
                  arrived.set(call);
                  return asked.incrementAndGet() == 1
                      ? Future.succeededFuture(view(request, "sku-1"))
                      : Future.failedFuture(refused);
                }));
    Caller user = BusNode.user("read:orders");
    Envelope sent = BusNode.call(user, LONG);

    assertThat(await(here.bus().request(GET, sent)).id()).isEqualTo(GET.orderId());
    assertThat(arrived.get().caller()).isEqualTo(user).isNotSameAs(user);
    assertThat(arrived.get().correlationId()).isEqualTo(sent.correlationId());

    Failure failure = (Failure) awaitFailure(here.bus().request(GET, sent));
    assertThat(failure.problem()).isEqualTo(Problem.CONFLICT);
    assertThat(failure.detail()).isEqualTo("not now");
    assertThat(failure.fields()).isEqualTo(refused.fields());
    assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(7));

    Envelope stranger = BusNode.call(BusNode.user("write:orders"), LONG);
    assertThat(((Failure) awaitFailure(here.bus().request(GET, stranger))).problem())
        .isEqualTo(Problem.DENIED);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aRoomOnThisNodeIsAskedFirst() throws Exception {
    for (String name : List.of("here", "there")) {
      BusNode node = name.equals("here") ? here : there;
      open(
          node.bus()
              .room("order")
              .serve(
                  Order.Get.class, (request, call) -> Future.succeededFuture(view(request, name))));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(await(here.bus().request(GET)).items().get(0).sku()).isEqualTo("here");
      assertThat(await(there.bus().request(GET)).items().get(0).sku()).isEqualTo("there");
    }
  }

  @Test
  void whenTheRoomHereClosesTheOtherNodesIsAsked() throws Exception {
    Room mine =
        open(
            here.bus()
                .room("order")
                .serve(
                    Order.Get.class,
                    (request, call) -> Future.succeededFuture(view(request, "here"))));
    open(
        there
            .bus()
            .room("order")
            .serve(
                Order.Get.class,
                (request, call) -> Future.succeededFuture(view(request, "there"))));
    await(mine.close());
    assertThat(await(here.bus().request(GET)).items().get(0).sku()).isEqualTo("there");
  }

  @Test
  void everyNodeHears() throws Exception {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    for (BusNode node : List.of(here, there)) {
      open(
          node.bus()
              .room("node")
              .hear(Node.LogLevelChanged.class, (event, call) -> heard.add(call.caller().id())));
    }
    here.bus().publish(new Node.LogLevelChanged("dev.sluice", Node.Level.INFO));
    until("both have heard", LONG, () -> heard.size() == 2);
    assertThat(heard).containsExactly("here", "here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no map",
        "{\"t\":\"order.get\"",
        "{\"b\":{}}",
        "{\"t\":\"order.nowhere\",\"b\":{}}",
        "{\"t\":\"order.get\",\"b\":{\"orderId\":\"no uuid\"}}",
        "{\"t\":\"order.get\",\"c\":\"forged.1.seal\",\"d\":1000,\"b\":{\"orderId\":null}}",
      })
  void whatCannotBeReadIsAnsweredAtOnce(String wire) throws Exception {
    AtomicInteger ran = new AtomicInteger();
    open(
        there
            .bus()
            .room("order")
            .serve(
                Order.Get.class,
                (request, call) -> {
                  ran.incrementAndGet();
                  return Future.succeededFuture(view(request, "there"));
                }));
    EventBus bus = here.vertx().eventBus();
    bus.unregisterCodec(ContractCodec.NAME).registerCodec(new RawCodec(Buffer.buffer(wire)));
    DeliveryOptions options = new DeliveryOptions().setCodecName(ContractCodec.NAME);
    try {
      long begun = System.nanoTime();
      Throwable failure = awaitFailure(bus.request("order.get", "raw", options));
      assertThat(failure).isInstanceOf(Failure.class);
      assertThat(((Failure) failure).problem())
          .isIn(Problem.INVALID, Problem.UNAVAILABLE, Problem.UNAUTHENTICATED);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    } finally {
      bus.unregisterCodec(ContractCodec.NAME).registerCodec(BusNode.codec());
    }
    assertThat(ran).hasValue(0);
  }

  /** Writes these bytes in place of any message, and reads as the contracts' codec does. */
  private record RawCodec(Buffer bytes, ContractCodec reader)
      implements MessageCodec<Object, Object> {

    RawCodec(Buffer bytes) {
      this(bytes, BusNode.codec());
    }

    @Override
    public void encodeToWire(Buffer buffer, Object message) {
      buffer.appendInt(bytes.length()).appendBuffer(bytes);
    }

    @Override
    public Object decodeFromWire(int position, Buffer buffer) {
      return reader.decodeFromWire(position, buffer);
    }

    @Override
    public Object transform(Object message) {
      return message;
    }

    @Override
    public String name() {
      return ContractCodec.NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
