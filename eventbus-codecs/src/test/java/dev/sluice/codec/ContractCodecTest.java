package dev.sluice.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Contract;
import dev.sluice.contract.Node;
import dev.sluice.contract.Problem;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ContractCodecTest {
  private final AtomicLong seconds = new AtomicLong(1_700_000_000L);
  private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
  private final ContractCodec here = codec("a shared secret of more than 32 characters");
  private final ContractCodec there = codec("a shared secret of more than 32 characters");
  private final Caller ada =
      new Caller(
          Caller.Kind.USER,
          UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000b"),
          "session-1",
          "ada@example.com",
          List.of("user"),
          List.of("read:orders"),
          "free");

  private ContractCodec codec(String secret) {
    return new ContractCodec(new CallerSeal(secret, seconds::get), nanos::get);
  }

  private Call call(Contract body) {
    return new Call(
        new Envelope(ada, nanos.get() + 2_000_000_000L, "c-1", "00-t-s-01", "k-1"), body);
  }

  @Test
  void aCallCrossesWithItsEnvelope() {
    Call sent = call(new Node.Ping("n1"));
    Buffer wire = Buffer.buffer("before");
    here.encodeToWire(wire, sent);
    Call got = (Call) there.decodeFromWire(6, wire);
    assertThat(got).isEqualTo(sent);
  }

  @Test
  void theTimeLeftTravelsNotTheClock() {
    Buffer wire = Buffer.buffer();
    here.encodeToWire(wire, call(new Node.Ping("n1")));
    nanos.set(77_000_000_000L);
    Call got = (Call) there.decodeFromWire(0, wire);
    assertThat(got.envelope().left(nanos.get()).toMillis()).isEqualTo(2000);
  }

  @Test
  void onOneNodeTheInstanceItselfArrives() {
    Call sent = call(new Node.Ping("n1"));
    assertThat(here.transform(sent)).isSameAs(sent);
  }

  @Test
  void aCallerSealedUnderAnotherSecretIsRefused() {
    Buffer wire = Buffer.buffer();
    codec("another secret of more than 32 characters").encodeToWire(wire, call(new Node.Ping("n")));
    Undecodable got = (Undecodable) there.decodeFromWire(0, wire);
    assertThat(got.failure().problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(got.failure().detail()).doesNotContain("secret");
  }

  @Test
  void aSealHoldsAMinuteAndTheSkewThenNoMore() {
    Buffer wire = Buffer.buffer();
    here.encodeToWire(wire, call(new Node.Ping("n")));
    seconds.addAndGet(90);
    assertThat(there.decodeFromWire(0, wire)).isInstanceOf(Call.class);
    seconds.addAndGet(1);
    Undecodable got = (Undecodable) there.decodeFromWire(0, wire);
    assertThat(got.failure().problem()).isEqualTo(Problem.UNAVAILABLE);
  }

  @Test
  void anEditedCallerIsRefused() throws Exception {
    String seal = new CallerSeal("s".repeat(32), seconds::get).seal(ada);
    String json = ContractJson.tolerant().writeValueAsString(ada).replace("read:orders", "*:*");
    String forged =
        java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(StandardCharsets.UTF_8))
            + seal.substring(seal.indexOf('.'));
    assertThat(
            decode(here, "{\"t\":\"node.ping\",\"c\":\"" + forged + "\",\"b\":{\"nodeId\":\"n\"}}"))
        .isInstanceOf(Undecodable.class);
  }

  @Test
  void aTypeOfANewerNodeIsUndecodableNotAnException() {
    Undecodable got =
        (Undecodable) decode(there, "{\"t\":\"order.teleport\",\"b\":{\"to\":\"moon\"}}");
    assertThat(got.type()).isEqualTo("order.teleport");
    assertThat(got.failure().problem()).isEqualTo(Problem.UNAVAILABLE);
  }

  @Test
  void aFieldOfANewerNodeIsPassedOver() {
    assertThat(
            decode(there, "{\"t\":\"node.ping\",\"z\":[1,{}],\"b\":{\"nodeId\":\"n\",\"zone\":1}}"))
        .isEqualTo(new Node.Ping("n"));
  }

  @Test
  void theTypeMayComeAfterTheBody() {
    assertThat(decode(there, "{\"b\":{\"nodeId\":\"n\"},\"t\":\"node.ping\"}"))
        .isEqualTo(new Node.Ping("n"));
  }

  @Test
  void aBodyThatFailsItsOwnCheckNamesTheField() {
    Undecodable got = (Undecodable) decode(there, "{\"t\":\"node.ping\",\"b\":{\"nodeId\":\"\"}}");
    assertThat(got.failure().fields().get(0).field()).isEqualTo("nodeId");
  }

  @Test
  void noBytesMakeTheDecoderThrow() {
    // It says a line about each, which is 20,000 here.
    java.util.logging.Logger log =
        java.util.logging.Logger.getLogger(ContractCodec.class.getName());
    log.setLevel(java.util.logging.Level.OFF);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Buffer good = Buffer.buffer();
    here.encodeToWire(good, call(new Node.Ping("n1")));
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.getBytes();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
      }
      if (random.nextInt(10) == 0) {
        bytes = java.util.Arrays.copyOf(bytes, 4 + random.nextInt(bytes.length - 4));
      }
      byte[] tried = bytes;
      assertThat(there.decodeFromWire(0, Buffer.buffer(tried)))
          .as("seed %d, round %d", seed, i)
          .isNotNull();
    }
  }

  private static Object decode(ContractCodec codec, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return codec.decodeFromWire(0, Buffer.buffer().appendInt(bytes.length).appendBytes(bytes));
  }
}
