package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CommandLine.Action;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

  private static CommandLine parse(String line) {
    return CommandLine.parse(line.isEmpty() ? new String[0] : line.split(" "));
  }

  @Test
  void nothingIsRight() {
    assertThat(parse("")).isEqualTo(new CommandLine(null, List.of(), false, Action.START));
  }

  @Test
  void allOptionsTogether() {
    assertThat(parse("--conf a/b --roles edge,core --cluster --check"))
        .isEqualTo(new CommandLine(Path.of("a/b"), List.of("edge", "core"), true, Action.CHECK));
    assertThat(parse("--roles edge --roles order").roles()).containsExactly("edge", "order");
    assertThat(parse("--version").action()).isEqualTo(Action.VERSION);
    assertThat(parse("--help").action()).isEqualTo(Action.HELP);
    assertThat(parse("-h").action()).isEqualTo(Action.HELP);
  }

  @ParameterizedTest
  @CsvSource({
    "--port,unknown option: --port",
    "--cluster yes,unknown option: yes",
    "--conf,--conf needs a value",
    "--check --roles,--roles needs a value",
    "--roles --cluster,--roles needs a value",
    "--conf --check,--conf needs a value",
  })
  void whatIsWrongIsNamed(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void everyOptionInTheHelpIsTaken() {
    Matcher option =
        Pattern.compile("^  (--\\w+)( [A-Z])?", Pattern.MULTILINE).matcher(CommandLine.HELP);
    int options = 0;
    while (option.find()) {
      options++;
      assertThat(parse(option.group(1) + (option.group(2) == null ? "" : " value"))).isNotNull();
    }
    assertThat(options).isEqualTo(6);
  }

  @Test
  void theHelpNamesEveryRoom() {
    assertThat(CommandLine.HELP).contains(SluiceNode.ROOMS.keySet());
  }
}
