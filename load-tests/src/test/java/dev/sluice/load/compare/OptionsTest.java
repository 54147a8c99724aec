package dev.sluice.load.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void withoutAnyEverythingIsMeasuredFiveTimes() {
    Options options = Options.parse("compare");
    assertThat(options.rounds()).isEqualTo(5);
    assertThat(options.seconds()).isEqualTo(5);
    assertThat(options.all()).isTrue();
    assertThat(options.only().matcher("anything").find()).isTrue();
  }

  @Test
  void theOnesThatAreGivenWin() {
    Options options = Options.parse("compare", "--rounds", "2", "--seconds", "99", "--only", "or");
    assertThat(options.rounds()).isEqualTo(2);
    assertThat(options.seconds()).isEqualTo(99);
    assertThat(options.all()).isFalse();
    assertThat(options.only().matcher("orders").find()).isTrue();
    assertThat(options.only().matcher("bus").find()).isFalse();
    assertThat(Options.parse("compare", "--only", ".*").all()).isTrue();
  }

  @Test
  void whatIsChosenIsFoundInTheName() {
    Options options = Options.of("compare", Contender.NAMES, "--only", "limiter");
    assertThat(Contender.NAMES.stream().filter(options::has))
        .containsExactly("Spring Cloud Gateway + its Redis limiter");
  }

  @Test
  void whatIsWrongIsNamed() {
    refused("platform knows --rounds, --seconds and --only, not '--round'", "--round", "5");
    refused("--rounds needs a number from 1 to 99, not '0'", "--rounds", "0");
    refused("--seconds needs a number from 1 to 99, not '100'", "--seconds", "100");
    refused("--seconds needs a number from 1 to 99, not ''", "--seconds");
    refused("--only needs a regular expression, not '('", "--only", "(");
    refused("--only needs a regular expression", "--only");
  }

  private static void refused(String why, String... args) {
    assertThatThrownBy(() -> Options.parse("platform", args))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }
}
