package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final int TEXTS = 5000;

  @Test
  void itFindsWhatAMapWouldFind() {
    long seed = Long.getLong("sluice.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<String, Integer> map = new HashMap<>();
    TextTable.Builder builder = new TextTable.Builder();
    for (int i = 0; i < TEXTS; i++) {
      int group = random.nextInt(5) - 1;
      String text = text(random);
      if (map.putIfAbsent(group + " " + text, i) == null) {
        builder.add(group, text, i);
      }
    }
    TextTable table = builder.build();
    for (int i = 0; i < 4 * TEXTS; i++) {
      int group = random.nextInt(6) - 1;
      String text = text(random);
      assertThat(table.get(group, "/" + text + "/x", 1, 1 + text.length()))
          .as("%d %s", group, text)
          .isEqualTo(map.getOrDefault(group + " " + text, TextTable.NONE));
    }
  }

  /** Mostly short ones of few letters, so that many are asked for that are there. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(20) == 0 ? 300 + random.nextInt(300) : random.nextInt(6);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(length > 6 ? 1 : 6)));
    }
    return text.toString();
  }

  @Test
  void anEmptyOneFindsNothing() {
    assertThat(new TextTable.Builder().build().get(0, "/a", 1, 2)).isEqualTo(TextTable.NONE);
    assertThat(new TextTable.Builder().build().get(0, "", 0, 0)).isEqualTo(TextTable.NONE);
  }
}
