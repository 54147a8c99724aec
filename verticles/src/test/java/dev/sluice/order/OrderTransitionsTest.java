package dev.sluice.order;

import static dev.sluice.contract.Order.Status.CANCELLED;
import static dev.sluice.contract.Order.Status.CONFIRMED;
import static dev.sluice.contract.Order.Status.CREATED;
import static dev.sluice.contract.Order.Status.DELIVERED;
import static dev.sluice.contract.Order.Status.PROCESSING;
import static dev.sluice.contract.Order.Status.SHIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Order.Status;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderTransitionsTest {
  private static final Map<Status, Set<Status>> ALLOWED =
      Map.of(
          CREATED, Set.of(CONFIRMED, CANCELLED),
          CONFIRMED, Set.of(PROCESSING, SHIPPED, CANCELLED),
          PROCESSING, Set.of(SHIPPED, CANCELLED),
          SHIPPED, Set.of(DELIVERED),
          DELIVERED, Set.of(),
          CANCELLED, Set.of());

  @Test
  void allPairsAreAsTheTableSays() {
    int pairs = 0;
    for (Status from : Status.values()) {
      for (Status to : Status.values()) {
        assertThat(OrderTransitions.canBecome(from, to))
            .as("%s -> %s", from, to)
            .isEqualTo(ALLOWED.get(from).contains(to));
        pairs++;
      }
    }
    assertThat(pairs).isEqualTo(36);
  }

  @Test
  void aRefusalSaysFromWhereToWhereAndWhatIsAllowed() {
    assertThat(OrderTransitions.refusal(CONFIRMED, DELIVERED))
        .isEqualTo(
            "the order is confirmed and cannot become delivered;"
                + " from here it can become processing, shipped, cancelled");
    assertThat(OrderTransitions.refusal(CANCELLED, CREATED))
        .isEqualTo("the order is cancelled and cannot become created; cancelled is final");
  }
}
