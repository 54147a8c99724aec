package dev.sluice;

import static dev.sluice.Waiting.await;

import dev.sluice.codec.Caller;
import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.codec.Envelope;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.BusConfig;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.health.Health;
import dev.sluice.platform.health.HealthConfig;
import dev.sluice.platform.kafka.KafkaAdmin;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.metrics.HttpMeters;
import dev.sluice.platform.metrics.Metrics;
import dev.sluice.platform.outbox.OutboxConfig;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.trace.TraceContext;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A node without an edge: what rooms stand on, on the real servers, and callers to ask them. */
public final class TestGround {
  private static final String NODE = "test";

  private final Ground ground;

  /**
   * Makes the topics too.
   *
   * @param rooms their sections, beside those of the platform
   * @param settings as environment variables, over those that name the servers
   */
  public TestGround(Servers servers, List<Section<?>> rooms, Map<String, String> settings)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    Time time = Time.system();
    CallerSeal seal =
        new CallerSeal("a secret of this test, 32 characters", () -> time.now().getEpochSecond());
    new ContractCodec(seal, time::nanos).registerOn(vertx.eventBus());
    Map<String, String> environment = new HashMap<>();
    environment.put("SLUICE_POSTGRES_URI", servers.postgres().uri());
    environment.put("SLUICE_KAFKA_BOOTSTRAP_SERVERS", servers.kafka().bootstrapServers());
    environment.put("SLUICE_KAFKA_PARTITIONS", "3");
    environment.putAll(settings);
    List<Section<?>> sections = new ArrayList<>(rooms);
    sections.addAll(
        List.of(
            BusConfig.SECTION,
            HealthConfig.SECTION,
            PostgresConfig.SECTION,
            KafkaConfig.SECTION,
            OutboxConfig.SECTION));
    Config config = Config.load(null, environment, sections);
    Bus bus = new Bus(vertx, config.get(BusConfig.SECTION), time, NODE);
    Metrics metrics = new Metrics();
    Health health = new Health(vertx, config.get(HealthConfig.SECTION), time);
    this.ground =
        new Ground(vertx, config, bus, time, NODE, health, metrics, new HttpMeters(metrics, time));
    KafkaAdmin admin = await(KafkaAdmin.open(vertx, config.get(KafkaConfig.SECTION), time));
    await(admin.createTopics(Topics.ALL).eventually(admin::close));
  }

  public Ground ground() {
    return ground;
  }

  public Vertx vertx() {
    return ground.vertx();
  }

  public Bus bus() {
    return ground.bus();
  }

  /** A signed-in account with these permissions and no more. */
  public static Caller user(UUID userId, String... permissions) {
    return new Caller(
        Caller.Kind.USER,
        userId,
        "session-" + userId,
        "somebody@example.com",
        List.of("user"),
        List.of(permissions),
        "free");
  }

  /** A call that begins now. */
  public Envelope call(Caller caller) {
    return call(caller, null);
  }

  /** A call that begins now, with an Idempotency-Key. */
  public Envelope call(Caller caller, String idempotencyKey) {
    return new Envelope(
        caller,
        bus().deadline(),
        "correlation-" + UUID.randomUUID(),
        TraceContext.begin(),
        idempotencyKey);
  }

  /** Ends everything that runs on it. */
  public void close() {
    vertx().close().toCompletionStage().toCompletableFuture().join();
  }
}
