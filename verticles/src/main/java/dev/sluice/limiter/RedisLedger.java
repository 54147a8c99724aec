package dev.sluice.limiter;

import dev.sluice.limiter.Flush.Entry;
import dev.sluice.platform.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * The buckets in Redis, changed by one script and by Redis's own clock. A flush is a few calls of
 * the script, written at once: each blocks Redis for well under a millisecond.
 */
final class RedisLedger {
  /** The braces put all keys into one slot of a Redis cluster, which a script needs. */
  private static final String PREFIX = "sluice:{limit}:";

  private static final String EPOCH = PREFIX + "epoch";
  private static final int BUCKETS_A_CALL = 128;
  private static final int NUMBERS_A_BUCKET = 4;
  private static final String SCRIPT = script();
  private static final String SHA = sha1(SCRIPT);

  private final RedisLine redis;
  private final String name = UUID.randomUUID().toString();
  private long calls;

  RedisLedger(RedisLine redis) {
    this.redis = redis;
  }

  Future<Answers> send(Flush<?> flush) {
    List<Future<Response>> calls = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(flush.entries().size(), from + BUCKETS_A_CALL);
      calls.add(call(flush.epoch(), flush.entries().subList(from, to)));
      from = to;
    } while (from < flush.entries().size());
    return Future.all(calls).map(all -> answers(all.list()));
  }

  /** Connects and hands over the script, so that the first request need not; may fail. */
  Future<Void> warmUp() {
    return redis.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(SCRIPT)).mapEmpty();
  }

  /** Makes a bucket full again. */
  Future<Void> refill(String policy, String client) {
    return redis.send(Request.cmd(Command.DEL).arg(key(policy, client))).mapEmpty();
  }

  private Future<Response> call(String epoch, List<? extends Entry<?>> entries) {
    String fresh = name + calls++; // a name nobody has used
    return redis
        .send(request(Command.EVALSHA, SHA, epoch, fresh, entries))
        .recover(
            failure ->
                failure instanceof ErrorType error && error.is("NOSCRIPT")
                    ? redis.send(request(Command.EVAL, SCRIPT, epoch, fresh, entries))
                    : Future.failedFuture(failure));
  }

  private static Request request(
      Command how, String script, String epoch, String fresh, List<? extends Entry<?>> entries) {
    Request request = Request.cmd(how).arg(script).arg(entries.size() + 1).arg(EPOCH);
    for (Entry<?> entry : entries) {
      request.arg(key(entry.holding().policy, entry.holding().client));
    }
    request.arg(epoch).arg(fresh);
    for (Entry<?> entry : entries) {
      arguments(request, entry.terms().policy(), entry.ask());
    }
    return request;
  }

  static void arguments(Request request, Policy policy, Ask ask) {
    boolean sliding = policy.algorithm() == Policy.Algorithm.SLIDING_WINDOW;
    request
        .arg(sliding ? "w" : "t")
        .arg(policy.quota())
        .arg(policy.window().toNanos() / 1000)
        .arg(policy.burst())
        .arg(sliding ? Terms.sliceMicros(policy) : Terms.answerMicros(policy))
        .arg(Terms.slices(policy))
        .arg(ask.debit())
        .arg(ask.lease());
    List<int[]> runs = runs(ask.costs());
    request.arg(runs.size());
    runs.forEach(run -> request.arg(run[0]).arg(run[1]));
  }

  /** How many of which cost, in order: mostly one pair for all. */
  private static List<int[]> runs(int[] costs) {
    List<int[]> runs = new ArrayList<>();
    for (int cost : costs) {
      int[] last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (last != null && last[1] == cost) {
        last[0]++;
      } else {
        runs.add(new int[] {1, cost});
      }
    }
    return runs;
  }

  private static Answers answers(List<Response> calls) {
    List<Answer> answers = new ArrayList<>();
    boolean done = true;
    String epoch = "";
    for (Response call : calls) {
      epoch = call.get(0).toString();
      done &= call.get(1).toInteger() == 1;
      for (int i = 2; i < call.size(); i += NUMBERS_A_BUCKET) {
        answers.add(
            new Answer(
                call.get(i).toInteger(),
                call.get(i + 1).toInteger(),
                call.get(i + 2).toLong(),
                call.get(i + 3).toLong()));
      }
    }
    return new Answers(epoch, done, answers);
  }

  static String key(String policy, String client) {
    return PREFIX + policy + ':' + client;
  }

  private static String script() {
    try (InputStream in = RedisLedger.class.getResourceAsStream("ledger.lua")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(String script) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
