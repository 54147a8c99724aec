package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevstackOptionsTest {

  @Test
  void defaultsGiveWayAndWhatIsSetDoesNot() {
    DevstackOptions options =
        parse(Map.of("SLUICE_DEVSTACK_REDIS_PORT", "7001"), "--data", "d", "--kafka-port", "7002");
    assertThat(options.postgres())
        .isEqualTo(new PortChoice(15_432, false, "SLUICE_DEVSTACK_POSTGRES_PORT"));
    assertThat(options.redis()).isEqualTo(new PortChoice(7001, true, "SLUICE_DEVSTACK_REDIS_PORT"));
    assertThat(options.kafka()).isEqualTo(new PortChoice(7002, true, "--kafka-port"));
    assertThat(options.demo())
        .isEqualTo(new PortChoice(18_080, false, "SLUICE_DEVSTACK_DEMO_PORT"));
    assertThat(options.bind()).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "--dat d,--dat",
    "--data,--data",
    "--data d --redis-port x,--redis-port is 'x'",
    "--data d --redis-port 70000,70000",
    "--data d --bind 0.0.0.0,0.0.0.0",
    "--data d --exit-with -1,--exit-with",
    "--data d --demo-port 65535,--demo-port is 65535",
    "--redis-port 1,--data DIR is missing",
  })
  void whatIsWrongIsNamed(String line, String named) {
    assertThatThrownBy(() -> parse(Map.of(), line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @Test
  void helpNeedsNothingElse() {
    assertThat(parse(Map.of(), "--help").help()).isTrue();
  }

  private static DevstackOptions parse(Map<String, String> environment, String... arguments) {
    return DevstackOptions.parse(arguments, environment);
  }
}
