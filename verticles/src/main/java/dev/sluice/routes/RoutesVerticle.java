package dev.sluice.routes;

import dev.sluice.contract.Routes;
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

/** The room that keeps changed routes. Deploy it once a node. */
public final class RoutesVerticle extends VerticleBase {
  public static final Section<RoutesConfig> SECTION = new Section<>("routes", RoutesConfig.class);

  private static final String NAME = "routes";

  private final Ground ground;
  private final RoutesConfig config;
  private Database database;
  private OutboxRelay relay;
  private Room room;

  public RoutesVerticle(Ground ground) {
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
    RoutesHandlers handlers =
        new RoutesHandlers(
            config,
            new RoutesStore(database),
            new KeyedChanges<>(database, Routes.Stored.class, RoutesHandlers::identity),
            new Outbox(ground.time()::now, Topics.ALL),
            ground.bus(),
            ground.time());
    room =
        ground
            .bus()
            .room(NAME)
            .serve(Routes.Current.class, handlers::current)
            .serve(Routes.Store.class, handlers::store)
            .serve(Routes.Versions.class, handlers::versions)
            .serve(Routes.Version.class, handlers::version);
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
