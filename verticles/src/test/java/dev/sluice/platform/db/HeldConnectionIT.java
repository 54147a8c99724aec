package dev.sluice.platform.db;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
class HeldConnectionIT {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SOON = Duration.ofSeconds(3);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger ended = new AtomicInteger();
  private Database database;

  @BeforeEach
  void open(Servers servers) {
    database = new Database(vertx, PostgresConfig.at(servers.postgres().uri()), "held");
  }

  @AfterEach
  void close() throws Exception {
    await(database.close());
    await(vertx.close());
  }

  @Test
  void itHearsNotifications() throws Exception {
    HeldConnection held = await(hold(LONG));
    AtomicInteger heard = new AtomicInteger();
    held.onNotification(channel -> heard.addAndGet(channel.equals("news") ? 1 : 1000));
    await(held.query("LISTEN news", Tuple.tuple()));
    await(database.query("SELECT pg_notify('news', '')", Tuple.tuple()));
    until("heard", SOON, () -> heard.get() == 1);
    held.cut();
  }

  @Test
  void itsLockIsFreeWhenItIsCut() throws Exception {
    HeldConnection first = await(hold(LONG));
    HeldConnection second = await(hold(LONG));
    assertThat(await(lock(first))).isTrue();
    assertThat(await(lock(second))).isFalse();
    first.cut();
    until("free", SOON, () -> await(lock(second)));
    until("it says so", SOON, () -> ended.get() == 1);
    second.cut();
    until("both ended", SOON, () -> ended.get() == 2);
    assertUnavailable(lock(second));
  }

  @Test
  void aHolderThatSaysNothingForTooLongLosesIt() throws Exception {
    HeldConnection silent = await(hold(Duration.ofMillis(300)));
    assertThat(await(lock(silent))).isTrue();
    until("ended by the server", SOON, () -> ended.get() == 1);
    HeldConnection next = await(hold(LONG));
    assertThat(await(lock(next))).isTrue();
    next.cut();
  }

  @Test
  void aPausedServerEndsItInTime(Servers servers) throws Exception {
    HeldConnection held = await(hold(LONG));
    servers.postgres().pause();
    try {
      assertUnavailable(lock(held));
      until("cut", SOON, () -> ended.get() == 1);
      assertUnavailable(hold(LONG));
    } finally {
      servers.postgres().resume();
    }
    await(hold(LONG)).cut();
  }

  private Future<HeldConnection> hold(Duration idleLimit) {
    return database.hold("test", idleLimit).onSuccess(held -> held.onClose(ended::incrementAndGet));
  }

  private static Future<Boolean> lock(HeldConnection held) {
    return held.query("SELECT pg_try_advisory_lock(4711)", Tuple.tuple())
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private static void assertUnavailable(Future<?> call) throws Exception {
    Throwable cause = awaitFailure(call);
    assertThat(cause).isInstanceOf(Failure.class);
    assertThat(((Failure) cause).problem()).isEqualTo(Problem.UNAVAILABLE);
  }
}
