package dev.sluice.platform.db;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.time.Time;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class MigrationsIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void severalNodesMayStartAtOnce(Servers servers) throws Exception {
    PostgresConfig config = PostgresConfig.at(servers.postgres().uri());
    Database database = new Database(vertx, config, "migrated");
    CompositeFuture nodes =
        await(
            Future.all(
                IntStream.range(0, 4)
                    .mapToObj(
                        node -> new Migrations(vertx, config, Time.system()).migrate("migrated"))
                    .toList()));
    List<Integer> applied = nodes.list();
    assertThat(applied).containsOnlyOnce(4).filteredOn(steps -> steps == 0).hasSize(3);
    await(database.query("INSERT INTO thing (id, name) VALUES (1, 'one')", Tuple.tuple()));
    await(database.query("SELECT * FROM outbox, outbox_dead, idempotency", Tuple.tuple()));
    assertThat(await(new Migrations(vertx, config, Time.system()).migrate("migrated"))).isZero();
  }

  @Test
  void aStartWaitsForTheServer(Servers servers) throws Exception {
    PostgresConfig config = PostgresConfig.at(servers.postgres().uri());
    servers.postgres().stop();
    Future<Integer> migrated = new Migrations(vertx, config, Time.system()).migrate("late");
    servers.postgres().start();
    assertThat(await(migrated)).isEqualTo(2);
  }

  @Test
  void aStartGivesUpInTheEnd() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    PostgresConfig config =
        new PostgresConfig(
            "postgresql://a:hush@127.0.0.1:" + nobody + "/c",
            "",
            "",
            1,
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    Throwable failure = awaitFailure(new Migrations(vertx, config, Time.system()).migrate("never"));
    assertThat(((Failure) failure).problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(failure.getMessage()).contains(":" + nobody).doesNotContain("hush");
  }

  @Test
  void aWrongStepFailsAtOnce(Servers servers) throws Exception {
    PostgresConfig config = PostgresConfig.at(servers.postgres().uri());
    assertThat(awaitFailure(new Migrations(vertx, config, Time.system()).migrate("broken")))
        .isInstanceOf(FlywayException.class);
  }
}
