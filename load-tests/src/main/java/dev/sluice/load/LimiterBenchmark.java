package dev.sluice.load;

import dev.sluice.limiter.Limiter;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * A decision of the rate limiter that needs nobody else: from a lease, or refused by what Redis
 * said last; with the clock's reading, and with one or two threads at the same buckets. The leases
 * are from a real Redis, which could not lease out what ten million decisions a second need of ten
 * thousand buckets: the clock is slowed down, so that they last.
 */
@State(Scope.Benchmark)
public class LimiterBenchmark {
  private static final double MOST_ASKED = 0.1;

  /** One in so many asks, so that asking is not what is measured where a lease has run out. */
  private static final int ASKS = 1024;

  @Param({"1", "10000"})
  int clients;

  private final LongAdder decided = new LongAdder();
  private final LongAdder asked = new LongAdder();
  private LimitedNode node;
  private String[] names;
  private Limiter plenty;
  private Limiter nothing;

  @Setup
  public void open() throws Exception {
    node = LimitedNode.start();
    names = LimitedNode.clients(clients);
    plenty = node.plenty();
    nothing = node.nothing();
    node.exhaust(nothing, names);
    node.lease(plenty, names);
  }

  /** Whose turn it is, for each thread. */
  @State(Scope.Thread)
  public static class Turn {
    private int next;
    private long decided;
    private long asked;

    @TearDown(Level.Iteration)
    public void count(LimiterBenchmark all) {
      all.decided.add(decided);
      all.asked.add(asked);
      decided = 0;
      asked = 0;
    }
  }

  /**
   * What had to be asked is not what is measured: it must be rare. It is never where many clients
   * share the load; of one bucket these are more tokens than the largest lease has until the next.
   */
  @TearDown
  public void close() {
    node.close();
    System.out.printf("%s of %s decisions had to be asked for%n", asked, decided);
    if (asked.sum() > MOST_ASKED * decided.sum()) {
      throw new IllegalStateException(asked + " of " + decided + " decisions had to be asked for");
    }
  }

  @Benchmark
  public long leased(Turn turn) {
    return decide(plenty, turn);
  }

  @Benchmark
  @Threads(2)
  public long leasedByTwo(Turn turn) {
    return decide(plenty, turn);
  }

  @Benchmark
  public long denied(Turn turn) {
    return decide(nothing, turn);
  }

  @Benchmark
  @Threads(2)
  public long deniedByTwo(Turn turn) {
    return decide(nothing, turn);
  }

  private long decide(Limiter limiter, Turn turn) {
    turn.next = turn.next + 1 == names.length ? 0 : turn.next + 1;
    turn.decided++;
    long left = limiter.tryTake(names[turn.next], 1);
    if (left == Limiter.ASK) {
      ask(limiter, turn);
    }
    return left;
  }

  private void ask(Limiter limiter, Turn turn) {
    if (turn.asked++ % ASKS == 0) {
      boolean unused = limiter.take(names[turn.next], 1).isComplete();
    }
  }
}
