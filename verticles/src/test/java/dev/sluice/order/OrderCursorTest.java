package dev.sluice.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderCursorTest {

  @Test
  void comesBackAsItWent() {
    long seed = System.nanoTime();
    System.out.println("OrderCursorTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      Instant at =
          Instant.EPOCH.plus(random.nextLong(0, 253_402_300_799_999_999L), ChronoUnit.MICROS);
      OrderCursor cursor = new OrderCursor(at, new UUID(random.nextLong(), random.nextLong()));
      assertThat(OrderCursor.parse(cursor.text())).isEqualTo(cursor);
      assertThat(cursor.text()).matches("[A-Za-z0-9_-]{32}");
    }
    assertThat(OrderCursor.parse(OrderCursor.NEWEST.text())).isEqualTo(OrderCursor.NEWEST);
  }

  @Test
  void noneIsTheFirstPage() {
    assertThat(OrderCursor.parse(null)).isEqualTo(OrderCursor.NEWEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "not base64 at all!",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u0000"
      })
  void garbageNamesTheField(String text) {
    assertInvalid(text);
  }

  @Test
  void timesThatPostgresDoesNotKnowAreGarbage() {
    for (long micros : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 253_402_300_800_000_000L}) {
      byte[] bytes = ByteBuffer.allocate(24).putLong(micros).array();
      assertInvalid(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
  }

  private static void assertInvalid(String text) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> OrderCursor.parse(text))
        .satisfies(
            failure -> {
              assertThat(failure.problem()).isEqualTo(Problem.INVALID);
              assertThat(failure.fields())
                  .extracting(Failure.Field::field)
                  .containsExactly("cursor");
            });
  }
}
