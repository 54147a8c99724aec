package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Limits.Busy;
import dev.sluice.limiter.DecisionLog.Entry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusyBucketsTest {
  private static final Policy FREE = Policy.perSecond("free", 10, 20);

  @Test
  void tokensAreSummedBySlotOverAllCosts() {
    List<Busy> busy =
        BusyBuckets.of(
            List.of(
                entry("a", 12, 1, 4, 1),
                entry("a", 10, 3, 2, 0),
                entry("a", 12, 5, 1, 0),
                entry("a", 14, 1, 0, 0)));
    assertThat(busy).hasSize(1);
    assertThat(busy.get(0).slot()).isEqualTo(10);
    assertThat(busy.get(0).tokens()).containsExactly(6L, 0L, 8L);
    assertThat(busy.get(0).rate()).isEqualTo(10);
    assertThat(busy.get(0).burst()).isEqualTo(20);
  }

  @Test
  void theBusiestAreToldAndWhatWasOnlyGivenBackToo() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= 150; i++) {
      entries.add(entry("client-" + i, 1, 1, i, 0));
    }
    entries.add(entry("back", 1, 1, 0, 151));
    entries.add(entry("refused", 1, 1, 0, 0));
    assertThat(BusyBuckets.of(entries))
        .hasSize(BusyBuckets.MOST)
        .extracting(Busy::client)
        .contains("back", "client-150", "client-52")
        .doesNotContain("client-51", "refused");
  }

  @Test
  void aReportIsOfTenSecondsAtMost() {
    List<Busy> busy = BusyBuckets.of(List.of(entry("a", 1, 1, 7, 0), entry("a", 500, 1, 9, 0)));
    assertThat(busy.get(0).slot()).isEqualTo(401);
    assertThat(busy.get(0).tokens()).hasSize(BusyBuckets.LONGEST).last().isEqualTo(9L);
  }

  private static Entry entry(String client, long slot, int cost, int allowed, int givenBack) {
    return new Entry(slot, FREE, client, cost, allowed, givenBack, 3, 0, 0, 0);
  }
}
