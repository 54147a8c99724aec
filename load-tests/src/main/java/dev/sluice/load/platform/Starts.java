package dev.sluice.load.platform;

import dev.sluice.load.compare.Contender;
import dev.sluice.load.compare.Servers;
import dev.sluice.load.compare.Started;
import dev.sluice.load.compare.Wrk;
import dev.sluice.load.platform.Table.Column;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How long it takes until a process answers, with PostgreSQL, Redis and Kafka there and their
 * tables made; and its memory when nothing has been asked yet, and after load.
 */
final class Starts implements Measurement {
  private static final Column MILLIS = new Column("ready after ms", 0);
  private static final Column CPU_MILLIS = new Column("CPU ms until then", 0);
  private static final Column IDLE = new Column("RSS MB idle", 0);
  private static final Column LOADED = new Column("RSS MB after load", 0);
  private static final long IDLE_MILLIS = 3_000;
  private static final double MEGA = 1024 * 1024;
  private static final String DATABASE = "peer_start";

  private final Servers servers;
  private final Table table = new Table("start", MILLIS, CPU_MILLIS, IDLE, LOADED);

  Starts(Servers servers) {
    this.servers = servers;
  }

  @Override
  public Table run(int rounds, int seconds) throws IOException, InterruptedException {
    Postgres postgres = new Postgres(servers);
    postgres.create(DATABASE);
    List<Side> sides =
        List.of(
            new SluiceSide(servers, Map.of()), new SpringSide(servers, postgres.uri(DATABASE), ""));
    for (Side side : sides) {
      start(side, 0, 1); // makes the tables
    }
    for (int round = 1; round <= rounds; round++) {
      for (Side side : sides) {
        start(side, round, seconds);
      }
    }
    return table;
  }

  private void start(Side side, int round, int seconds) throws IOException, InterruptedException {
    String folder = "start-" + side.getClass().getSimpleName() + round;
    long begun = System.nanoTime();
    try (Started server = side.launch(folder)) {
      int port = side.port(folder, server);
      int status = new OrderClient(port, "").get(side.probe()).status();
      double millis = (System.nanoTime() - begun) / 1e6;
      double cpu = server.cpuMicros() / 1e3;
      if (status != side.status()) {
        throw new IllegalStateException(
            side.name() + " answered " + status + " to " + side.probe() + " when it was ready");
      }
      server.leave(IDLE_MILLIS);
      double idle = server.resident() / MEGA;
      load(side, server, port, seconds);
      double loaded = server.resident() / MEGA;
      server.stop();
      if (round > 0) {
        table.add(side.name(), MILLIS, millis);
        table.add(side.name(), CPU_MILLIS, cpu);
        table.add(side.name(), IDLE, idle);
        table.add(side.name(), LOADED, loaded);
        Platform.progress(
            "start %d, %s: %.0f ms, %.0f ms of CPU; %.0f MB idle, %.0f MB after load",
            round, side.name(), millis, cpu, idle, loaded);
      }
    }
  }

  /** Placing orders, then reading one. */
  private static void load(Side side, Started server, int port, int seconds)
      throws IOException, InterruptedException {
    String token = side.token(server, port);
    String id = new OrderClient(port, token).place(Orders.BODY, UUID.randomUUID() + "").id();
    Contender contender = new Contender(side.name(), server, port, Orders.PATH + "/" + id, token);
    Wrk.Outcome unused = Wrk.run(contender, seconds, null);
  }
}
