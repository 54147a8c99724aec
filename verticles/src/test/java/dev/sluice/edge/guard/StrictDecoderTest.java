package dev.sluice.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.FramingCases;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However the network cuts the bytes, they are read in the same way. */
class StrictDecoderTest {
  private static final int ROUNDS = 30;
  private static final String AFTER = "GET /after HTTP/1.1\r\nHost: a\r\n\r\n";

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  static Stream<FramingCases.Case> good() {
    return FramingCases.good().stream();
  }

  static Stream<FramingCases.Case> bad() {
    return Stream.concat(FramingCases.badHeads().stream(), FramingCases.badBodies().stream());
  }

  private static EmbeddedChannel channel() {
    return new EmbeddedChannel(
        new StrictDecoder(new HttpServerOptions().setMaxHeaderSize(16 * 1024), 100));
  }

  /** What was made of the bytes: targets, sizes of bodies, and failures. */
  private List<String> read(String text, boolean cut) {
    EmbeddedChannel channel = channel();
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int at = 0;
    while (at < bytes.length) {
      int length = cut ? Math.min(bytes.length - at, 1 + random.nextInt(40)) : bytes.length;
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
      at += length;
    }
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    List<String> made = new ArrayList<>();
    int body = 0;
    for (HttpObject each = channel.readInbound(); each != null; each = channel.readInbound()) {
      if (each.decoderResult().isFailure()) {
        made.add("refused");
      } else if (each instanceof HttpRequest request) {
        made.add(request.method() + " " + request.uri());
      } else if (each instanceof HttpContent content) {
        body += content.content().readableBytes();
        if (content instanceof LastHttpContent) {
          made.add("body of " + body);
          body = 0;
        }
      }
      ReferenceCountUtil.release(each);
    }
    channel.finishAndReleaseAll();
    return made;
  }

  @ParameterizedTest
  @MethodSource
  void good(FramingCases.Case good) {
    String twice = good.bytes() + good.bytes() + AFTER;
    List<String> whole = read(twice, false);
    assertThat(whole).hasSize(6).doesNotContain("refused").contains("GET /after", "body of 0");
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(read(twice, true)).as("seed %d", seed).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @MethodSource
  void bad(FramingCases.Case bad) {
    for (int i = 0; i < ROUNDS; i++) {
      List<String> made = read(AFTER + bad.bytes() + FramingCases.SMUGGLED, i > 0);
      assertThat(made)
          .as("seed %d", seed)
          .startsWith("GET /after", "body of 0")
          .endsWith("refused")
          .doesNotContain("GET /smuggled", "GET /target", "POST /target")
          .containsOnlyOnce("refused");
    }
  }

  @Test
  void aBodyOfAnySizeIsTheSame() {
    for (int i = 0; i < 200; i++) {
      int size = random.nextInt(30_000);
      StringBuilder text =
          new StringBuilder("POST /t HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int left = size; left > 0; ) {
        int chunk = Math.min(left, 1 + random.nextInt(10_000));
        text.append(Integer.toHexString(chunk)).append("\r\n");
        text.append("\n".repeat(chunk)).append("\r\n");
        left -= chunk;
      }
      String bytes = text.append("0\r\n\r\n").append(AFTER).toString();
      assertThat(read(bytes, i % 2 == 0))
          .as("seed %d", seed)
          .containsExactly("POST /t", "body of " + size, "GET /after", "body of 0");
    }
  }
}
