package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
  @ParameterizedTest
  @CsvSource({
    "99.99,EUR,9999",
    "99.9,EUR,9990",
    "99,EUR,9900",
    "0,EUR,0",
    "-0.01,EUR,-1",
    "1.2300,EUR,123",
    "100,JPY,100",
    "1.000,JPY,1",
    "1.234,KWD,1234",
    "9999999999999.99,EUR,999999999999999",
  })
  void readsWhatItWrites(String amount, String currency, long minor) {
    Money money = Money.parse(amount, currency);
    assertThat(money).isEqualTo(new Money(minor, currency));
    assertThat(Money.parse(money.amount(), currency)).isEqualTo(money);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        ".",
        ".5",
        "5.",
        "1,5",
        "1e3",
        "+1",
        " 1",
        "1 ",
        "--1",
        "1.2.3",
        "0x1",
        "1.005",
        "1.00001",
        "NaN",
        "\u0661",
        "10000000000000.00",
        "9999999999999999",
        "1\u0000",
      })
  void refusesWhatIsNoAmount(String amount) {
    Failure failure = catchThrowableOfType(Failure.class, () -> Money.parse(amount, "EUR"));
    assertThat(failure.fields()).extracting(Failure.Field::field).containsExactly("amount");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "eur", "EURO", "XYZ", "123"})
  void refusesWhatIsNoCurrency(String currency) {
    Failure failure = catchThrowableOfType(Failure.class, () -> Money.parse("1", currency));
    assertThat(failure.fields()).extracting(Failure.Field::field).containsExactly("currency");
  }

  @Test
  void agreesWithBigDecimal() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      String currency = List.of("EUR", "JPY", "KWD").get(random.nextInt(3));
      Money money = new Money(random.nextLong(-Money.MAX_MINOR, Money.MAX_MINOR), currency);
      String text = money.amount();
      int decimals = java.util.Currency.getInstance(currency).getDefaultFractionDigits();
      assertThat(Money.parse(text, currency).minor())
          .as("seed %d: %s %s", seed, text, currency)
          .isEqualTo(new BigDecimal(text).movePointRight(decimals).longValueExact());
    }
  }
}
