package dev.sluice.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigTest {

  @TempDir Path conf;

  private Config load(String yaml, Map<String, String> env) throws IOException {
    Files.writeString(conf.resolve("sluice.yaml"), yaml);
    return Config.load(conf, env, Sections.ALL);
  }

  @Test
  void nothingWrittenGivesTheDefaults() {
    Config config = Config.load(null, Map.of("PATH", "/bin"), Sections.ALL);
    assertThat(config.get(Sections.EDGE))
        .isEqualTo(
            new Sections.Edge(
                8080,
                "127.0.0.1",
                5_000_000_000L,
                true,
                Duration.ofSeconds(5),
                1 << 20,
                Sections.Balance.ROUND_ROBIN,
                "auto",
                new Sections.Cors(List.of(), Duration.ofHours(1))));
    assertThat(config.get(Sections.LIMITS))
        .isEqualTo(
            new Sections.Limits(
                Map.of("free", new Sections.Tier(10, 20), "pro", new Sections.Tier(100, 200)),
                Map.of("a", 1),
                Map.of()));
    assertThat(config.get(Sections.AUTH)).isEqualTo(new Sections.Auth("", 12));
    assertThat(Config.defaults(Sections.AUTH)).isEqualTo(new Sections.Auth("", 12));
  }

  @Test
  void anEmptyFolderAnEmptyFileAndEmptyKeysGiveTheDefaults() throws IOException {
    Sections.Auth defaults = new Sections.Auth("", 12);
    assertThat(Config.load(conf, Map.of(), Sections.ALL).get(Sections.AUTH)).isEqualTo(defaults);
    assertThat(load("", Map.of()).get(Sections.AUTH)).isEqualTo(defaults);
    assertThat(load("# nothing\n", Map.of()).get(Sections.AUTH)).isEqualTo(defaults);
    assertThat(load("auth:\nedge:\n  port:\n", Map.of()).get(Sections.AUTH)).isEqualTo(defaults);
  }

  @Test
  void everyTypeIsReadFromYaml() throws IOException {
    Config config =
        load(
            """
            edge:
              port: 18080
              host: 0.0.0.0
              wait_queue: 7
              http2: false
              timeout: 250ms
              max_body: 512KB
              balance: least_busy
              format: json
              cors:
                origins: [https://a.example, "https://b.example"]
                max_age: 2m
            limits:
              tiers:
                free: {rate: 3}
                gold: {rate: 500, burst: 600}
              labels: {a.B: x, c: '12'}
            auth:
              pepper: 12345678
            """,
            Map.of());
    assertThat(config.get(Sections.EDGE))
        .isEqualTo(
            new Sections.Edge(
                18080,
                "0.0.0.0",
                7,
                false,
                Duration.ofMillis(250),
                512 * 1024,
                Sections.Balance.LEAST_BUSY,
                "json",
                new Sections.Cors(
                    List.of("https://a.example", "https://b.example"), Duration.ofMinutes(2))));
    assertThat(config.get(Sections.LIMITS))
        .isEqualTo(
            new Sections.Limits(
                Map.of(
                    "free", new Sections.Tier(3, 20),
                    "pro", new Sections.Tier(100, 200),
                    "gold", new Sections.Tier(500, 600)),
                Map.of("a", 1),
                Map.of("a.B", "x", "c", "12")));
    assertThat(config.get(Sections.AUTH).pepper()).isEqualTo("12345678");
  }

  @Test
  void theEnvironmentWinsOverYaml() throws IOException {
    Config config =
        load(
            "edge:\n  port: wrong\n  cors:\n    origins: [https://a.example]\n",
            Map.of(
                "SLUICE_EDGE_PORT", "18080",
                "SLUICE_EDGE_WAIT_QUEUE", "9",
                "SLUICE_EDGE_CORS_ORIGINS", "https://b.example, https://c.example",
                "SLUICE_LIMITS_TIERS_FREE_RATE", "15",
                "SLUICE_LIMITS_WEIGHTS", "a=2,x.y=3",
                "SLUICE_DEVSTACK_POSTGRES_PORT", "1",
                "SLUICE_JAVA_OPTS", "-Xmx1g"));
    assertThat(config.get(Sections.EDGE).port()).isEqualTo(18080);
    assertThat(config.get(Sections.EDGE).waitQueue()).isEqualTo(9);
    assertThat(config.get(Sections.EDGE).cors().origins())
        .containsExactly("https://b.example", "https://c.example");
    assertThat(config.get(Sections.LIMITS).tiers().get("free"))
        .isEqualTo(new Sections.Tier(15, 20));
    assertThat(config.get(Sections.LIMITS).weights()).isEqualTo(Map.of("a", 2, "x.y", 3));
  }

  @Test
  void aFileCanHaveAnyName() throws IOException {
    Path file = Files.writeString(conf.resolve("other.yaml"), "edge: {port: 1}");
    assertThat(Config.load(file, Map.of(), Sections.ALL).get(Sections.EDGE).port()).isEqualTo(1);
  }

  @Test
  void mapsAndListsCannotBeChanged() throws IOException {
    Config config = load("edge: {cors: {origins: [a]}}", Map.of());
    assertThatThrownBy(() -> config.get(Sections.EDGE).cors().origins().add("b"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> config.get(Sections.LIMITS).weights().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aSecretCanComeFromAFile() throws IOException {
    Path secret = Files.writeString(conf.resolve("pepper"), "s3cret-pepper\n");
    Config config = load("", Map.of("SLUICE_AUTH_PEPPER_FILE", secret.toString()));
    assertThat(config.get(Sections.AUTH).pepper()).isEqualTo("s3cret-pepper");
    assertThat(config.describe())
        .contains(
            new EffectiveSetting(
                "auth.pepper",
                "SLUICE_AUTH_PEPPER",
                "******",
                "environment SLUICE_AUTH_PEPPER_FILE"));
  }

  @Test
  void describeNamesEverySettingItsValueAndItsSource() throws IOException {
    Config config =
        load(
            "edge:\n  port: 81\nauth: {pepper: s3cret-pepper}\n",
            Map.of("SLUICE_EDGE_HOST", "::1"));
    assertThat(config.describe())
        .contains(
            new EffectiveSetting("edge.port", "SLUICE_EDGE_PORT", "81", "sluice.yaml line 2"),
            new EffectiveSetting(
                "edge.host", "SLUICE_EDGE_HOST", "::1", "environment SLUICE_EDGE_HOST"),
            new EffectiveSetting("edge.http2", "SLUICE_EDGE_HTTP2", "true", "default"),
            new EffectiveSetting(
                "limits.tiers.free.rate", "SLUICE_LIMITS_TIERS_FREE_RATE", "10", "default"));
    assertThat(config).hasToString("Config[edge.port=81, edge.host=::1, auth.pepper=******]");
  }

  @Test
  void onlyLoadedSectionsCanBeAsked() {
    Config config = Config.load(null, Map.of(), List.of(Sections.EDGE));
    assertThatThrownBy(() -> config.get(Sections.AUTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("section auth was not loaded");
  }
}
