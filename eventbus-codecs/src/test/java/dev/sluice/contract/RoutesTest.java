package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private static final int MAX = Routes.MAX_DOCUMENT_BYTES;

  @Test
  void aDocumentIsCountedAsItIsWritten() {
    for (String letter : List.of("a", "\u00e9", "\u20ac", "\uD83D\uDE80")) {
      int width = letter.getBytes(StandardCharsets.UTF_8).length;
      String full = letter.repeat(MAX / width) + "a".repeat(MAX % width);
      assertThat(new Routes.Store(full, 0, null).document()).isSameAs(full);
      refused(
          "document",
          "must have at most " + MAX + " bytes, has " + (MAX + 1),
          () -> new Routes.Store(full + "a", 0, null));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab\u0000", "ab\uD83D", "ab\uDE80", "ab\uD83Dcd", "ab\uDE80\uD83D"})
  void whatCannotBeWrittenDownIsRefused(String text) {
    String says =
        "must be text; at 2 there is the character U+%04X".formatted((int) text.charAt(2));
    refused("document", says, () -> new Routes.Store(text, 0, null));
    refused("comment", says, () -> new Routes.Store("", 0, text));
  }

  @Test
  void theRestHasLimitsToo() {
    refused("document", "is missing", () -> new Routes.Store(null, 0, null));
    refused("basis", "must be at least 0, was -1", () -> new Routes.Store("", -1, null));
    refused(
        "comment",
        "must have 0 to 500 characters, has 501",
        () -> new Routes.Store("", 0, "c".repeat(501)));
    refused("known", "must be at least 0, was -1", () -> new Routes.Current(-1L));
    refused("version", "must be at least 1, was 0", () -> new Routes.Version(0));
    refused("limit", "must be from 1 to 100, was 101", () -> new Routes.Versions(101, null));
    refused("cursor", "must have 1 to 200 characters, has 0", () -> new Routes.Versions(null, ""));
  }

  @Test
  void logsDoNotHaveTheDocument() {
    assertThat(new Routes.Store("secret", 1, "why")).hasToString("Store[basis=1, comment=why]");
    assertThat(new Routes.Stored(1, "secret", "ada", null, null).toString())
        .doesNotContain("secret");
  }

  private static void refused(String field, String detail, Runnable make) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(make::run)
        .satisfies(
            failure -> {
              assertThat(failure.problem()).isEqualTo(Problem.INVALID);
              assertThat(failure.fields()).containsExactly(new Failure.Field(field, detail));
            });
  }
}
