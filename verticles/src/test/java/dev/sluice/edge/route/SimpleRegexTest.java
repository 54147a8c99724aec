package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimpleRegexTest {
  private static final int EXPRESSIONS = 20_000;

  @ParameterizedTest
  @CsvSource({
    "jason, jason, true",
    "jason, jasonx, false",
    "^jason$, jason, true",
    "a|b, b, true",
    "a|, '', true",
    ".*Firefox/[0-9]+.*, Mozilla Firefox/99 x, true",
    "'[a-c]{2,3}', abc, true",
    "'[a-c]{2,3}', abca, false",
    "'x{0}', '', true",
    "(ab)+c?, ababc, true",
    "[^0-9]+, häß, true",
    "., ß, true",
    "\\d\\D\\w\\W\\s\\S, '1a_- x', true",
    "[]a]+, ']a', true",
    "[a-], -, true",
    "\\.\\*, .*, true",
    "(?i)chrome, ChRoMe, true",
    "(?i)[a-c]+, AbC, true",
    "(?:ab|cd)*, abcdab, true",
  })
  void matchesTheWholeText(String expression, String text, boolean right) {
    assertThat(SimpleRegex.of(expression).matches(text)).isEqualTo(right);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "a)",
        "[",
        "[]",
        "[b-a]",
        "*",
        "a**",
        "a{",
        "a{2",
        "a{3,2}",
        "a{100}",
        "(?=a)",
        "(?<n>a)",
        "\\",
        "\\b",
        "\\1",
        "a^b",
        "a$b",
        "ä",
        "((((((((((((((((((((((a))))))))))))))))))))))",
        "a{65}",
        "(a{8}){9}",
        "[a-\\d]"
      })
  void whatItDoesNotKnowIsRefused(String expression) {
    assertThatThrownBy(() -> SimpleRegex.of(expression))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anExpressionMadeToBeSlowIsNot() {
    // java.util.regex would need more steps for this than there are atoms.
    SimpleRegex regex = SimpleRegex.of("((a*)*)*b".replace("*)*)*", "*b?)*c?)*"));
    assertThat(regex.matches("a".repeat(1_000_000))).isFalse();
    assertThat(SimpleRegex.of("(a+)+").matches("a".repeat(1_000_000) + "b")).isFalse();
  }

  @Test
  void itAgreesWithJava() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < EXPRESSIONS; i++) {
      String expression = expression(random, 3);
      SimpleRegex regex;
      try {
        regex = SimpleRegex.of(expression);
      } catch (IllegalArgumentException tooLong) {
        assertThat(tooLong).hasMessageContaining("64");
        continue;
      }
      Pattern java = Pattern.compile(expression, Pattern.DOTALL);
      for (int n = 0; n < 10; n++) {
        String text = text(random);
        assertThat(regex.matches(text))
            .as("seed %d: %s on '%s'", seed, expression, text)
            .isEqualTo(java.matcher(text).matches());
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append("abcß".charAt(random.nextInt(4)));
    }
    return text.toString();
  }

  private static String expression(Random random, int depth) {
    StringBuilder all = new StringBuilder();
    for (int i = random.nextInt(3) + 1; i > 0; i--) {
      String one =
          switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> "a";
            case 1 -> ".";
            case 2 -> "[^a]";
            case 3 -> "[b-c]";
            case 4 -> "(" + expression(random, depth - 1) + ")";
            default ->
                "(" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
          };
      String times =
          switch (random.nextInt(8)) {
            case 0 -> "*";
            case 1 -> "+";
            case 2 -> "?";
            case 3 -> "{1,2}";
            case 4 -> "{2}";
            default -> "";
          };
      all.append(one).append(times);
    }
    return all.toString();
  }
}
