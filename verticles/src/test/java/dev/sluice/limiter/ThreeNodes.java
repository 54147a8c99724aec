package dev.sluice.limiter;

import static dev.sluice.Waiting.until;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Three JVMs with limiters, see {@link LimiterProcess}, that are offered load at one time. */
final class ThreeNodes implements AutoCloseable {
  static final int NODES = 3;

  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  /** All three must have heard of a run before it begins. */
  private static final long LEAD_NANOS = 200_000_000L;

  /** A client of all nodes, and what each of them offers a second. */
  record Load(Policy policy, String client, List<Double> perNode) {}

  /** What the nodes' meters say together: how many are without Redis, and flushes of the run. */
  record Meters(int away, long flushes, long missed) {

    Meters plus(Meters other) {
      return new Meters(away + other.away, flushes + other.flushes, missed + other.missed);
    }
  }

  /** What came of a run; one of each load, and how late timers were on the busy loops. */
  record Results(long start, long end, List<Observed> observed, Numbers late, Meters meters) {

    Numbers latencies() {
      Numbers all = new Numbers();
      observed.forEach(one -> all.add(one.latencies()));
      return all;
    }
  }

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private Meters before = new Meters(0, 0, 0);
  private int runs;

  private ThreeNodes(Path folder) {
    this.folder = folder;
  }

  static ThreeNodes start(Path folder, String redis, List<Policy> policies) throws Exception {
    ThreeNodes nodes = new ThreeNodes(folder);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LimiterProcess.class.getName(),
                redis,
                Integer.toString(NODES)));
    policies.forEach(p -> command.add(p.name() + ":" + p.quota() + ":" + p.burst()));
    for (int i = 0; i < NODES; i++) {
      nodes.processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(nodes.log(i).toFile())
              .start());
    }
    nodes.await(LimiterProcess.READY, 1, START_LIMIT);
    return nodes;
  }

  /** Offers all loads at one time, and tells what came of them in their order. */
  Results run(Duration time, List<Load> loads, Meanwhile meanwhile) throws Exception {
    runs++;
    long start = System.nanoTime() + LEAD_NANOS;
    for (int i = 0; i < NODES; i++) {
      int node = i;
      String order =
          loads.stream()
              .map(l -> l.policy().name() + ":" + l.client() + ":" + l.perNode().get(node))
              .collect(
                  Collectors.joining(
                      " ", start + " " + time.toMillis() + " " + file(i) + " ", "\n"));
      processes.get(i).getOutputStream().write(order.getBytes(StandardCharsets.UTF_8));
      processes.get(i).getOutputStream().flush();
    }
    meanwhile.happens(start);
    await(LimiterProcess.DONE, runs, time.plus(START_LIMIT));
    return results(start, start + time.toNanos(), loads.size());
  }

  private Results results(long start, long end, int loads) throws IOException {
    List<Observed> observed = new ArrayList<>();
    for (int i = 0; i < loads; i++) {
      observed.add(new Observed());
    }
    Numbers late = new Numbers();
    Meters meters = new Meters(0, 0, 0);
    for (int i = 0; i < NODES; i++) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file(i))))) {
        Meters one = new Meters(in.readBoolean() ? 1 : 0, in.readLong(), in.readLong());
        meters = meters.plus(one);
        for (int loops = in.readInt(); loops > 0; loops--) {
          late.add(Numbers.read(in));
          int many = in.readInt();
          for (int load = 0; load < many; load++) {
            observed.get(load).add(Observed.read(in));
          }
        }
      }
    }
    Meters ofTheRun =
        new Meters(
            meters.away(), meters.flushes() - before.flushes(), meters.missed() - before.missed());
    before = meters;
    return new Results(start, end, observed, late, ofTheRun);
  }

  private void await(String line, int times, Duration limit) throws Exception {
    until(
        "each node says " + times + " times: " + line,
        limit,
        () -> {
          for (int i = 0; i < NODES; i++) {
            List<String> said = Files.readAllLines(log(i));
            if (Collections.frequency(said, line) < times) {
              if (!processes.get(i).isAlive()) {
                throw new IllegalStateException("node " + i + " ended: " + said);
              }
              return false;
            }
          }
          return true;
        });
  }

  private Path log(int node) {
    return folder.resolve("node" + node + ".log");
  }

  private Path file(int node) {
    return folder.resolve("node" + node + ".run" + runs);
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }

  /** What happens during a run. */
  @FunctionalInterface
  interface Meanwhile {
    void happens(long start) throws Exception;
  }
}
