package dev.sluice.load.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A tiny round in JVMs of its own, two of which find each other. */
class BusHopsIT {

  @Test
  void callsAreAnsweredWithinANodeAndBetweenTwo() throws Exception {
    Table table = new BusHops().run(1, 1, 3);
    for (String hop : new String[] {"within a node", "between two nodes"}) {
      assertThat(table.median(hop, BusHops.MICROS)).as(hop).isPositive();
      assertThat(table.median(hop, BusHops.PER_SECOND)).as(hop).isGreaterThan(100);
      assertThat(table.median(hop, BusHops.P50))
          .as(hop)
          .isPositive()
          .isLessThanOrEqualTo(table.median(hop, BusHops.P99));
    }
  }
}
