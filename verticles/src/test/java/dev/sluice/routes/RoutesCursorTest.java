package dev.sluice.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesCursorTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 255, 256, 1L << 40, Long.MAX_VALUE})
  void comesBackAsItWent(long version) {
    RoutesCursor cursor = new RoutesCursor(version);
    assertThat(RoutesCursor.parse(cursor.text())).isEqualTo(cursor);
    assertThat(cursor.text()).matches("[A-Za-z0-9_-]{11}");
  }

  @Test
  void noneIsTheFirstPage() {
    assertThat(RoutesCursor.parse(null)).isEqualTo(RoutesCursor.NEWEST);
  }

  // 0 and -1, a last digit with bits that mean nothing, padding, too short, too long, no base64.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AAAAAAAAAAA",
        "__________8",
        "AAAAAAAAAAF",
        "AAAAAAAAAAE=",
        "AAAA",
        "AAAAAAAAAAAAAAAA",
        "1",
        "!"
      })
  void garbageNamesTheField(String text) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> RoutesCursor.parse(text))
        .satisfies(
            failure -> {
              assertThat(failure.problem()).isEqualTo(Problem.INVALID);
              assertThat(failure.fields())
                  .extracting(Failure.Field::field)
                  .containsExactly("cursor");
            });
  }
}
