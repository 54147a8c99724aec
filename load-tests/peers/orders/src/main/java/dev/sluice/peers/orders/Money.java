package dev.sluice.peers.orders;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An amount in minor units of an ISO 4217 currency, {@code {"amount":"99.99","currency":"EUR"}} in
 * JSON.
 *
 * @param minor the amount in minor units, at most 15 digits
 * @param currency three upper-case letters
 */
record Money(long minor, String currency) {
  private static final long MAX_MINOR = 999_999_999_999_999L;
  private static final int LONGEST = 21;

  Money {
    decimals(currency);
    if (minor < -MAX_MINOR || minor > MAX_MINOR) {
      throw new IllegalArgumentException("amount must have at most 15 digits");
    }
  }

  @JsonCreator
  static Money parse(
      @JsonProperty("amount") String amount, @JsonProperty("currency") String currency) {
    if (amount == null || amount.length() > LONGEST) {
      throw new IllegalArgumentException("amount must be a decimal number in a string");
    }
    try {
      long minor = new BigDecimal(amount).movePointRight(decimals(currency)).longValueExact();
      return new Money(minor, currency);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("amount has too many digits for " + currency, e);
    }
  }

  @JsonValue
  Map<String, String> json() {
    Map<String, String> json = new LinkedHashMap<>(4);
    json.put("amount", BigDecimal.valueOf(minor, decimals(currency)).toPlainString());
    json.put("currency", currency);
    return json;
  }

  Money plus(Money other) {
    return new Money(minor + other.minor, currency);
  }

  Money times(int quantity) {
    try {
      return new Money(Math.multiplyExact(minor, quantity), currency);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("amount times quantity has too many digits", e);
    }
  }

  private static int decimals(String currency) {
    if (currency == null) {
      throw new IllegalArgumentException("currency is missing");
    }
    return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
  }
}
