package dev.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Failure;
import dev.sluice.contract.MayBeAbsent;
import dev.sluice.contract.Node;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every message a released version may have put on the wire is kept as {@code wire/<name>/N.json},
 * for ever, and is decoded here. A sample is never edited; a new form of a contract gets a new one.
 */
class WireSamplesTest {
  private final ContractCodec codec =
      new ContractCodec(new CallerSeal("s".repeat(32), () -> 1_700_000_000L), () -> 0L);

  static Stream<Class<? extends Contract>> contracts() {
    return Names.all().stream();
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void everySampleOfAContractIsStillUnderstood(Class<? extends Contract> type) throws Exception {
    List<Path> samples = samples(Names.of(type));
    assertThat(samples)
        .as(
            "add src/test/resources/wire/%s/1.json, such as {\"t\":\"%<s\",\"b\":{...}}",
            Names.of(type))
        .isNotEmpty();
    for (Path sample : samples) {
      Object decoded = decode(Files.readAllBytes(sample));
      assertThat(decoded).as("%s", sample).isInstanceOf(type);
      assertThat(decode(codec.encode(decoded))).isEqualTo(decoded);
      assertThat(fields(decoded)).as("%s says nothing we drop", sample).isEqualTo(body(sample));
    }
  }

  /** The same samples as nodes write them: {@code -Dsluice.write=true} adds those that lack. */
  @ParameterizedTest
  @MethodSource("contracts")
  void everyBinarySampleIsStillUnderstood(Class<? extends Contract> type) throws Exception {
    for (Path sample : samples(Names.of(type))) {
      Object expected = decode(Files.readAllBytes(sample));
      Path binary = Path.of(sample.toString().replace(".json", ".cbor"));
      assertThat(decode(binary(binary, expected))).as("%s", binary).isEqualTo(expected);
    }
  }

  @Test
  void aWholeCallIsStillUnderstood() throws Exception {
    Caller caller =
        new Caller(
            Caller.Kind.USER,
            new UUID(1, 2),
            "session",
            "ada@example.com",
            List.of("user"),
            List.of("read:orders"),
            "free");
    Call call =
        new Call(
            new Envelope(caller, 2_000_000_000L, "c-1", "00-t-s-01", "k-1"), new Node.Ping("n1"));
    assertThat(decode(binary(root().resolve("call/1.cbor"), call))).isEqualTo(call);
  }

  private byte[] binary(Path file, Object message) throws IOException {
    if (!Files.exists(file) && Boolean.getBoolean("sluice.write")) {
      Path source = Path.of("src/test/resources/wire").resolve(root().relativize(file).toString());
      Files.createDirectories(source.getParent());
      Files.write(source, codec.encode(message));
      return Files.readAllBytes(source);
    }
    return Files.readAllBytes(file);
  }

  /** What is not marked {@link MayBeAbsent} is asked for; the API's documentation says so too. */
  @ParameterizedTest
  @MethodSource("contracts")
  void aRequestAsksForWhatMustBeThere(Class<? extends Contract> type) throws Exception {
    if (!Request.class.isAssignableFrom(type)) {
      return;
    }
    JsonNode whole = body(samples(Names.of(type)).get(0));
    for (RecordComponent field : type.getRecordComponents()) {
      String json = ((ObjectNode) whole.deepCopy()).without(field.getName()).toString();
      boolean optional = field.isAnnotationPresent(MayBeAbsent.class);
      if (optional) {
        assertThat(ContractJson.strict().readValue(json, type)).isInstanceOf(type);
      } else {
        assertThatThrownBy(() -> ContractJson.strict().readValue(json, type))
            .as("%s without %s", type, field.getName())
            .satisfies(
                e ->
                    assertThat(ContractJson.failure((IOException) e).fields())
                        .extracting(Failure.Field::field)
                        .containsExactly(field.getName()));
      }
    }
  }

  @Test
  void noSampleIsLeftOfAContractThatIsGone() throws Exception {
    try (Stream<Path> folders = Files.list(root())) {
      assertThat(
              folders
                  .map(f -> f.getFileName().toString())
                  .filter(n -> !n.equals("failure") && !n.equals("call")))
          .allSatisfy(name -> assertThat(Names.find(name)).as(name).isNotNull());
    }
  }

  @Test
  void failuresKeepTheirParts() throws Exception {
    Failure failure = (Failure) decode(Files.readAllBytes(samples("failure").get(0)));
    assertThat(failure.problem()).isEqualTo(Problem.LIMITED);
    assertThat(failure.detail()).isEqualTo("slow down");
    assertThat(failure.fields()).containsExactly(new Failure.Field("items[0].sku", "is missing"));
    assertThat(failure.retryAfter()).contains(Duration.ofMillis(1500));
  }

  private Object decode(byte[] bytes) {
    return codec.decodeFromWire(0, Buffer.buffer().appendInt(bytes.length).appendBytes(bytes));
  }

  private static JsonNode fields(Object contract) throws IOException {
    return ContractJson.tolerant().readTree(ContractJson.tolerant().writeValueAsBytes(contract));
  }

  private static JsonNode body(Path sample) throws IOException {
    return ContractJson.tolerant().readTree(Files.readAllBytes(sample)).get("b");
  }

  private static List<Path> samples(String name) throws Exception {
    Path folder = root().resolve(name);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static Path root() {
    try {
      return Path.of(WireSamplesTest.class.getResource("/wire").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
