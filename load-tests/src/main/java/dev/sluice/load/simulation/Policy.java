package dev.sluice.load.simulation;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first limit of a {@code RateLimit-Policy} field (draft-ietf-httpapi-ratelimit-headers).
 *
 * @param rate requests a second; 0 for no limit
 * @param burst requests at once
 */
record Policy(double rate, double burst) {
  private static final Pattern QUOTA = Pattern.compile(";q=([0-9]+)");
  private static final Pattern WINDOW = Pattern.compile(";w=([0-9]+)");
  private static final Pattern BURST = Pattern.compile(";sluice-burst=([0-9]+)");

  /**
   * @param field empty when the answer had none
   */
  static Policy read(String field) {
    String first = field.contains(",") ? field.substring(0, field.indexOf(',')) : field;
    double quota = number(QUOTA, first, 0);
    return new Policy(quota / number(WINDOW, first, 1), number(BURST, first, quota));
  }

  boolean limited() {
    return rate > 0;
  }

  private static double number(Pattern pattern, String text, double otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : otherwise;
  }
}
