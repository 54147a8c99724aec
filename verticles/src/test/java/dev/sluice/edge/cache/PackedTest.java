package dev.sluice.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedTest {
  private static final StoredResponse RESPONSE =
      new StoredResponse(
          404,
          List.of("X-A", "é", "X-A", ""),
          Buffer.buffer(new byte[] {0, 1, -1}),
          1000,
          77,
          60_000,
          true,
          false,
          5,
          6,
          "\"v1\"",
          null,
          "then",
          List.of("t1", "t2"));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(Packed.read("k\0", Packed.write("k\0", RESPONSE), 77)).isEqualTo(RESPONSE);
    Kept rule = new Kept.VaryRule(List.of("accept", "x-kind"));
    assertThat(Packed.read("k\0", Packed.write("k\0", rule), 0)).isEqualTo(rule);
  }

  @Test
  void anotherKeysBytesAreNotRead() {
    assertThat(Packed.read("l\0", Packed.write("k\0", RESPONSE), 0)).isNull();
  }

  @Test
  void anotherVersionIsNotRead() {
    assertThat(Packed.read("k\0", Packed.write("k\0", RESPONSE).setByte(0, (byte) 2), 0)).isNull();
  }

  @Test
  void whatIsCutOffOrLongerIsNotRead() {
    Buffer whole = Packed.write("k\0", RESPONSE);
    for (int i = 0; i < whole.length(); i++) {
      assertThat(Packed.read("k\0", whole.getBuffer(0, i), 0)).as("%d bytes", i).isNull();
    }
    assertThat(Packed.read("k\0", whole.copy().appendByte((byte) 0), 0)).isNull();
  }

  @Test
  void brokenBytesNeverThrow() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Buffer whole = Packed.write("k\0", RESPONSE);
    for (int i = 0; i < 20_000; i++) {
      Buffer broken = whole.copy();
      for (int b = random.nextInt(3); b >= 0; b--) {
        broken.setByte(random.nextInt(broken.length()), (byte) random.nextInt(256));
      }
      Kept read = Packed.read("k\0", broken, 0);
      assertThat(read == null || read.weight() > 0).as("seed %d round %d", seed, i).isTrue();
    }
  }
}
