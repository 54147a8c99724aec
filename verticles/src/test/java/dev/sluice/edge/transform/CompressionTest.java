package dev.sluice.edge.transform;

import static dev.sluice.edge.transform.Rules.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionTest {
  private static final MultiMap GZIP = fields("Accept-Encoding", "gzip");
  private final Compression compression = new Compression();

  @AfterEach
  void nothingIsLeftOpen() {
    compression.close();
    assertThat(compression.open()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | Content-Type:text/html Content-Length:1024                        | true
          200 | Content-Type:text/html Content-Length:1023                        | false
          200 | Content-Type:text/html                                            | true
          404 | Content-Type:application/problem+json                             | true
          500 | Content-Type:application/json                                     | true
          200 | Content-Type:application/javascript;charset=utf-8                 | true
          200 | Content-Type:image/svg+xml                                        | true
          200 | Content-Type:application/wasm                                     | true
          200 | Content-Type:application/atom+xml                                 | true
          200 | Content-Type:IMAGE/PNG                                            | false
          200 | Content-Type:application/zip                                      | false
          200 | Content-Type:application/octet-stream                             | false
          200 | Content-Length:5000                                               | false
          200 | Content-Type:text/event-stream                                    | false
          200 | Content-Type:text/html Content-Encoding:br                        | false
          200 | Content-Type:text/html Content-Encoding:gzip                      | false
          200 | Content-Type:text/html Content-Encoding:identity                  | true
          200 | Content-Type:text/html Cache-Control:public,no-transform          | false
          200 | Content-Type:text/html Cache-Control:No-Transform                 | false
          200 | Content-Type:text/html Cache-Control:no-store                     | true
          200 | Content-Type:text/html Content-Range:bytes*/5                     | false
          206 | Content-Type:text/html                                            | false
          204 | Content-Type:text/html                                            | false
          205 | Content-Type:text/html                                            | false
          101 | Content-Type:text/html                                            | false
          """)
  void onlyWhatPaysIsCompressed(int status, String headers, boolean compressed) {
    MultiMap response = parse(headers);
    MultiMap before = parse(headers);
    BodyEncoder encoder = compression.begin(false, GZIP, status, response);
    assertThat(encoder != null).isEqualTo(compressed);
    if (compressed) {
      encoder.close();
      assertThat(response.get("Content-Encoding")).isEqualTo("gzip");
      assertThat(response.contains("Content-Length")).isFalse();
      assertThat(response.get("Vary")).isEqualToIgnoringCase("accept-encoding");
    } else {
      response.remove("Vary");
      assertThat(response.toString()).isEqualTo(before.toString());
    }
  }

  @Test
  void cachesAreToldThatThereAreTwoForms() {
    MultiMap plain = fields("Content-Type", "text/css", "ETag", "\"x\"");
    assertThat(compression.begin(false, fields(), 200, plain)).isNull();
    assertThat(plain.get("Vary")).isEqualToIgnoringCase("accept-encoding");
    assertThat(plain.get("ETag")).isEqualTo("\"x\"");
    MultiMap origin = fields("Content-Type", "text/css", "Vary", "Origin");
    compression.begin(true, GZIP, 200, origin);
    assertThat(String.join(",", origin.getAll("Vary")))
        .isEqualToIgnoringCase("origin,accept-encoding");
    for (String vary : List.of("*", "Accept-encoding", "Origin, ACCEPT-ENCODING")) {
      MultiMap said = fields("Content-Type", "text/css", "Vary", vary);
      compression.begin(true, GZIP, 200, said);
      assertThat(said.getAll("Vary")).containsExactly(vary);
    }
    MultiMap picture = fields("Content-Type", "image/png");
    compression.begin(false, GZIP, 200, picture);
    assertThat(picture.contains("Vary")).isFalse();
  }

  @Test
  void whatIsSaidOfTheOldBytesIsTakenBack() {
    MultiMap response =
        fields(
            "Content-Type",
            "text/css",
            "ETag",
            "\"x\"",
            "Accept-Ranges",
            "bytes",
            "Content-MD5",
            "y",
            "Repr-Digest",
            "z");
    assertThat(compression.begin(true, GZIP, 200, response)).isNull(); // HEAD
    assertThat(response.get("ETag")).isEqualTo("W/\"x\"");
    assertThat(response.get("Content-Encoding")).isEqualTo("gzip");
    assertThat(response.contains("Accept-Ranges")).isFalse();
    assertThat(response.contains("Content-MD5")).isFalse();
    assertThat(response.contains("Repr-Digest")).isFalse();
    MultiMap same = fields("ETag", "\"x\"");
    compression.begin(false, GZIP, 304, same);
    assertThat(same.get("ETag")).isEqualTo("W/\"x\"");
    assertThat(same.get("Vary")).isNotNull();
    MultiMap weak = fields("Content-Type", "text/css", "ETag", "W/\"x\"");
    compression.begin(true, GZIP, 200, weak);
    assertThat(weak.get("ETag")).isEqualTo("W/\"x\"");
  }

  @Test
  void whoCanReadNothingElseGetsShortOnesToo() {
    MultiMap response = fields("Content-Type", "text/css", "Content-Length", "5");
    MultiMap request = fields("Accept-Encoding", "gzip", "Accept-Encoding", "identity;q=0");
    assertThat(decode(compression.begin(false, request, 200, response).finish())).isEmpty();
  }

  @Test
  void randomBodiesComeBackAsTheyWere() {
    long seed = System.nanoTime();
    System.err.println("seed of random compressed bodies: " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      boolean known = random.nextBoolean();
      BodyEncoder encoder = begin(known);
      Buffer whole = Buffer.buffer();
      Buffer coded = Buffer.buffer();
      for (int part = random.nextInt(6); part > 0; part--) {
        byte[] bytes = random(random, random.nextInt(40_000));
        whole.appendBytes(bytes);
        Buffer out = encoder.encode(Buffer.buffer(bytes));
        assertThat(out.length()).isLessThan(bytes.length + 256 * 1024);
        coded.appendBuffer(out);
        if (!known) {
          assertThat(decodeWhatIsThere(coded, whole.length())).isEqualTo(whole.getBytes());
        }
      }
      coded.appendBuffer(encoder.finish());
      assertThat(decode(coded)).as("seed %s", seed).isEqualTo(whole.getBytes());
      assertThat(compression.open()).isZero();
    }
  }

  /** The program everybody has, with both kinds of parts in one file. */
  @Test
  void gunzipReadsIt(@TempDir Path folder) throws Exception {
    String text = "one line and another\n".repeat(20_000);
    for (boolean known : new boolean[] {true, false}) {
      BodyEncoder encoder = begin(known);
      Buffer coded = encoder.encode(Buffer.buffer(text));
      coded.appendBuffer(encoder.encode(Buffer.buffer("end")));
      coded.appendBuffer(encoder.finish());
      Path file = Files.write(folder.resolve("body.gz"), coded.getBytes());
      Path read = folder.resolve("body");
      Process gunzip =
          new ProcessBuilder("gzip", "-dc", file.toString())
              .redirectOutput(read.toFile())
              .redirectErrorStream(true)
              .start();
      assertThat(gunzip.waitFor()).isZero();
      assertThat(Files.readString(read)).isEqualTo(text + "end");
    }
  }

  @Test
  void thereIsABoundAndBeyondItBodiesGoOutAsTheyAre() {
    List<BodyEncoder> all = new ArrayList<>();
    for (int i = 0; i < Compression.MOST_OPEN; i++) {
      all.add(begin(true));
    }
    MultiMap response = fields("Content-Type", "text/css", "Content-Length", "5000");
    assertThat(compression.begin(false, GZIP, 200, response)).isNull();
    assertThat(response.get("Content-Length")).isEqualTo("5000");
    assertThat(response.contains("Content-Encoding")).isFalse();
    all.get(0).close();
    all.get(0).close(); // twice is once
    assertThat(compression.open()).isEqualTo(Compression.MOST_OPEN - 1);
    begin(true).close();
    all.forEach(BodyEncoder::close);
  }

  @Test
  void aDeflaterIsUsedAgainWithoutWhatItHad() {
    BodyEncoder left = begin(true);
    left.encode(Buffer.buffer("secret ".repeat(1000)));
    left.close();
    BodyEncoder next = begin(true);
    Buffer coded = next.encode(Buffer.buffer("hello"));
    coded.appendBuffer(next.finish());
    assertThat(new String(decode(coded), StandardCharsets.UTF_8)).isEqualTo("hello");
  }

  @Test
  void whatWasGivenUpCannotGoOn() {
    BodyEncoder encoder = begin(true);
    encoder.close();
    assertThatThrownBy(() -> encoder.encode(Buffer.buffer("a")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(encoder::finish).isInstanceOf(IllegalStateException.class);
  }

  private BodyEncoder begin(boolean known) {
    MultiMap response = fields("Content-Type", "text/plain");
    if (known) {
      response.set("Content-Length", "100000");
    }
    return compression.begin(false, GZIP, 200, response);
  }

  private static byte[] random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    } else {
      Arrays.fill(bytes, (byte) random.nextInt(256));
    }
    return bytes;
  }

  private static byte[] decode(Buffer coded) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(coded.getBytes()))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("not gzip", e);
    }
  }

  /** What a client can read before the end has come. */
  private static byte[] decodeWhatIsThere(Buffer coded, int length) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(coded.getBytes()))) {
      return in.readNBytes(length);
    } catch (IOException e) {
      throw new AssertionError("not all that was encoded can be read", e);
    }
  }

  private static MultiMap parse(String text) {
    MultiMap headers = fields();
    for (String field : text.split(" ", -1)) {
      int colon = field.indexOf(':');
      headers.add(field.substring(0, colon), field.substring(colon + 1));
    }
    return headers;
  }
}
