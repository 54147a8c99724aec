package dev.sluice.edge.idempotency;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.Waiting;
import dev.sluice.platform.redis.RedisConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who has a key, and whose answer it is. */
@ExtendWith(Servers.Extension.class)
class IdempotencyStoreIT {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final String key = UUID.randomUUID().toString();
  private IdempotencyStore store;
  private Servers servers;

  @BeforeEach
  void open(Servers all) throws Exception {
    servers = all;
    servers.redis().start();
    RedisConfig config =
        new RedisConfig(
            servers.redis().uri(), Duration.ofSeconds(2), 5, Duration.ofMillis(200), 2048);
    Promise<IdempotencyStore> made = Promise.promise();
    loop.runOnContext(turn -> made.complete(new IdempotencyStore(vertx, config)));
    store = await(made.future());
  }

  @AfterEach
  void close() throws Exception {
    servers.redis().start();
    await(vertx.close());
  }

  private <T> Future<T> on(Function<IdempotencyStore, Future<T>> what) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(turn -> what.apply(store).onComplete(done));
    return done.future();
  }

  private Claim claim(String print, String token, Duration lease) throws Exception {
    return await(on(s -> s.claim(key, print, token, lease)));
  }

  private boolean keep(String token, KeptAnswer answer, Duration ttl) throws Exception {
    return await(on(s -> s.keep(key, token, answer, ttl)));
  }

  private static KeptAnswer answer(String text) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("Set-Cookie", "a=1").add("Set-Cookie", "b=\u00e4").add("X", "");
    return new KeptAnswer(201, headers, Buffer.buffer(text));
  }

  @Test
  void oneHasTheKeyUntilItIsKeptOrFreed() throws Exception {
    assertThat(claim("p", "a", LONG)).isInstanceOf(Claim.First.class);
    assertThat(claim("p", "b", LONG)).isInstanceOf(Claim.UnderWay.class);
    assertThat(claim("q", "b", LONG)).isInstanceOf(Claim.Other.class);
    await(on(s -> s.free(key, "b")));
    assertThat(claim("p", "b", LONG)).as("not b's to free").isInstanceOf(Claim.UnderWay.class);
    await(on(s -> s.free(key, "a")));
    assertThat(claim("q", "b", LONG)).isInstanceOf(Claim.First.class);
    assertThat(keep("b", answer("done"), LONG)).isTrue();
    await(on(s -> s.free(key, "b"))); // too late
    KeptAnswer kept = ((Claim.Done) claim("q", "c", LONG)).answer();
    assertThat(kept.status()).isEqualTo(201);
    assertThat(kept.headers().getAll("set-cookie")).containsExactly("a=1", "b=\u00e4");
    assertThat(kept.headers().get("x")).isEmpty();
    assertThat(kept.body().toString()).isEqualTo("done");
    assertThat(claim("p", "c", LONG)).isInstanceOf(Claim.Other.class);
  }

  @Test
  void whoIsTooSlowChangesNothingAnyMore() throws Exception {
    assertThat(claim("p", "slow", SHORT)).isInstanceOf(Claim.First.class);
    Waiting.until(
        "the claim has run out",
        Duration.ofSeconds(10),
        () -> claim("p", "next", LONG) instanceof Claim.First);
    assertThat(keep("slow", answer("slow"), LONG)).isFalse();
    await(on(s -> s.free(key, "slow")));
    assertThat(claim("p", "other", LONG)).isInstanceOf(Claim.UnderWay.class);
    assertThat(keep("next", answer("next"), LONG)).isTrue();
    assertThat(keep("slow", answer("slow"), LONG)).isFalse();
    assertThat(((Claim.Done) claim("p", "other", LONG)).answer().body().toString())
        .isEqualTo("next");
  }

  @Test
  void anAnswerIsKeptForItsTimeAndOneTooLargeIsRememberedAsSuch() throws Exception {
    assertThat(claim("p", "a", LONG)).isInstanceOf(Claim.First.class);
    assertThat(keep("a", null, SHORT)).isTrue();
    assertThat(claim("p", "b", LONG))
        .isInstanceOfAny(Claim.Lost.class, Claim.First.class); // the latter on a slow machine
    Waiting.until(
        "it is forgotten",
        Duration.ofSeconds(10),
        () -> !(claim("p", "c", LONG) instanceof Claim.Lost));
  }

  @Test
  void withoutRedisItFails() throws Exception {
    servers.redis().kill();
    assertThat(awaitFailure(on(s -> s.claim(key, "p", "a", LONG)))).hasMessageContaining("redis");
  }

  @Test
  void whatIsBrokenIsNoAnswer() {
    Buffer whole = answer("text").pack();
    for (int i = 0; i < whole.length() - "text".length(); i++) {
      assertThat(KeptAnswer.unpack(whole.slice(0, i))).as("the first %d", i).isNull();
    }
    assertThat(KeptAnswer.unpack(whole).body().toString()).isEqualTo("text");
    assertThat(KeptAnswer.unpack(Buffer.buffer(new byte[] {2, 0, 0, 0, 1, 0, 0, 0, 0}))).isNull();
  }
}
