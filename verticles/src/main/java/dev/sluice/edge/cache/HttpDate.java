package dev.sluice.edge.cache;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Dates as HTTP writes them (RFC 9110 section 5.6.7), in all three of its ways. */
final class HttpDate {
  /** No date. */
  static final long NONE = Long.MIN_VALUE;

  private static final int LONGEST = 40;
  private static final DateTimeFormatter USUAL = pattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
  private static final List<DateTimeFormatter> OLD =
      List.of(
          pattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'"),
          pattern("EEE MMM dd HH:mm:ss uuuu"),
          pattern("EEE MMM  d HH:mm:ss uuuu"));

  private HttpDate() {}

  private static DateTimeFormatter pattern(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US);
  }

  /** Milliseconds since 1970, or {@link #NONE} for null and for what is no date. */
  static long millis(String text) {
    if (text == null || text.isEmpty() || text.length() > LONGEST) {
      return NONE;
    }
    long usual = parse(text, USUAL);
    for (int i = 0; usual == NONE && i < OLD.size(); i++) {
      usual = parse(text, OLD.get(i));
    }
    return usual;
  }

  /** In the usual way. */
  static String text(long millis) {
    return USUAL.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }

  private static long parse(String text, DateTimeFormatter format) {
    try {
      return LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeException e) {
      return NONE;
    }
  }
}
