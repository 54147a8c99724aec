package dev.sluice.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, section 13. */
class ConditionsTest {
  private static final long MODIFIED = Instant.parse("1994-11-06T08:49:37Z").toEpochMilli();
  private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final long NOW = Instant.parse("2026-11-06T08:49:37Z").toEpochMilli();

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
    assertThat(of(name, value).check("\"t\"", SAME, NOW)).isEqualTo(outcome);
  }

  @Test
  void tagsComeBeforeDates() {
    assertThat(of("If-None-Match", "\"a\"", "If-Modified-Since", SAME).check("\"t\"", SAME, NOW))
        .isEqualTo(Conditions.Outcome.SEND);
    assertThat(
            of("If-Match", "\"t\"", "If-Unmodified-Since", "Sun, 06 Nov 1993 08:49:37 GMT")
                .check("\"t\"", SAME, NOW))
        .isEqualTo(Conditions.Outcome.SEND);
    assertThat(of("If-Match", "\"a\"", "If-None-Match", "\"t\"").check("\"t\"", SAME, NOW))
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
          Sunday, 06-Nov-94 08:49:37 GMT  | 10   | true
          Sun Nov  6 08:49:37 1994        | 10   | true
          Sun, 06 Nov 1994 08:49:37 GMT   | 1    | false
          Sun, 06 Nov 1994 08:49:38 GMT   | 10   | false
          yesterday                       | 10   | false
          """)
  void partsAreOnlyAddedToTheSameForm(String ifRange, int seconds, boolean part) {
    Conditions conditions = of("Range", "bytes=1-2", "If-Range", ifRange);
    long now = MODIFIED + Duration.ofSeconds(seconds).toMillis();
    assertThat(conditions.range("\"t\"", SAME, 100, now) != null).isEqualTo(part);
  }

  @Test
  void aHeadHasNoParts() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Range", "bytes=0-1");
    assertThat(Conditions.of(true, headers).range("\"t\"", SAME, 100, NOW)).isNull();
    assertThat(Conditions.forCache(true, headers).rangeOfStored(null, null, null, 100, NOW))
        .isNull();
  }

  /** By the Date it was sent with: RFC 9110, section 8.8.2.2. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      delimiter = '|',
      textBlock =
          """
          "t"                             | null                            | true
          "a"                             | null                            | false
          W/"t"                           | null                            | false
          Sun, 06 Nov 1994 08:49:37 GMT   | Sun, 06 Nov 1994 08:49:37 GMT   | false
          Sun, 06 Nov 1994 08:49:37 GMT   | Sun, 06 Nov 1994 08:49:38 GMT   | true
          Sunday, 06-Nov-94 08:49:37 GMT  | Sun, 06 Nov 1994 08:49:38 GMT   | true
          Sun, 06 Nov 1994 08:49:38 GMT   | Sun, 06 Nov 1994 09:49:38 GMT   | false
          Sun, 06 Nov 1994 08:49:37 GMT   | null                            | false
          Sun, 06 Nov 1994 08:49:37 GMT   | yesterday                       | false
          yesterday                       | Sun, 06 Nov 1994 09:49:38 GMT   | false
          """)
  void partsOfWhatIsStoredAreOnlyAddedToTheSameForm(String ifRange, String date, boolean part) {
    MultiMap headers = headers("Range", "bytes=1-2", "If-Range", ifRange);
    Conditions conditions = Conditions.forCache(false, headers);
    assertThat(conditions.rangeOfStored("\"t\"", SAME, date, 100, NOW) != null).isEqualTo(part);
    assertThat(conditions.rangeOfStored(null, null, date, 100, NOW)).as("without either").isNull();
  }

  @Test
  void aWeakTagNamesNoParts() {
    Conditions conditions = of("Range", "bytes=1-2", "If-Range", "W/\"t\"");
    assertThat(conditions.range("W/\"t\"", SAME, 100, NOW)).isNull();
  }

  @Test
  void aListOfTagsIsReadAsOne() {
    MultiMap headers = headers("If-None-Match", "\"a,b\", , W/\"c\"", "If-None-Match", "\"d\"");
    for (String tag : new String[] {"\"a,b\"", "\"c\"", "W/\"c\"", "W/\"d\""}) {
      assertThat(Conditions.forCache(false, headers).check(tag, null, null, NOW))
          .as(tag)
          .isEqualTo(Conditions.Outcome.NOT_MODIFIED);
    }
    for (String tag : new String[] {"\"a\"", "\"b\"", null}) {
      assertThat(Conditions.forCache(false, headers).check(tag, SAME, null, NOW))
          .as(tag)
          .isEqualTo(Conditions.Outcome.SEND);
    }
  }

  /** RFC 9110, section 13.1.3: what is no date is no condition, whoever said it first. */
  @Test
  void whatIsNoDateIsNoCondition() {
    assertThat(of("If-Modified-Since", "one").check(null, "one", NOW))
        .isEqualTo(Conditions.Outcome.SEND);
    assertThat(of("If-Modified-Since", SAME).check(null, "one", NOW))
        .isEqualTo(Conditions.Outcome.SEND);
    assertThat(of("If-Unmodified-Since", SAME).check(null, null, NOW))
        .as("nobody knows when it was modified")
        .isEqualTo(Conditions.Outcome.SEND);
  }

  /** RFC 9111, section 4.3.2. */
  @Test
  void theDateOfWhatIsStoredStandsInForWhenItWasModified() {
    Conditions conditions = Conditions.forCache(false, headers("If-Modified-Since", SAME));
    for (String modified : new String[] {null, "one"}) {
      assertThat(conditions.check(null, modified, SAME, NOW))
          .isEqualTo(Conditions.Outcome.NOT_MODIFIED);
      assertThat(conditions.check(null, modified, "Sun, 06 Nov 1994 08:49:38 GMT", NOW))
          .isEqualTo(Conditions.Outcome.SEND);
    }
  }

  @Test
  void whatOnlyAnOriginCanJudgeIsLeftToIt() {
    MultiMap headers =
        headers("If-Match", "\"a\"", "If-Unmodified-Since", "Sun Nov  6 08:49:37 1983");
    assertThat(Conditions.of(false, headers).check("\"t\"", SAME, NOW))
        .isEqualTo(Conditions.Outcome.FAILED);
    assertThat(Conditions.forCache(false, headers).check("\"t\"", SAME, SAME, NOW))
        .isEqualTo(Conditions.Outcome.SEND);
    MultiMap more = headers("If-Match", "\"a\"", "If-None-Match", "\"b\"");
    assertThat(Conditions.forCache(false, more).check("\"t\"", SAME, SAME, NOW))
        .isEqualTo(Conditions.Outcome.SEND);
    assertThat(Conditions.mayHaveIt(headers)).isFalse();
    assertThat(Conditions.mayHaveIt(headers("If-None-Match", "*"))).isTrue();
    assertThat(Conditions.mayHaveIt(headers("If-Modified-Since", SAME))).isTrue();
  }

  private static Conditions of(String... namesAndValues) {
    return Conditions.of(false, headers(namesAndValues));
  }

  private static MultiMap headers(String... namesAndValues) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }
}
