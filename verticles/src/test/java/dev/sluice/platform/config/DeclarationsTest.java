package dev.sluice.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a record must declare, and what is said when it does not. */
final class DeclarationsTest {

  record Limitless(
      @Setting(doc = "No limits.", def = "1") int a,
      @Setting(doc = "No largest value.", def = "1s", min = 1) Duration b,
      @Setting(doc = "Limits.", def = "1KB", min = 1, max = 2048, unit = "bytes") long c,
      @Setting(doc = "Text needs none.") String d,
      @Setting(doc = "Below.") Map<String, Below> e) {}

  record Below(@Setting(doc = "No smallest value.", def = "1", max = 5) long f) {}

  record Bare(int a) {}

  record DefaultOutside(@Setting(doc = "x", def = "9", min = 1, max = 5) int a) {}

  record NoDefault(@Setting(doc = "x", min = 1, max = 5) int a) {}

  record Strange(@Setting(doc = "x") Thread a) {}

  record Numbers(@Setting(doc = "x") List<Integer> a) {}

  record Clash(@Setting(doc = "x") String aB, @Setting(doc = "x") Inner a) {}

  record Inner(@Setting(doc = "x") String b) {}

  private static void refused(Class<? extends Record> type, String message) {
    assertThatThrownBy(() -> Config.load(null, Map.of(), List.of(new Section<>("s", type))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }

  @Test
  void numbersDurationsAndSizesMustDeclareTheirLimits() {
    assertThat(Config.undeclaredLimits(new Section<>("s", Limitless.class)))
        .containsExactly("s.a", "s.b", "s.e.<name>.f");
    for (Section<?> section : Sections.ALL) {
      assertThat(Config.undeclaredLimits(section)).isEmpty();
    }
  }

  @Test
  void wrongDeclarationsAreRefused() {
    refused(Bare.class, "s.a: lacks @Setting");
    refused(DefaultOutside.class, "s.a: its default '9' is not a whole number from 1 to 5");
    refused(NoDefault.class, "s.a: its default '' is not a whole number from 1 to 5");
    refused(Strange.class, "s.a: java.lang.Thread cannot be set");
    refused(Numbers.class, "s.a: a List must be a List<String>");
    refused(Clash.class, "SLUICE_S_A_B: two keys have this environment variable");
    assertThatThrownBy(() -> new Section<>("Edge", Below.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Config.load(null, Map.of(), List.of(Sections.EDGE, Sections.EDGE)))
        .hasMessage("two sections are called edge");
  }

  @Test
  void theReferenceListsEveryKeyAndIsTheSameEachTime() {
    String text = ConfigurationDoc.render(Sections.ALL);
    assertThat(text)
        .contains(
            """
            ## auth

            | key | environment variable | default | limits | what it does |
            |---|---|---|---|---|
            | `auth.pepper` | `SLUICE_AUTH_PEPPER` | | 8 to 100 characters | **Secret.** Mixed into passwords. |
            | `auth.rounds` | `SLUICE_AUTH_ROUNDS` | `12` | 4 to 16 | Hash rounds. |

            ## edge
            """,
            "| `edge.timeout` | `SLUICE_EDGE_TIMEOUT` | `5s` | 100ms to 1h | Longest wait. |\n",
            "| `edge.max_body` | `SLUICE_EDGE_MAX_BODY` | `1MB` | 1KB to 10MB | Largest body. |\n",
            "| `round_robin` | round_robin, least_busy | How a target \\| node is chosen. |\n",
            "| `edge.cors.origins` | `SLUICE_EDGE_CORS_ORIGINS` | | at most 3 entries |",
            "| `limits.tiers.<name>` | | `{free: {rate: 10}, pro: {rate: 100, burst: 200}}` | |"
                + " The tiers. |\n",
            "| `limits.tiers.<name>.rate` | `SLUICE_LIMITS_TIERS_<NAME>_RATE` | `1` |"
                + " 1 to 1000 requests/s | Requests a second. |\n",
            "| `limits.weights.<name>` | `SLUICE_LIMITS_WEIGHTS_<NAME>` | `{a: 1}` | 0 to 9 |");
    assertThat(ConfigurationDoc.render(List.of(Sections.AUTH, Sections.LIMITS, Sections.EDGE)))
        .isEqualTo(text);
  }
}
