package dev.sluice.load;

import dev.sluice.devstack.RedisServer;
import dev.sluice.limiter.Decision;
import dev.sluice.limiter.Limiter;
import dev.sluice.limiter.LimiterMeters;
import dev.sluice.limiter.LimiterVerticle;
import dev.sluice.limiter.NodeLimiters;
import dev.sluice.limiter.Policy;
import dev.sluice.platform.redis.RedisConfig;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The limiters of one node, as they ship, and a Redis of their own. */
final class LimitedNode implements AutoCloseable {
  private static final int MOST_BUCKETS = 100_000;
  private static final int LARGE = 50_000_000;
  private static final int SLOW = 14;
  private static final long LONGEST_LEASING_NANOS = 15_000_000_000L;
  private static final int AT_ONCE = 500;
  private static final Pattern CPU = Pattern.compile("used_cpu_(?:sys|user):([\\d.]+)");

  private final Path folder;
  private final RedisServer redis;
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Clock clock;
  private final NodeLimiters limiters;

  private LimitedNode(Path folder, Clock clock) {
    this.clock = clock;
    this.folder = folder;
    this.redis = RedisServer.start(folder, 0);
    this.limiters =
        new NodeLimiters(vertx, clock, MOST_BUCKETS, () -> 1, new LimiterMeters(meters));
  }

  static LimitedNode start() throws IOException {
    LimitedNode node = new LimitedNode(Files.createTempDirectory("sluice-load"), new Clock());
    RedisConfig config =
        new RedisConfig(node.redis.uri(), Duration.ofMillis(250), 5, Duration.ofMillis(500), 2048);
    wait(node.vertx.deployVerticle(new LimiterVerticle(node.limiters, config)));
    return node;
  }

  static String[] clients(int many) {
    return IntStream.range(0, many).mapToObj(i -> "ip:192.0.2." + i).toArray(String[]::new);
  }

  Vertx vertx() {
    return vertx;
  }

  MeterRegistry meters() {
    return meters;
  }

  Limiter of(Policy policy) {
    return limiters.of(policy);
  }

  /** More than anybody can spend. */
  Limiter plenty() {
    return of(Policy.perSecond("plenty", 1_000_000_000L, 1_000_000_000L));
  }

  /** One token a month. */
  Limiter nothing() {
    return of(
        new Policy(
            "nothing",
            Policy.Algorithm.TOKEN_BUCKET,
            1,
            Duration.ofDays(31),
            1,
            false,
            1,
            Duration.ZERO,
            Policy.Loss.FAIR_SHARE));
  }

  /**
   * Gives all clients the largest leases there are. Those of many are made to last: time all but
   * stands still from then on. That of one is renewed in time.
   */
  void lease(Limiter limiter, String[] clients) {
    long end = System.nanoTime() + LONGEST_LEASING_NANOS;
    do {
      clock.slower(0);
      int unused = ask(limiter, clients, LARGE);
      clock.slower(clients.length == 1 ? 0 : SLOW);
      unused = ask(limiter, clients, LARGE); // what is in demand is leased with the next
      unused = ask(limiter, clients, 1);
    } while (ask(limiter, clients, 1) > 0 && System.nanoTime() < end);
  }

  /** Takes what there is. */
  void exhaust(Limiter limiter, String[] clients) {
    long end = System.nanoTime() + LONGEST_LEASING_NANOS;
    while (ask(limiter, clients, 1) > 0 && System.nanoTime() < end) {}
  }

  /** How many had to ask. */
  private static int ask(Limiter limiter, String[] clients, int cost) {
    int many = 0;
    for (int from = 0; from < clients.length; from += AT_ONCE) {
      List<Future<Decision>> asked = new ArrayList<>();
      for (int i = from; i < Math.min(clients.length, from + AT_ONCE); i++) {
        if (limiter.tryTake(clients[i], cost) == Limiter.ASK) {
          asked.add(limiter.take(clients[i], cost));
        }
      }
      wait(Future.all(asked));
      many += asked.size();
    }
    return many;
  }

  /** Seconds of CPU that Redis has used so far. */
  double redisCpuSeconds() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      socket.getOutputStream().write("INFO cpu\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      String info = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      double seconds = 0;
      for (Matcher used = CPU.matcher(info); used.find(); ) {
        seconds += Double.parseDouble(used.group(1));
      }
      return seconds;
    }
  }

  static void wait(Future<?> what) {
    Object unused = what.toCompletionStage().toCompletableFuture().join();
  }

  @Override
  public void close() {
    wait(vertx.close());
    redis.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The machine's clock, read as always, but it may pass more slowly. */
  private static final class Clock implements Time {
    private final long origin = Time.system().nanos();

    private record Pace(long from, int shift) {
      long at(long real) {
        return from + (real >> shift);
      }
    }

    private volatile Pace pace = new Pace(origin, 0);

    /**
     * @param shift so many powers of two slower than it is
     */
    void slower(int shift) {
      long real = Time.system().nanos() - origin;
      pace = new Pace(pace.at(real) - (real >> shift), shift);
    }

    @Override
    public Instant now() {
      return Time.system().now();
    }

    @Override
    public long nanos() {
      return pace.at(Time.system().nanos() - origin);
    }
  }
}
