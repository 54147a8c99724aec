package dev.sluice.edge.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Dates as fields have them (RFC 9110 section 5.6.7): one form is written, three are read. */
public final class HttpDate {
  /** No date. */
  public static final long NONE = Long.MIN_VALUE;

  private static final Locale LOCALE = Locale.US;

  /** That of java.time writes days before the tenth with one digit. */
  private static final DateTimeFormatter USUAL =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", LOCALE);

  private static final int USUAL_LENGTH = "Sun, 06 Nov 1994 08:49:37 GMT".length();

  private static final DateTimeFormatter OF_C =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", LOCALE);

  private static final int OF_C_LENGTH = "Sun Nov  6 08:49:37 1994".length();

  /** What comes after the day of the week; which century is meant is found out later. */
  private static final DateTimeFormatter TWO_DIGITS =
      new DateTimeFormatterBuilder()
          .appendPattern("dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(LOCALE);

  private static final int TWO_DIGITS_LENGTH = "06-Nov-94 08:49:37 GMT".length();
  private static final int YEARS_AHEAD = 50;
  private static final int CENTURY = 100;

  private HttpDate() {}

  /**
   * Milliseconds since 1970, or {@link #NONE} for null and for what is no date.
   *
   * @param now likewise; a year of two digits is meant in the past when it would be more than 50
   *     years from now
   */
  public static long millis(String text, long now) {
    if (text == null || text.length() < OF_C_LENGTH) {
      return NONE;
    }
    try {
      if (text.length() == USUAL_LENGTH && text.charAt(3) == ',') {
        return millis(LocalDateTime.parse(text, USUAL));
      }
      if (text.length() == OF_C_LENGTH) {
        return millis(LocalDateTime.parse(text, OF_C));
      }
      int comma = text.length() - TWO_DIGITS_LENGTH - 2;
      return comma > 0 && text.startsWith(", ", comma)
          ? ofTwoDigits(text.substring(0, comma), text.substring(comma + 2), now)
          : NONE;
    } catch (DateTimeException e) {
      return NONE;
    }
  }

  private static long ofTwoDigits(String day, String rest, long now) {
    LocalDateTime latest =
        Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC).toLocalDateTime().plusYears(YEARS_AHEAD);
    LocalDateTime time = LocalDateTime.parse(rest, TWO_DIGITS);
    int centuries = Math.floorDiv(latest.getYear() - time.getYear(), CENTURY);
    time = time.plusYears((long) CENTURY * centuries);
    if (time.isAfter(latest)) {
      time = time.minusYears(CENTURY);
    }
    boolean fits = time.getDayOfWeek().getDisplayName(TextStyle.FULL, LOCALE).equals(day);
    return fits ? millis(time) : NONE;
  }

  private static long millis(LocalDateTime time) {
    return time.toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  /** In the usual form. */
  public static String text(long millis) {
    return USUAL.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }
}
