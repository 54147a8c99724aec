package dev.sluice.edge.files;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;

/** Dates in header fields (RFC 9110, section 5.6.7): one form is written, three are read. */
final class HttpDates {
  private static final DateTimeFormatter FIXED =
      form("EEE, dd MMM yyyy HH:mm:ss 'GMT'"); // RFC_1123_DATE_TIME has days of one digit
  private static final List<DateTimeFormatter> READ =
      List.of(
          FIXED,
          new DateTimeFormatterBuilder()
              .appendPattern("EEEE, dd-MMM-")
              .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
              .appendPattern(" HH:mm:ss 'GMT'")
              .toFormatter(Locale.US)
              .withZone(ZoneOffset.UTC),
          form("EEE MMM ppd HH:mm:ss yyyy"));

  private HttpDates() {}

  static String write(Instant time) {
    return FIXED.format(time);
  }

  /** Null if it is none. */
  static Instant read(String date) {
    for (DateTimeFormatter form : READ) {
      Instant time = read(date, form);
      if (time != null) {
        return time;
      }
    }
    return null;
  }

  private static Instant read(String date, DateTimeFormatter form) {
    try {
      return Instant.from(form.parse(date));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US).withZone(ZoneOffset.UTC);
  }
}
