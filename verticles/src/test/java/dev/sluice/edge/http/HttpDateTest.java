package dev.sluice.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, section 5.6.7. */
class HttpDateTest {
  private static final long NOW = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Sun, 06 Nov 1994 08:49:37 GMT     | 1994-11-06T08:49:37Z
          Sunday, 06-Nov-94 08:49:37 GMT    | 1994-11-06T08:49:37Z
          Sun Nov  6 08:49:37 1994          | 1994-11-06T08:49:37Z
          Sun Nov 06 08:49:37 1994          | 1994-11-06T08:49:37Z
          Wed Nov 16 08:49:37 1994          | 1994-11-16T08:49:37Z
          Wed, 16 Nov 1994 23:59:59 GMT     | 1994-11-16T23:59:59Z
          Wednesday, 16-Nov-94 23:59:59 GMT | 1994-11-16T23:59:59Z
          Thu, 01 Jan 1970 00:00:00 GMT     | 1970-01-01T00:00:00Z
          Wed, 31 Dec 1969 23:59:59 GMT     | 1969-12-31T23:59:59Z
          Tue, 29 Feb 2000 00:00:00 GMT     | 2000-02-29T00:00:00Z
          """)
  void threeFormsAreRead(String text, Instant time) {
    assertThat(HttpDate.millis(text, NOW)).isEqualTo(time.toEpochMilli());
  }

  /** More than 50 years from now it is meant in the past. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Saturday, 21-Nov-26 12:00:00 GMT  | 2026-11-21T12:00:00Z | 2026-11-21T12:00:00Z
          Monday, 01-Jan-46 00:00:00 GMT    | 2026-11-21T12:00:00Z | 2046-01-01T00:00:00Z
          Saturday, 21-Nov-76 12:00:00 GMT  | 2026-11-21T12:00:00Z | 2076-11-21T12:00:00Z
          Sunday, 21-Nov-76 12:00:01 GMT    | 2026-11-21T12:00:00Z | 1976-11-21T12:00:01Z
          Saturday, 01-Jan-77 00:00:00 GMT  | 2026-11-21T12:00:00Z | 1977-01-01T00:00:00Z
          Sunday, 21-Nov-99 12:00:00 GMT    | 1980-01-01T00:00:00Z | 1999-11-21T12:00:00Z
          Tuesday, 21-Nov-50 12:00:00 GMT   | 1980-01-01T00:00:00Z | 1950-11-21T12:00:00Z
          Friday, 21-Nov-10 12:00:00 GMT    | 2090-01-01T00:00:00Z | 2110-11-21T12:00:00Z
          """)
  void aYearOfTwoDigitsIsNear(String text, Instant now, Instant time) {
    assertThat(HttpDate.millis(text, now.toEpochMilli())).isEqualTo(time.toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "yesterday",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Mon, 06 Nov +10000 08:49:37 GMT",
        "Monday, 06-Nov-94 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        ", 06-Nov-94 08:49:37 GMT",
        "Mon Nov  6 08:49:37 1994",
        "Sun, 06 Nov 199999999994 08:49:37 GMT"
      })
  void nothingElseIsADate(String text) {
    assertThat(HttpDate.millis(text, NOW)).isEqualTo(HttpDate.NONE);
  }

  @Test
  void noTextIsNoDate() {
    assertThat(HttpDate.millis(null, NOW)).isEqualTo(HttpDate.NONE);
  }

  @Test
  void datesAreWrittenWithTwoDigits() {
    long time = Instant.parse("1994-11-06T08:49:37.999Z").toEpochMilli();
    assertThat(HttpDate.text(time)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }
}
