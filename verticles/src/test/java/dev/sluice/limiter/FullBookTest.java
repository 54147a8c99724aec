package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that remembers as many buckets as it may forgets one of them for each new one. */
class FullBookTest {
  /** As many as are looked at in one step: then the next begins where a round ends. */
  private static final int MOST = 64;

  private static final int CLIENTS = 200;

  @Test
  void aNewClientIsNotTurnedAwayWhereOthersCanBeForgotten() {
    LeaseProtocol<Object> protocol = new LeaseProtocol<>(MOST, () -> 1, new Nobody());
    Book<Object> book = protocol.book(Policy.perSecond("p", 10, 20));
    for (int i = 0; i < CLIENTS; i++) {
      long now = i * 1_000_000L;
      assertThat(book.take("client" + i, 1, this, now)).as("client %d", i).isNotNegative();
      Flush<Object> flush = protocol.flush(now);
      protocol.answered(flush, new Answers("ledger", true, List.of(new Answer(0, 0, 10, 0))), now);
      assertThat(protocol.buckets()).isLessThanOrEqualTo(MOST);
    }
  }

  private static final class Nobody implements LeaseProtocol.Effects<Object> {
    @Override
    public void decided(Decided<Object> decided, Policy policy) {}

    @Override
    public void due() {}
  }
}
