package dev.sluice.auth;

import dev.sluice.contract.Auth;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.Idempotency;
import dev.sluice.platform.db.Migrations;
import dev.sluice.platform.db.PostgresConfig;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.platform.outbox.Outbox;
import dev.sluice.platform.outbox.OutboxConfig;
import dev.sluice.platform.outbox.OutboxRelay;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** The auth room. Deploy it once a node. */
public final class AuthVerticle extends VerticleBase {
  public static final Section<AuthConfig> SECTION = new Section<>("auth", AuthConfig.class);

  private static final String NAME = "auth";
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final long PURGE_MILLIS = 60_000;
  private static final int PURGE_BATCH = 1000;

  private final Ground ground;
  private final AuthConfig config;
  private Database database;
  private Passwords passwords;
  private OutboxRelay relay;
  private Room room;

  public AuthVerticle(Ground ground) {
    this.ground = ground;
    this.config = ground.config().get(SECTION);
  }

  /** What access tokens name as their issuer; the edges must expect the same. */
  public static String issuer(Config config) {
    return config.get(SECTION).issuer();
  }

  @Override
  public Future<?> start() {
    PostgresConfig postgres = ground.config().get(PostgresConfig.SECTION);
    return new Migrations(vertx, postgres, ground.time())
        .migrate(NAME)
        .compose(migrated -> furnish(postgres));
  }

  private Future<Void> furnish(PostgresConfig postgres) {
    Config all = ground.config();
    database = new Database(vertx, postgres, NAME);
    relay =
        new OutboxRelay(
            vertx, database, all.get(KafkaConfig.SECTION), all.get(OutboxConfig.SECTION));
    passwords = new Passwords(vertx, config);
    Secrets secrets = new Secrets(all.get(NodeConfig.SECTION).secret());
    AuthStore store = new AuthStore(database);
    Idempotency idempotency = new Idempotency();
    SigningKeys keys = new SigningKeys(vertx, database, secrets);
    AuthHandlers handlers =
        new AuthHandlers(
            config,
            database,
            store,
            passwords,
            keys,
            secrets,
            new Outbox(ground.time()::now, Topics.ALL),
            idempotency,
            ground.bus(),
            ground.time());
    room =
        ground
            .bus()
            .room(NAME)
            .serve(Auth.Register.class, handlers::register)
            .serve(Auth.Login.class, handlers::login)
            .serve(Auth.RefreshToken.class, handlers::refresh)
            .serve(Auth.Logout.class, handlers::logout)
            .serve(Auth.Me.class, handlers::me)
            .serve(Auth.ResolveKey.class, handlers::resolveKey)
            .serve(Auth.PublicKeys.class, handlers::publicKeys)
            .serve(Auth.EndedSessions.class, handlers::endedSessions);
    vertx.setPeriodic(
        PURGE_MILLIS,
        tick -> {
          store.purgeSessions(ground.time().now());
          idempotency.purge(database, PURGE_BATCH);
        });
    ground.metrics().queueDepth("auth_passwords", passwords::waiting);
    relay.figures().report(ground.metrics(), NAME);
    relay.start();
    return keys.open()
        .compose(
            opened ->
                new Bootstrap(vertx, database, store, passwords, secrets, ground.time())
                    .run(config.bootstrapFile()))
        .compose(made -> room.open());
  }

  @Override
  public Future<?> stop() {
    return room.close()
        .eventually(() -> room.idle(DRAIN))
        .eventually(relay::stop)
        .eventually(passwords::close)
        .eventually(database::close);
  }
}
