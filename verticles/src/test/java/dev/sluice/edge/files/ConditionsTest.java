package dev.sluice.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, sections 13 and 14. */
class ConditionsTest {
  private static final Instant MODIFIED = Instant.parse("1994-11-06T08:49:37Z");
  private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      textBlock =
          """
          null,              null
          bytes=0-,          0+100
          bytes=0-0,         0+1
          bytes=0-99,        0+100
          bytes=0-100,       0+100
          bytes=99-,         99+1
          bytes=10-19,       10+10
          BYTES=10-19,       10+10
          bytes= 10-19,      10+10
          bytes=-1,          99+1
          bytes=-100,        0+100
          bytes=-101,        0+100
          bytes=-99999999999999999999, 0+100
          bytes=0-99999999999999999999, 0+100
          bytes=100-,        none
          bytes=99999999999999999999-,  none
          bytes=-0,          none
          bytes=5-4,         null
          'bytes=0-1,5-6',   null
          bytes=,            null
          bytes=-,           null
          bytes=a-b,         null
          bytes=0-1-2,       null
          bytes=+1-2,        null
          bytes 0-1,         null
          items=0-1,         null
          bytes=١-٢,         null
          """)
  void oneRangeIsRead(String field, String range) {
    ByteRange read = ByteRange.of(field, 100);
    String written =
        read == null ? null : read.isNowhere() ? "none" : read.first() + "+" + read.length();
    assertThat(written).isEqualTo(range);
  }

  @Test
  void anEmptyFileHasNoParts() {
    assertThat(ByteRange.of("bytes=0-", 0)).isSameAs(ByteRange.UNSATISFIABLE);
    assertThat(ByteRange.of("bytes=-5", 0)).isSameAs(ByteRange.UNSATISFIABLE);
    assertThat(new ByteRange(10, 5).of(100)).isEqualTo("bytes 10-14/100");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          If-None-Match      | "t"                             | NOT_MODIFIED
          If-None-Match      | W/"t"                           | NOT_MODIFIED
          If-None-Match      | "a", "t"                        | NOT_MODIFIED
          If-None-Match      | *                               | NOT_MODIFIED
          If-None-Match      | "a"                             | SEND
          If-None-Match      | t                               | SEND
          If-Match           | "t"                             | SEND
          If-Match           | *                               | SEND
          If-Match           | W/"t"                           | FAILED
          If-Match           | "a"                             | FAILED
          If-Modified-Since  | Sun, 06 Nov 1994 08:49:37 GMT   | NOT_MODIFIED
          If-Modified-Since  | Sunday, 06-Nov-94 08:49:37 GMT  | NOT_MODIFIED
          If-Modified-Since  | Sun Nov  6 08:49:37 1994        | NOT_MODIFIED
          If-Modified-Since  | Sun, 06 Nov 1994 08:49:38 GMT   | NOT_MODIFIED
          If-Modified-Since  | Sun, 06 Nov 1994 08:49:36 GMT   | SEND
          If-Modified-Since  | yesterday                       | SEND
          If-Unmodified-Since| Sun, 06 Nov 1994 08:49:37 GMT   | SEND
          If-Unmodified-Since| Sun, 06 Nov 1994 08:49:36 GMT   | FAILED
          If-Unmodified-Since| yesterday                       | SEND
          """)
  void conditionsAreChecked(String name, String value, Conditions.Outcome outcome) {
    assertThat(of(name, value).check("\"t\"", MODIFIED)).isEqualTo(outcome);
  }

  @Test
  void tagsComeBeforeDates() {
    assertThat(of("If-None-Match", "\"a\"", "If-Modified-Since", SAME).check("\"t\"", MODIFIED))
        .isEqualTo(Conditions.Outcome.SEND);
    assertThat(
            of("If-Match", "\"t\"", "If-Unmodified-Since", "Sun, 06 Nov 1993 08:49:37 GMT")
                .check("\"t\"", MODIFIED))
        .isEqualTo(Conditions.Outcome.SEND);
    assertThat(of("If-Match", "\"a\"", "If-None-Match", "\"t\"").check("\"t\"", MODIFIED))
        .isEqualTo(Conditions.Outcome.FAILED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "t"                             | 10   | true
          "a"                             | 10   | false
          W/"t"                           | 10   | false
          Sun, 06 Nov 1994 08:49:37 GMT   | 10   | true
          Sun, 06 Nov 1994 08:49:37 GMT   | 1    | false
          Sun, 06 Nov 1994 08:49:38 GMT   | 10   | false
          yesterday                       | 10   | false
          """)
  void partsAreOnlyAddedToTheSameForm(String ifRange, int seconds, boolean part) {
    Conditions conditions = of("Range", "bytes=1-2", "If-Range", ifRange);
    Instant now = MODIFIED.plus(Duration.ofSeconds(seconds));
    assertThat(conditions.range("\"t\"", MODIFIED, 100, now) != null).isEqualTo(part);
  }

  @Test
  void aHeadHasNoParts() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Range", "bytes=0-1");
    assertThat(Conditions.of(true, headers).range("\"t\"", MODIFIED, 100, MODIFIED)).isNull();
  }

  @Test
  void datesAreWrittenWithTwoDigits() {
    assertThat(HttpDates.write(MODIFIED)).isEqualTo(SAME);
  }

  private static Conditions of(String... namesAndValues) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Conditions.of(false, headers);
  }
}
