package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A decision that asks nobody allocates nothing: a flood that is refused makes no garbage. */
class HotPathAllocationTest {
  private static final int WARM = 20_000;
  private static final int CALLS = 1_000_000;

  /** The smallest object has 16; so not one call in a hundred may make one. */
  private static final double MOST_BYTES_A_CALL = 0.1;

  private static final String CLIENT = "ip:192.0.2.1";
  private static final int LARGE = 50_000_000;
  private static final Policy PLENTY = Policy.perSecond("plenty", 1_000_000_000L, 1_000_000_000L);
  private static final Policy NOTHING = Policy.perSecond("nothing", 1, 1);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final LeaseProtocol<Object> protocol = new LeaseProtocol<>(10, () -> 1, new Nobody());
  private long now;

  @Test
  void aDecisionFromALease() {
    Book<Object> book = protocol.book(PLENTY);
    ask(book, LARGE, new Answer(1, 0, LARGE, 0)); // so much is in demand
    ask(book, 1, new Answer(0, book.terms().most(), LARGE, 0));
    assertThat(book.tryTake(CLIENT, 1, now)).isNotNegative();
    assertThat(bytesACall(book)).isLessThan(MOST_BYTES_A_CALL);
    assertThat(book.tryTake(CLIENT, 1, now)).as("all were from the lease").isNotNegative();
  }

  @Test
  void aRefusal() {
    Book<Object> book = protocol.book(NOTHING);
    ask(book, 1, new Answer(0, 0, 0, 1000));
    assertThat(book.tryTake(CLIENT, 1, now)).isNegative().isNotEqualTo(Limiter.ASK);
    assertThat(bytesACall(book)).isLessThan(MOST_BYTES_A_CALL);
    assertThat(book.tryTake(CLIENT, 1, now)).as("all were refused").isNegative();
  }

  private void ask(Book<Object> book, int cost, Answer answer) {
    now += 1_000_000;
    long unused = book.take(CLIENT, cost, new Object(), now);
    Flush<Object> flush = protocol.flush(now);
    assertThat(flush.entries().get(0).ask().lease()).isGreaterThanOrEqualTo(answer.leased());
    protocol.answered(flush, new Answers("ledger", true, List.of(answer)), now);
  }

  private double bytesACall(Book<Object> book) {
    long unused = take(book, WARM);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    unused = take(book, CALLS);
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) CALLS;
  }

  private long take(Book<Object> book, int times) {
    long sum = 0;
    for (int i = 0; i < times; i++) {
      sum += book.tryTake(CLIENT, 1, now);
    }
    return sum;
  }

  private static final class Nobody implements LeaseProtocol.Effects<Object> {
    @Override
    public void decided(Decided<Object> decided, Policy policy) {}

    @Override
    public void due() {}
  }
}
