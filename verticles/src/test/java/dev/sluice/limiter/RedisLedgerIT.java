package dev.sluice.limiter;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.limiter.Flush.Entry;
import dev.sluice.limiter.Policy.Algorithm;
import dev.sluice.limiter.Policy.Loss;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.redis.RedisLine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Servers.Extension.class)
final class RedisLedgerIT {
  private final Vertx vertx = Vertx.vertx();
  private final String client = "c" + UUID.randomUUID();
  private Context loop;
  private RedisLine redis;
  private RedisLedger ledger;
  private String epoch = "";

  @BeforeEach
  void connect(Servers servers) throws Exception {
    loop = vertx.getOrCreateContext();
    RedisConfig config =
        new RedisConfig(
            servers.redis().uri(), Duration.ofSeconds(2), 5, Duration.ofMillis(500), 2048);
    onLoop(
        () -> {
          redis = new RedisLine(vertx, config);
          ledger = new RedisLedger(redis);
          return Future.succeededFuture();
        });
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private <T> T onLoop(Supplier<Future<T>> what) throws Exception {
    Promise<T> done = Promise.promise();
    loop.runOnContext(there -> what.get().onComplete(done));
    return await(done.future());
  }

  private Answers send(Policy policy, String client, Ask... asks) throws Exception {
    List<Entry<Object>> entries = new ArrayList<>();
    for (int i = 0; i < asks.length; i++) {
      String who = asks.length == 1 ? client : client + i;
      Holding<Object> holding = new Holding<>(policy.name(), who, 0, 0);
      entries.add(new Entry<>(holding, Terms.of(policy, 1), asks[i]));
    }
    Answers answers = onLoop(() -> ledger.send(new Flush<>(1, epoch, entries)));
    epoch = answers.epoch();
    return answers;
  }

  private Answer ask(Policy policy, Ask ask) throws Exception {
    return send(policy, client, ask).answers().get(0);
  }

  private String stored(Policy policy) throws Exception {
    Request get = Request.cmd(Command.GET).arg(RedisLedger.key(policy.name(), client));
    Response response = onLoop(() -> redis.send(get));
    return response == null ? null : response.toString();
  }

  private static Policy policy(Algorithm algorithm, long quota, Duration window, long burst) {
    return new Policy(
        "it-" + algorithm,
        algorithm,
        quota,
        window,
        burst,
        false,
        1,
        Duration.ZERO,
        Loss.FAIR_SHARE);
  }

  /**
   * Random asks to both. The script goes by Redis's clock, so the token bucket is told the time it
   * wrote down; a window does not write it, so its slices are made so long that all falls into one
   * or two of them, and the time is that of the slice.
   */
  @Test
  void theScriptDoesWhatTheTokenBucketDoes() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      Policy policy =
          policy(
              Algorithm.TOKEN_BUCKET,
              1 + random.nextInt(5000),
              Duration.ofMillis(100 + random.nextInt(2000)),
              1 + random.nextInt(100));
      String who = client + "-" + round;
      TokenBucket model = null;
      for (int i = 0; i < 40; i++) {
        Ask ask = randomAsk(random);
        Answer said = send(policy, who, ask).answers().get(0);
        Request get = Request.cmd(Command.GET).arg(RedisLedger.key(policy.name(), who));
        String stored = onLoop(() -> redis.send(get)).toString();
        long micros = Long.parseLong(stored.split(" ", -1)[2]);
        model = model == null ? new TokenBucket(policy, micros) : model;
        assertThat(said)
            .as("seed %d round %d ask %d of %s, stored %s", seed, round, i, policy, stored)
            .isEqualTo(model.apply(ask, micros));
      }
    }
  }

  @Test
  void theScriptDoesWhatTheSlidingWindowDoes() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Policy policy = policy(Algorithm.SLIDING_WINDOW, 60, Duration.ofSeconds(2), 60);
    SlidingWindow model = new SlidingWindow(policy);
    long slice = Terms.sliceMicros(policy);
    boolean slid = false;
    String before = "";
    long first = 0;
    for (int i = 0; i < 2000 && !slid; i++) {
      Ask ask = randomAsk(random);
      Answer said = ask(policy, ask);
      String stored = stored(policy);
      if (stored.indexOf(' ') < 0) {
        assertThat(said).isEqualTo(new SlidingWindow(policy).apply(ask, 0));
        continue;
      }
      String[] slices = stored.split(" ", -1);
      long newest = Long.parseLong(slices[slices.length - 1].split(":", 2)[0]);
      if (!stored.equals(before)) {
        before = stored;
        first = first == 0 ? newest : first;
        slid = newest > first + Terms.slices(policy) + 2;
        Answer expected = model.apply(ask, newest * slice);
        // Without the exact time the wait is known to one slice.
        assertThat(said.granted()).as("seed %d ask %d", seed, i).isEqualTo(expected.granted());
        assertThat(said.leased()).as("seed %d ask %d", seed, i).isEqualTo(expected.leased());
        assertThat(said.level()).as("seed %d ask %d", seed, i).isEqualTo(expected.level());
        assertThat(said.waitMillis())
            .as("seed %d ask %d", seed, i)
            .isBetween(expected.waitMillis() - slice / 1000 - 1, expected.waitMillis());
      }
    }
    assertThat(first).isPositive();
  }

  private static Ask randomAsk(Random random) {
    int[] costs = new int[random.nextInt(4) == 0 ? random.nextInt(8) : random.nextInt(2)];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = random.nextInt(4) == 0 ? 1 + random.nextInt(150) : 1;
    }
    return new Ask(
        random.nextInt(3) == 0 ? 1 : 0,
        random.nextInt(8) == 0 ? random.nextInt(40) : 0,
        costs,
        random.nextInt(3) == 0 ? random.nextInt(20) : 0);
  }

  @Test
  void manyBucketsAreAskedInOneFlush() throws Exception {
    Policy policy = policy(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1), 7);
    Ask[] asks = new Ask[1000];
    for (int i = 0; i < asks.length; i++) {
      asks[i] = Ask.debit(i % 9);
    }
    Answers answers = send(policy, client, asks);
    assertThat(answers.done()).isTrue();
    assertThat(answers.answers()).hasSize(1000);
    for (int i = 0; i < asks.length; i++) {
      assertThat(answers.answers().get(i).level()).isEqualTo(7 - i % 9);
    }
  }

  @Test
  void keysExpireAnHourAfterTheirLastUse() throws Exception {
    Policy policy = policy(Algorithm.TOKEN_BUCKET, 10, Duration.ofSeconds(1), 20);
    ask(policy, Ask.debit(1));
    Request ttl = Request.cmd(Command.PTTL).arg(RedisLedger.key(policy.name(), client));
    assertThat(onLoop(() -> redis.send(ttl)).toLong()).isBetween(3_590_000L, 3_600_000L);
    Policy slow = policy(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1), 20);
    ask(slow, Ask.debit(3));
    // A bucket that takes longer to refill must not be forgotten before it has.
    assertThat(onLoop(() -> redis.send(ttl)).toLong()).isGreaterThan(2 * 3_600_000L);
  }

  @Test
  void aLedgerThatLostItsDataSaysSoAndDoesNothing() throws Exception {
    Policy policy = policy(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1), 20);
    assertThat(send(policy, client, Ask.debit(5)).done()).isTrue();
    epoch = "of another life";
    Answers answers = send(policy, client, Ask.debit(5));
    assertThat(answers.done()).isFalse();
    assertThat(answers.epoch()).isNotEqualTo("of another life");
    assertThat(ask(policy, Ask.debit(0)).level()).isEqualTo(15);
  }

  @Test
  void aBucketKeepsItsLevelWhenTheWindowOfItsPolicyChanges() throws Exception {
    ask(policy(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1), 20), Ask.debit(5));
    Policy changed = policy(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(2), 20);
    assertThat(ask(changed, Ask.debit(0)).level()).isEqualTo(15);
  }

  @Test
  void aSlidingWindowThatBecomesLongerOrShorterKeepsWhatWasSpent() throws Exception {
    ask(policy(Algorithm.SLIDING_WINDOW, 60, Duration.ofMinutes(1), 60), Ask.debit(50));
    Policy longer = policy(Algorithm.SLIDING_WINDOW, 60, Duration.ofMinutes(15), 60);
    Answer refused = ask(longer, new Ask(0, 0, new int[] {20}, 0));
    assertThat(refused.level()).isEqualTo(10);
    assertThat(refused.waitMillis()).isBetween(1L, 16 * 60_000L);
    assertThat(ask(policy(Algorithm.SLIDING_WINDOW, 60, Duration.ofMinutes(1), 60), Ask.debit(0)))
        .extracting(Answer::level)
        .isEqualTo(10L);
  }

  @Test
  void aWindowThatBecomesABucketBeginsFull() throws Exception {
    Policy window = policy(Algorithm.SLIDING_WINDOW, 60, Duration.ofSeconds(2), 60);
    String key = "sluice:{limit}:it-TOKEN_BUCKET:" + client;
    Request six = Request.cmd(Command.SET).arg(key).arg("@100000 1:1 2:1 3:1 4:1 5:1");
    onLoop(() -> redis.send(six));
    Policy bucket = policy(Algorithm.TOKEN_BUCKET, 10, Duration.ofSeconds(1), 20);
    assertThat(ask(bucket, Ask.debit(1)).level()).isEqualTo(19);
    assertThat(ask(window, Ask.debit(1)).level()).isEqualTo(59);
  }

  @Test
  void aRefilledBucketIsFull() throws Exception {
    Policy policy = policy(Algorithm.TOKEN_BUCKET, 1, Duration.ofHours(1), 20);
    ask(policy, Ask.debit(20));
    onLoop(() -> ledger.refill(policy.name(), client));
    assertThat(ask(policy, Ask.debit(0)).level()).isEqualTo(20);
  }
}
