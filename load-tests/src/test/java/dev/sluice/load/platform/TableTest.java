package dev.sluice.load.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.load.platform.Table.Column;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Column MICROS = new Column("us", 1);
  private static final Column MANY = new Column("many", 0);

  @Test
  void mediansStandWithTheirSpreadWhereThereIsOne() {
    Table table = new Table("what", MICROS, MANY);
    table.add("one", MICROS, 1.25);
    table.add("one", MICROS, 3);
    table.add("one", MICROS, 2);
    table.add("one", MANY, 12_345);
    table.add("two", MICROS, 7);
    table.say("%.1f below.", 1.5);
    assertThat(table.markdown())
        .isEqualTo(
            """
            | what | us | many |
            |---|---:|---:|
            | one | 2.0 (1.3 - 3.0) | 12,345 |
            | two | 7.0 |  |

            1.5 below.
            """);
  }

  @Test
  void allRoundsAreKept() {
    Table table = new Table("what", MICROS, MANY);
    table.add("one", MICROS, 3);
    table.add("one", MICROS, 1);
    table.add("two", MANY, 2);
    ObjectNode json = new ObjectMapper().createObjectNode();
    table.write(json);
    assertThat(json).hasToString("{\"one\":{\"us\":[3.0,1.0]},\"two\":{\"many\":[2.0]}}");
  }
}
