package dev.sluice.platform.config;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with a unit behind them: durations ({@code 250ms}) and sizes ({@code 10MB}). */
final class Amounts {

  // 15 digits hold every useful amount; products that still overflow are refused below.
  private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(B|KB|MB|GB)?");
  private static final String[] TIME_UNITS = {"d", "h", "m", "s", "ms"};
  private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final String[] SIZE_UNITS = {"GB", "MB", "KB", "B"};
  private static final long[] BYTES = {1L << 30, 1L << 20, 1L << 10, 1};

  private Amounts() {}

  /** Milliseconds of a text such as 5s; empty when it is none. */
  static OptionalLong millis(String text) {
    return amount(DURATION.matcher(text), TIME_UNITS, MILLIS);
  }

  /** Bytes of a text such as 10MB or 4096; empty when it is none. */
  static OptionalLong bytes(String text) {
    return amount(SIZE.matcher(text.toUpperCase(Locale.ROOT)), SIZE_UNITS, BYTES);
  }

  static String duration(long millis) {
    return millis == 0 ? "0s" : text(millis, TIME_UNITS, MILLIS);
  }

  static String duration(Duration duration) {
    return duration(duration.toMillis());
  }

  static String size(long bytes) {
    return bytes == 0 ? "0" : text(bytes, SIZE_UNITS, BYTES);
  }

  private static OptionalLong amount(Matcher matcher, String[] units, long[] factors) {
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    for (int i = 0; i < units.length; i++) {
      if (units[i].equals(matcher.group(2))) {
        return number > Long.MAX_VALUE / factors[i]
            ? OptionalLong.empty()
            : OptionalLong.of(number * factors[i]);
      }
    }
    return OptionalLong.of(number);
  }

  private static String text(long amount, String[] units, long[] factors) {
    for (int i = 0; i < units.length; i++) {
      if (amount % factors[i] == 0) {
        return amount / factors[i] + units[i];
      }
    }
    throw new AssertionError("the last factor is 1");
  }
}
