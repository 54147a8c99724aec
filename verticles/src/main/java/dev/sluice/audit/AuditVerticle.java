package dev.sluice.audit;

import dev.sluice.contract.Audit;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.Migrations;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.kafka.EventConsumer;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.lifecycle.Ground;
import io.micrometer.core.instrument.FunctionCounter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.ToDoubleFunction;

/** The audit room. Deploy it once a node. */
public final class AuditVerticle extends VerticleBase {
  public static final Section<AuditConfig> SECTION = new Section<>("audit", AuditConfig.class);

  private static final String NAME = "audit";

  private final Ground ground;
  private final AuditConfig config;
  private Database database;
  private EventConsumer consumer;
  private Room room;

  public AuditVerticle(Ground ground) {
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
    AuditStore store = new AuditStore(database);
    AuditRecorder recorder = new AuditRecorder(store);
    AuditHandlers handlers = new AuditHandlers(store);
    consumer =
        new EventConsumer(
            vertx,
            ground.config().get(KafkaConfig.SECTION),
            Topics.OF_ROOMS,
            NAME,
            recorder::record);
    room = ground.bus().room(NAME).serve(Audit.Find.class, handlers::find);
    observe(recorder);
    consumer.start();
    return room.open();
  }

  private void observe(AuditRecorder recorder) {
    count("audit_events_unreadable", "Not events.", consumer, EventConsumer::unreadable);
    count("audit_events_skipped", "No usable name or time.", recorder, AuditRecorder::skipped);
    count("audit_batches_failed", "Offered again.", consumer, EventConsumer::failures);
  }

  /** The registry keeps no hold on {@code of}; the consumer and what it calls live long enough. */
  private <T> void count(String name, String meaning, T of, ToDoubleFunction<T> counted) {
    FunctionCounter.builder(name, of, counted)
        .description(meaning)
        .register(ground.metrics().registry());
  }

  @Override
  public Future<?> stop() {
    return room.close()
        .eventually(() -> room.idle(config.drain()))
        .eventually(consumer::close)
        .eventually(database::close);
  }
}
