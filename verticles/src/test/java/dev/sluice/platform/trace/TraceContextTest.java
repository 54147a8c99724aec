package dev.sluice.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of https://www.w3.org/TR/trace-context/, section 3.2. */
class TraceContextTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

  @ParameterizedTest
  @ValueSource(
      strings = {
        VALID,
        "00-" + TRACE + "-" + SPAN + "-00",
        "00-" + TRACE + "-" + SPAN + "-ff",
        "00-" + TRACE + "-0000000000000001-01",
        "01-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01-what-the-future-will-be-like",
        "fe-" + TRACE + "-" + SPAN + "-01-",
      })
  void isTaken(String value) {
    assertThat(TraceContext.valid(value)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "00",
        // all-zero ids
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        // upper case, and what is no hex digit
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-" + TRACE + "-00F067AA0BA902B7-01",
        "00-" + TRACE + "-" + SPAN + "-0A",
        "00-" + TRACE + "-00f067aa0ba902bg-01",
        "0x-" + TRACE + "-" + SPAN + "-01",
        "CC-" + TRACE + "-" + SPAN + "-01",
        // the version that must not be
        "ff-" + TRACE + "-" + SPAN + "-01",
        "ff-" + TRACE + "-" + SPAN + "-01-more",
        // version 00 has exactly this length; a later one goes on with a dash
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-" + TRACE + "-" + SPAN + "-01-",
        "00-" + TRACE + "-" + SPAN + "-011",
        "01-" + TRACE + "-" + SPAN + "-01.more",
        "00-" + TRACE + "-" + SPAN + "-0",
        "00-" + TRACE + "-" + SPAN,
        " " + VALID,
        VALID + " ",
        // dashes where they belong
        "00_" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "_" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "_01",
      })
  void isNotTaken(String value) {
    assertThat(TraceContext.valid(value)).isFalse();
  }

  @Test
  void aChildIsAnotherSpanOfTheSameTraceWithTheSameFlags() {
    String child = TraceContext.child("00-" + TRACE + "-" + SPAN + "-00");
    assertThat(child).matches("00-" + TRACE + "-[0-9a-f]{16}-00").doesNotContain(SPAN);
    assertThat(TraceContext.valid(child)).isTrue();
    assertThat(TraceContext.traceId(child)).isEqualTo(TRACE);
  }

  /** What a later version adds after the flags is not ours to pass on. */
  @Test
  void aChildOfALaterVersionIsOfOurs() {
    assertThat(TraceContext.child("cc-" + TRACE + "-" + SPAN + "-01-more"))
        .matches("00-" + TRACE + "-[0-9a-f]{16}-01");
  }

  @Test
  void newTracesAreSampledAndTheirOwn() {
    Set<String> traces = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      String begun = TraceContext.begin();
      assertThat(TraceContext.valid(begun)).as(begun).isTrue();
      assertThat(begun).endsWith("-01");
      traces.add(TraceContext.traceId(begun));
    }
    assertThat(traces).hasSize(1_000);
  }
}
