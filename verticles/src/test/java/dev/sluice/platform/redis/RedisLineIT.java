package dev.sluice.platform.redis;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.devstack.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisLineIT {
  private static final Duration BACK = Duration.ofSeconds(5);
  private static final int MOST = 4;

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final Loop loop = new Loop();
  private RedisServer redis;
  private RedisLine line;

  @BeforeEach
  void open() throws Exception {
    redis = RedisServer.start(folder.resolve("redis"), 0);
    await(vertx.deployVerticle(loop));
    RedisConfig config =
        new RedisConfig(redis.uri(), Duration.ofMillis(250), 5, Duration.ofMillis(500), MOST);
    line = onLoop(context -> Future.succeededFuture(new RedisLine(vertx, config)));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    redis.close();
  }

  @Test
  void tooManyAtOnceAreRefusedAtOnce() throws Exception {
    for (int round = 0; round < 3; round++) {
      List<Future<Response>> sent = new ArrayList<>();
      boolean refusedAtOnce =
          onLoop(
              context -> {
                for (int i = 0; i < MOST; i++) {
                  sent.add(line.send(Request.cmd(Command.PING)));
                }
                sent.add(line.send(Request.cmd(Command.PING)));
                return Future.succeededFuture(sent.get(MOST).failed());
              });
      assertThat(refusedAtOnce).isTrue();
      assertUnavailable(awaitFailure(sent.get(MOST)));
      for (Future<Response> answered : sent.subList(0, MOST)) {
        assertThat(await(answered).toString()).isEqualTo("PONG");
      }
    }
  }

  @Test
  void whatRedisRefusesIsNotTakenForItsAbsence() throws Exception {
    await(send(Request.cmd(Command.SET).arg("text").arg("x")));
    for (int i = 0; i < 20; i++) {
      assertThat(awaitFailure(send(Request.cmd(Command.INCR).arg("text"))))
          .isInstanceOf(ErrorType.class);
    }
    assertThat(await(send(Request.cmd(Command.GET).arg("text"))).toString()).isEqualTo("x");
  }

  @Test
  void itConnectsAgainAfterARestart() throws Exception {
    await(send(Request.cmd(Command.SET).arg("kept").arg("1")));
    redis.stop();
    for (int i = 0; i < 10; i++) {
      assertUnavailable(awaitFailure(send(Request.cmd(Command.PING))));
    }
    redis.start();
    untilItAnswers();
    assertThat(await(send(Request.cmd(Command.GET).arg("kept"))).toString()).isEqualTo("1");
  }

  @Test
  void itConnectsAgainWhenNobodyAskedMeanwhile() throws Exception {
    assertThat(await(send(Request.cmd(Command.PING))).toString()).isEqualTo("PONG");
    redis.stop();
    redis.start();
    untilItAnswers();
  }

  @Test
  void anAnswerThatCameTooLateIsNotGivenToTheNext() throws Exception {
    await(send(Request.cmd(Command.SET).arg("a").arg("of a")));
    await(send(Request.cmd(Command.SET).arg("b").arg("of b")));
    redis.pause();
    for (int i = 0; i < 2; i++) {
      assertUnavailable(awaitFailure(send(Request.cmd(Command.GET).arg("a"))));
    }
    redis.resume();
    assertThat(await(send(Request.cmd(Command.GET).arg("b"))).toString()).isEqualTo("of b");
  }

  @Test
  void afterItHungItIsUsedAgain() throws Exception {
    await(send(Request.cmd(Command.PING)));
    redis.pause();
    for (int i = 0; i < 10; i++) {
      assertUnavailable(awaitFailure(send(Request.cmd(Command.PING))));
    }
    redis.resume();
    untilItAnswers();
  }

  @Test
  void oneThatIsClosedRefuses() throws Exception {
    await(send(Request.cmd(Command.PING)));
    onLoop(
        context -> {
          line.close();
          return Future.succeededFuture();
        });
    assertUnavailable(awaitFailure(send(Request.cmd(Command.PING))));
  }

  private void untilItAnswers() throws Exception {
    until(
        "redis answers",
        BACK,
        () -> await(send(Request.cmd(Command.PING)).map(true).otherwise(false)));
  }

  private Future<Response> send(Request command) {
    return loop.run(context -> line.send(command));
  }

  private <T> T onLoop(Function<Context, Future<T>> call) throws Exception {
    return await(loop.run(call));
  }

  private static void assertUnavailable(Throwable failure) {
    assertThat(failure).isInstanceOf(Failure.class);
    assertThat(((Failure) failure).problem()).isEqualTo(Problem.UNAVAILABLE);
  }

  /** One event loop, the only one a line may be used on. */
  private static final class Loop extends VerticleBase {
    private <T> Future<T> run(Function<Context, Future<T>> call) {
      Promise<T> done = Promise.promise();
      context.runOnContext(now -> call.apply(context).onComplete(done));
      return done.future();
    }

    @Override
    public Future<?> start() {
      return Future.succeededFuture();
    }
  }
}
