package dev.sluice.devstack;

import dev.sluice.devstack.demo.DemoServers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * PostgreSQL, Redis and Kafka of one folder, started side by side.
 *
 * <p>Their data is in {@code postgres}, {@code redis} and {@code kafka} of that folder. One
 * devstack a folder at a time.
 */
public final class Devstack implements AutoCloseable {

  private final DataLock lock;
  private PostgresServer postgres;
  private RedisServer redis;
  private KafkaBroker kafka;
  private DemoServers demo;

  private Devstack(DataLock lock) {
    this.lock = lock;
  }

  /**
   * Starts all three on free ports of 127.0.0.1 and returns when all are ready.
   *
   * @param folder for the data, made if missing
   * @throws StartFailedException when one does not start; the others are stopped then
   */
  public static Devstack start(Path folder) {
    return start(
        folder, "127.0.0.1", PortChoice.any(), PortChoice.any(), PortChoice.any(), step -> {});
  }

  /**
   * Starts all three and returns when all are ready.
   *
   * @param folder for the data, made if missing
   * @param host the address of this machine to listen on; no wildcard, for Kafka tells it to its
   *     clients
   * @param progress told a line for each server that is ready, from several threads
   * @throws PortTakenException when an exact port is taken
   * @throws StartFailedException when one does not start, or another devstack has the folder;
   *     nothing runs then
   */
  public static Devstack start(
      Path folder,
      String host,
      PortChoice postgresPort,
      PortChoice redisPort,
      PortChoice kafkaPort,
      Consumer<String> progress) {
    return start(
        DataLock.acquire(folder),
        host,
        postgresPort,
        redisPort,
        kafkaPort,
        Optional.empty(),
        progress);
  }

  /**
   * As above, on a folder that is locked already; the lock goes with the devstack, or with its
   * failure.
   *
   * @param demoPort of the first of two demo services; empty for none
   */
  static Devstack start(
      DataLock lock,
      String host,
      PortChoice postgresPort,
      PortChoice redisPort,
      PortChoice kafkaPort,
      Optional<PortChoice> demoPort,
      Consumer<String> progress) {
    Path home = lock.folder();
    Devstack stack = new Devstack(lock);
    PortChoice onPostgres;
    PortChoice onRedis;
    PortChoice onKafka;
    List<Integer> onDemo;
    try {
      // A leftover of a killed run may sit on its port; and a taken port is told before anything
      // starts.
      PostgresServer.stopLeftover(home.resolve("postgres"));
      RedisServer.stopLeftover(home.resolve("redis"));
      onPostgres = postgresPort.settle(host);
      onRedis = redisPort.settle(host);
      onKafka = kafkaPort.settle(host);
      onDemo = demoPorts(demoPort, host);
    } catch (StartFailedException e) {
      lock.close();
      throw e;
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            inParallel(
                () -> {
                  long begin = System.nanoTime();
                  stack.kafka = KafkaBroker.start(home.resolve("kafka"), host, onKafka);
                  progress.accept(ready("kafka", stack.kafka.port(), begin));
                  return null;
                }),
            inParallel(
                () -> {
                  long begin = System.nanoTime();
                  stack.postgres = PostgresServer.start(home.resolve("postgres"), host, onPostgres);
                  progress.accept(ready("postgres", stack.postgres.port(), begin));
                  return null;
                }),
            inParallel(
                () -> {
                  long begin = System.nanoTime();
                  stack.redis = RedisServer.start(home.resolve("redis"), host, onRedis);
                  progress.accept(ready("redis", stack.redis.port(), begin));
                  return null;
                }),
            inParallel(
                () -> {
                  stack.startDemo(host, onDemo, progress);
                  return null;
                }));
    try {
      all.join();
      return stack;
    } catch (CompletionException e) {
      stack.close();
      if (e.getCause() instanceof StartFailedException failure) {
        throw failure;
      }
      throw new StartFailedException(
          "cannot start the devstack in " + home + ": " + e.getCause(), e.getCause());
    }
  }

  /** Two, because one alone shows no balancing; none for none. */
  private static List<Integer> demoPorts(Optional<PortChoice> choice, String host) {
    if (choice.isEmpty()) {
      return List.of();
    }
    PortChoice first = choice.get().settle(host);
    PortChoice second = new PortChoice(first.port(), choice.get().exact(), first.setting()).above();
    return List.of(first.port(), second.settle(host).port());
  }

  private void startDemo(String host, List<Integer> ports, Consumer<String> progress) {
    if (ports.isEmpty()) {
      return;
    }
    long begin = System.nanoTime();
    try {
      demo = DemoServers.start(host, ports);
    } catch (IllegalStateException e) {
      throw new StartFailedException(e.getMessage(), e);
    }
    progress.accept(ready("demo", demo.ports().get(0), begin));
  }

  /** The PostgreSQL server. */
  public PostgresServer postgres() {
    return postgres;
  }

  /** The Redis server. */
  public RedisServer redis() {
    return redis;
  }

  /** The Kafka broker. */
  public KafkaBroker kafka() {
    return kafka;
  }

  /**
   * What a node needs in its environment to use these servers: SLUICE_POSTGRES_URI,
   * SLUICE_REDIS_URI and SLUICE_KAFKA_BOOTSTRAP_SERVERS. With demo services also
   * SLUICE_DEVSTACK_DEMO_URLS, which a node passes over: their addresses, with commas.
   */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("SLUICE_POSTGRES_URI", postgres.uri());
    environment.put("SLUICE_REDIS_URI", redis.uri());
    environment.put("SLUICE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    if (demo != null) {
      environment.put("SLUICE_DEVSTACK_DEMO_URLS", String.join(",", demo.urls()));
    }
    return environment;
  }

  /** Stops all of them in order, side by side, and gives the folder back. Safe to call twice. */
  @Override
  public void close() {
    try {
      CompletableFuture.allOf(closing(kafka), closing(postgres), closing(redis), closing(demo))
          .join();
    } finally {
      lock.close();
    }
  }

  private static CompletableFuture<Void> closing(AutoCloseable server) {
    return inParallel(
        () -> {
          if (server != null) {
            try {
              server.close();
            } catch (Exception e) {
              throw new IllegalStateException("cannot stop a server of the devstack", e);
            }
          }
          return null;
        });
  }

  // A thread each: on two cores the common pool has one, and all of these mostly wait.
  private static CompletableFuture<Void> inParallel(Supplier<Void> step) {
    return CompletableFuture.supplyAsync(step, run -> new Thread(run, "devstack").start());
  }

  private static String ready(String name, int port, long begin) {
    double seconds = (System.nanoTime() - begin) / 1e9;
    return String.format(Locale.ROOT, "%s ready on %d in %.1f s", name, port, seconds);
  }
}
