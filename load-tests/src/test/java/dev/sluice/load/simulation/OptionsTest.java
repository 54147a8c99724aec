package dev.sluice.load.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @Test
  void whatIsNotSaidComesFromTheSimulation() {
    Options options = parse("soak");
    assertThat(options.scene()).isEqualTo(Scene.SOAK);
    assertThat(options.duration()).isEqualTo(Duration.ofMinutes(10));
    assertThat(options.users()).isEqualTo(Scene.SOAK.users(Model.OPEN));
    assertThat(options.profile()).isEqualTo(Profile.LOCAL);
    assertThat(options.target()).isNull();
    assertThat(parse("soak --model closed").users()).isEqualTo(Scene.SOAK.users(Model.CLOSED));
  }

  @Test
  void allThatIsSaidIsTaken() {
    Options options =
        parse(
            "login-storm --users 7 --duration 90s --model closed --profile sla --warm-up 0s"
                + " --against http://127.0.0.1:8080/ --credentials here.json --reports there");
    assertThat(options.scene()).isEqualTo(Scene.LOGIN_STORM);
    assertThat(options.users()).isEqualTo(7);
    assertThat(options.duration()).isEqualTo(Duration.ofSeconds(90));
    assertThat(options.model()).isEqualTo(Model.CLOSED);
    assertThat(options.profile()).isEqualTo(Profile.SLA);
    assertThat(options.warmUp()).isZero();
    assertThat(options.target().url()).isEqualTo("http://127.0.0.1:8080");
    assertThat(options.target().socketUrl()).isEqualTo("ws://127.0.0.1:8080");
    assertThat(options.credentials()).isEqualTo(Path.of("here.json"));
    assertThat(options.reports()).isEqualTo(Path.of("there"));
    assertThat(parse("proxy --against https://[::1]:1").target().socketUrl())
        .isEqualTo("wss://[::1]:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxi",
        "PROXY",
        "proxy more",
        "proxy --users",
        "proxy --users 0",
        "proxy --users 10001",
        "proxy --users -1",
        "proxy --users 99999999999",
        "proxy --duration 30",
        "proxy --duration 999ms",
        "proxy --duration 25h",
        "proxy --duration 99999999h",
        "proxy --warm-up -1s",
        "proxy --model half-open",
        "proxy --profile best",
        "proxy --unknown 1",
        "tiers --model closed",
        "spike --duration 2s",
      })
  void whatIsWrongIsNamed(String line) {
    String last = line.substring(line.lastIndexOf(' ') + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(line))
        .withMessageContaining(last.equals("1") ? "--unknown" : last.equals("2s") ? "3s" : last);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1:8080",
        "http://[2001:db8::1]",
        "https://10.0.0.1",
        "http://0.0.0.0:8080",
        "http://127.0.0.1.nip.invalid:8080",
      })
  void anotherMachineIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("proxy --against " + url))
        .withMessageContaining("--against " + url);
  }

  @Test
  void anotherMachineNeedsToBeWantedAndGetsNoCredentialsOfThisOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("proxy --against http://192.0.2.1 --yes-not-loopback"))
        .withMessageContaining("--credentials");
    Options options =
        parse("proxy --against http://192.0.2.1 --yes-not-loopback --credentials its.json");
    assertThat(options.target().url()).isEqualTo("http://192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8080",
        "localhost",
        "ftp://127.0.0.1",
        "http://",
        "http://u:p@127.0.0.1",
        "http://127.0.0.1/api",
        "http://127.0.0.1?x",
        "http://127.0.0.1#x",
        "http://a b",
      })
  void whatIsNoAddressOfANodeIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of("proxy", "--against", url)))
        .withMessageContaining("is right");
  }

  @Test
  void thisMachineByItsName() {
    assertThat(parse("proxy --against http://localhost:1").target().loopback()).isTrue();
  }

  /** The script tells of them, so that its help needs no build. */
  @ParameterizedTest
  @EnumSource
  void theScriptKnowsEach(Scene scene) throws Exception {
    String script = Files.readString(Path.of("..", "sluice"));
    assertThat(script).contains(String.format("%n  %-12s %s%n", scene.label(), scene.line()));
    assertThat(script.lines().filter(line -> line.startsWith("    proxy | ")).findFirst())
        .get()
        .matches(
            line -> List.of(line.strip().replace(")", "").split(" \\| ")).contains(scene.label()));
  }

  @Test
  void aLimitAsANodeTellsIt() {
    assertThat(Policy.read("\"free\";q=10;w=1;sluice-burst=20, \"auth\";q=100;w=60"))
        .isEqualTo(new Policy(10, 20));
    assertThat(Policy.read("\"auth\";q=120;w=60")).isEqualTo(new Policy(2, 120));
    assertThat(Policy.read("").limited()).isFalse();
  }

  private static Options parse(String line) {
    return Options.parse(List.of(line.split(" ")));
  }
}
