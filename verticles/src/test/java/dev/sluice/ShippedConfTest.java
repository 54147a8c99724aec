package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** conf/sluice.yaml shows the defaults: whoever deletes a line of it changes nothing. */
class ShippedConfTest {
  private static final Map<String, String> SECRET =
      Map.of("SLUICE_NODE_SECRET", "a secret of the tests of 32 characters");

  static Iterable<Section<?>> sections() {
    return SluiceNode.SECTIONS;
  }

  @ParameterizedTest
  @MethodSource("sections")
  void eachValueIsTheDefault(Section<?> section) {
    Config shipped = Config.load(Path.of("../conf"), SECRET, SluiceNode.SECTIONS);
    Config defaults = Config.load(null, SECRET, SluiceNode.SECTIONS);
    assertThat(shipped.<Record>get(cast(section))).isEqualTo(defaults.<Record>get(cast(section)));
  }

  @SuppressWarnings("unchecked")
  private static Section<Record> cast(Section<?> section) {
    return (Section<Record>) section;
  }
}
