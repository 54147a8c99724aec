package dev.sluice.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An amount in minor units (cents) of an ISO 4217 currency; never a double. In JSON {@code
 * {"amount":"99.99","currency":"EUR"}}, with as many decimals as the currency has.
 *
 * @param minor the amount in minor units, at most 15 digits
 * @param currency three upper-case letters
 */
public record Money(long minor, String currency) {
  /** 15 digits: a JSON reader that turns numbers into doubles still has them all. */
  public static final long MAX_MINOR = 999_999_999_999_999L;

  public Money {
    Check.present("currency", currency);
    decimals(currency);
    if (minor < -MAX_MINOR || minor > MAX_MINOR) {
      throw Problem.field("amount", "must have at most 15 digits");
    }
  }

  @JsonCreator
  static Money parse(
      @JsonProperty("amount") String amount, @JsonProperty("currency") String currency) {
    Check.present("amount", amount);
    Check.present("currency", currency);
    return new Money(minor(amount, currency, decimals(currency)), currency);
  }

  /** By hand, because every order read anywhere comes through here. */
  private static long minor(String amount, String currency, int decimals) {
    int from = amount.startsWith("-") ? 1 : 0;
    int dot = amount.indexOf('.');
    int whole = (dot < 0 ? amount.length() : dot) - from;
    int fraction = dot < 0 ? 0 : amount.length() - dot - 1;
    if (whole < 1 || whole > 15 || fraction > 4 || (dot >= 0 && fraction == 0)) {
      throw notAnAmount();
    }
    long minor = 0;
    for (int i = from; i < amount.length(); i++) {
      char c = amount.charAt(i);
      if (i == dot) {
        continue;
      }
      if (c < '0' || c > '9') {
        throw notAnAmount();
      }
      if (dot < 0 || i <= dot + decimals) {
        minor = minor * 10 + (c - '0');
      } else if (c != '0') {
        throw Problem.field("amount", "has more than the " + decimals + " decimals of " + currency);
      }
    }
    for (int missing = decimals - fraction; missing > 0; missing--) {
      minor *= 10;
    }
    return from == 1 ? -minor : minor;
  }

  private static Failure notAnAmount() {
    return Problem.field("amount", "must be a decimal number in a string, such as \"99.99\"");
  }

  @JsonValue
  Map<String, String> json() {
    Map<String, String> json = new LinkedHashMap<>(4);
    json.put("amount", amount());
    json.put("currency", currency);
    return json;
  }

  /** The decimal text, such as {@code 99.99}. */
  public String amount() {
    return BigDecimal.valueOf(minor, decimals(currency)).toPlainString();
  }

  /**
   * @throws Failure INVALID when the currencies differ or the sum has more than 15 digits
   */
  public Money plus(Money other) {
    if (!currency.equals(other.currency)) {
      throw Problem.field("currency", "must be the same everywhere, was " + other.currency);
    }
    return new Money(minor + other.minor, currency);
  }

  /**
   * @throws Failure INVALID when the product has more than 15 digits
   */
  public Money times(int quantity) {
    try {
      return new Money(Math.multiplyExact(minor, quantity), currency);
    } catch (ArithmeticException e) {
      throw Problem.field("amount", "times the quantity must have at most 15 digits");
    }
  }

  private static int decimals(String currency) {
    try {
      return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    } catch (IllegalArgumentException e) {
      throw Problem.field("currency", "must be an ISO 4217 code such as \"EUR\"");
    }
  }
}
