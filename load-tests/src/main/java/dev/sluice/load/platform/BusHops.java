package dev.sluice.load.platform;

import dev.sluice.load.CostProcess;
import dev.sluice.load.compare.Warming;
import dev.sluice.load.platform.Table.Column;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request and its answer over the clustered bus, with codec, seal, permission and deadline as
 * between the gateway and a room: {@code order.get} and an order with three lines. Both JVMs have
 * the bus of a node and nothing else.
 */
final class BusHops implements Measurement {
  static final Column MICROS = new Column("CPU us/call", 1);
  static final Column PER_SECOND = new Column("calls/s", 0);
  static final Column P50 = new Column("p50 us", 0);
  static final Column P99 = new Column("p99 us", 0);
  private static final int AT_ONCE = 64;
  private static final int MILLIS = 1000;
  private static final int WATCH = 10_000;
  private static final int HIGH = 55_000;

  private final Table table = new Table("bus", MICROS, PER_SECOND, P50, P99);

  /** Who is asked, and whose CPU that costs. */
  private record Hop(String name, CostProcess asks, List<CostProcess> all) {
    long cpuMicros() {
      return all.stream().mapToLong(CostProcess::cpuMicros).sum();
    }

    /** Calls, their median and the longest but one of a hundred in us. */
    double[] run(int atOnce, int millis) {
      String said = asks.ask(atOnce + " " + millis);
      String[] parts = said.split(" ", -1);
      if (parts.length != 3) {
        throw new IllegalStateException(name + ": " + said);
      }
      return new double[] {
        Double.parseDouble(parts[0]),
        Double.parseDouble(parts[1]) / 1e3,
        Double.parseDouble(parts[2]) / 1e3
      };
    }
  }

  @Override
  public Table run(int rounds, int seconds) throws IOException, InterruptedException {
    return run(rounds, seconds, Warming.MOST);
  }

  /**
   * @param warmUps at most
   */
  Table run(int rounds, int seconds, int warmUps) throws IOException, InterruptedException {
    List<CostProcess> open = new ArrayList<>();
    try {
      CostProcess both = start(open, "both", port(), "");
      int first = port();
      CostProcess serves = start(open, "serve", first, "");
      CostProcess asks = start(open, "ask", port(), "127.0.0.1:" + first);
      List<Hop> hops =
          List.of(
              new Hop("within a node", both, List.of(both)),
              new Hop("between two nodes", asks, List.of(asks, serves)));
      for (Hop hop : hops) {
        Warming.of(
            "the bus " + hop.name(),
            warmUps,
            () -> hop.run(AT_ONCE, seconds * MILLIS)[0] / seconds);
      }
      for (int round = 1; round <= rounds; round++) {
        for (Hop hop : hops) {
          measure(hop, seconds);
        }
      }
    } finally {
      open.forEach(CostProcess::close);
    }
    return table;
  }

  private static CostProcess start(List<CostProcess> open, String role, int port, String others) {
    CostProcess process =
        new CostProcess("", List.of("-Xmx512m"), Map.of(), BusSide.class, role, "" + port, others);
    open.add(process);
    return process;
  }

  private void measure(Hop hop, int seconds) {
    long cpu = hop.cpuMicros();
    double calls = hop.run(AT_ONCE, seconds * MILLIS)[0];
    table.add(hop.name(), MICROS, (hop.cpuMicros() - cpu) / calls);
    table.add(hop.name(), PER_SECOND, calls / seconds);
    double[] alone = hop.run(1, seconds * MILLIS);
    table.add(hop.name(), P50, alone[1]);
    table.add(hop.name(), P99, alone[2]);
    Platform.progress(
        "bus %s: %,.0f calls/s, p50 %.0f us, p99 %.0f us",
        hop.name(), calls / seconds, alone[1], alone[2]);
  }

  /** A free one, with the one that members watch each other by. */
  private static int port() throws IOException {
    InetAddress self = InetAddress.getLoopbackAddress();
    while (true) {
      try (ServerSocket port = new ServerSocket(0, 1, self)) {
        int number = port.getLocalPort();
        try (ServerSocket second =
            new ServerSocket(number > HIGH ? number - WATCH : number + WATCH, 1, self)) {
          if (second.isBound()) {
            return number;
          }
        } catch (IOException taken) {
          // Another one, then.
        }
      }
    }
  }
}
