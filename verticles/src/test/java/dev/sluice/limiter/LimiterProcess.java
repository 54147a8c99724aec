package dev.sluice.limiter;

import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The limiters of one of several nodes, in a JVM of its own, with load from two event loops. Told
 * what to offer by lines on its standard input; ends with it. See {@link ThreeNodes}.
 */
final class LimiterProcess {
  static final int LOOPS = 2;
  static final String READY = "limiter ready";
  static final String DONE = "limiter done";

  private static final int MOST_BUCKETS = 10_000;
  private static final long LONGEST_RUN_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Offerer> offerers = new ArrayList<>();
  private final NodeLimiters limiters;

  private LimiterProcess(int nodes) {
    limiters =
        new NodeLimiters(
            vertx, Time.system(), MOST_BUCKETS, () -> nodes, new LimiterMeters(meters));
  }

  /**
   * @param args the URI of Redis, how many nodes there are, and each policy as {@code
   *     name:rate:burst}
   */
  public static void main(String[] args) throws Exception {
    LimiterProcess process = new LimiterProcess(Integer.parseInt(args[1]));
    process.open(args[0]);
    for (int i = 2; i < args.length; i++) {
      String[] policy = args[i].split(":", -1);
      Limiter unused =
          process.limiters.of(
              Policy.perSecond(policy[0], Long.parseLong(policy[1]), Long.parseLong(policy[2])));
    }
    System.out.println(READY);
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      process.run(order, args);
      System.out.println(DONE);
    }
    wait(process.vertx.close());
  }

  private void open(String redis) throws Exception {
    RedisConfig config =
        new RedisConfig(redis, Duration.ofMillis(250), 5, Duration.ofMillis(500), 2048);
    wait(vertx.deployVerticle(new LimiterVerticle(limiters, config)));
    wait(
        vertx.deployVerticle(
            () -> {
              Offerer offerer = new Offerer();
              offerers.add(offerer);
              return offerer;
            },
            new DeploymentOptions().setInstances(LOOPS)));
  }

  /** {@code start millis file}, and each load as {@code policy:client:rate}. */
  private void run(String order, String[] args) throws Exception {
    String[] words = order.split(" ", -1);
    long start = Long.parseLong(words[0]);
    long end = start + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
    List<Future<Offerer.Run>> runs = new ArrayList<>();
    for (Offerer offerer : offerers) {
      Offerer.Run run = new Offerer.Run(start, end);
      for (int i = 3; i < words.length; i++) {
        String[] load = words[i].split(":", -1);
        double rate = Double.parseDouble(load[2]) / LOOPS;
        run.load(limiters.of(policy(load[0], args)), load[1], rate);
      }
      runs.add(offerer.offer(run));
    }
    wait(Future.all(runs));
    write(Path.of(words[2]), runs.stream().map(Future::result).toList());
  }

  private static Policy policy(String name, String[] args) {
    for (int i = 2; i < args.length; i++) {
      String[] policy = args[i].split(":", -1);
      if (policy[0].equals(name)) {
        return Policy.perSecond(name, Long.parseLong(policy[1]), Long.parseLong(policy[2]));
      }
    }
    throw new IllegalArgumentException("no policy is called " + name);
  }

  private void write(Path file, List<Offerer.Run> runs) throws IOException {
    try (OutputStream stream = Files.newOutputStream(file);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream))) {
      out.writeBoolean(meters.get("limiter.away").gauge().value() > 0);
      out.writeLong(meters.get("limiter.flush").timer().count());
      out.writeLong((long) meters.get("limiter.flush.missed").counter().count());
      out.writeInt(runs.size());
      for (Offerer.Run run : runs) {
        run.write(out);
      }
    }
  }

  private static void wait(Future<?> what) throws Exception {
    Object unused =
        what.toCompletionStage().toCompletableFuture().get(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);
  }
}
