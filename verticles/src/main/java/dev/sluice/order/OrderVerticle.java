package dev.sluice.order;

import dev.sluice.contract.Order;
import dev.sluice.contract.Request;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.KeyedChanges;
import dev.sluice.platform.db.Migrations;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.outbox.Outbox;
import dev.sluice.platform.outbox.OutboxConfig;
import dev.sluice.platform.outbox.OutboxRelay;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The order room. Deploy it once a node. */
public final class OrderVerticle extends VerticleBase {
  public static final Section<OrderConfig> SECTION = new Section<>("order", OrderConfig.class);

  private static final String NAME = "order";

  private final Ground ground;
  private final OrderConfig config;
  private Database database;
  private OutboxRelay relay;
  private Room room;

  public OrderVerticle(Ground ground) {
    this.ground = ground;
    this.config = ground.config().get(SECTION);
  }

  @Override
  public Future<?> start() {
    PostgresConfig postgres = ground.config().get(PostgresConfig.SECTION);
    return new Migrations(vertx, postgres, ground.time())
        .migrate(NAME)
        .compose(migrated -> furnish(postgres));
  }

  private Future<Void> furnish(PostgresConfig postgres) {
    database = new Database(vertx, postgres, NAME);
    relay =
        new OutboxRelay(
            vertx,
            database,
            ground.config().get(KafkaConfig.SECTION),
            ground.config().get(OutboxConfig.SECTION));
    KeyedChanges<Request<Order.View>, Order.View> changes =
        new KeyedChanges<>(database, Order.View.class, KeyedChanges::all);
    OrderHandlers handlers =
        new OrderHandlers(
            new OrderStore(database),
            changes,
            new Outbox(ground.time()::now, Topics.ALL),
            ground.time());
    room =
        ground
            .bus()
            .room(NAME)
            .serve(Order.Create.class, handlers::create)
            .serve(Order.Get.class, handlers::get)
            .serve(Order.List.class, handlers::list)
            .serve(Order.Transition.class, handlers::transition);
    vertx.setPeriodic(config.purgeEvery().toMillis(), tick -> changes.forget(config.purgeBatch()));
    relay.figures().report(ground.metrics(), NAME);
    relay.start();
    return room.open();
  }

  @Override
  public Future<?> stop() {
    return room.close()
        .eventually(() -> room.idle(config.drain()))
        .eventually(relay::stop)
        .eventually(database::close);
  }
}
