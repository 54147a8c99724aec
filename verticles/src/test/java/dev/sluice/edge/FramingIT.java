package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What could be read in two ways is not read at all. */
@ExtendWith(Servers.Extension.class)
class FramingIT {
  private static TestNode node;

  @BeforeAll
  static void start(Servers servers) throws Exception {
    node = TestNode.start(servers);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static Stream<FramingCases.Case> badHeads() {
    return FramingCases.badHeads().stream();
  }

  static Stream<FramingCases.Case> badBodies() {
    return FramingCases.badBodies().stream();
  }

  static Stream<FramingCases.Case> good() {
    return FramingCases.good().stream();
  }

  @ParameterizedTest
  @MethodSource
  void badHeads(FramingCases.Case bad) throws Exception {
    refused(bad, bad.bytes() + FramingCases.SMUGGLED);
  }

  @ParameterizedTest
  @MethodSource
  void badBodies(FramingCases.Case bad) throws Exception {
    long before = reached();
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(bad.bytes() + FramingCases.SMUGGLED);
      // Whoever was reading the body answers; where nobody was yet, the end is all there is.
      assertThat(http.readOrEnd()).isIn(-1, bad.status());
      assertThat(http.isClosed()).isTrue();
    }
    assertThat(reached()).isEqualTo(before);
  }

  /** The same, where the network cuts the bytes into single ones. */
  @ParameterizedTest
  @MethodSource("badHeads")
  void badHeadsByteByByte(FramingCases.Case bad) throws Exception {
    if (bad.bytes().length() < 1000) {
      long before = reached();
      try (RawHttp http = new RawHttp(node.url())) {
        http.drip(bad.bytes() + FramingCases.SMUGGLED);
        assertThat(http.read().status()).isEqualTo(bad.status());
        assertThat(http.isClosed()).isTrue();
      }
      assertThat(reached()).isEqualTo(before);
    }
  }

  /** A good request before it is answered, and then no more. */
  @ParameterizedTest
  @MethodSource("badHeads")
  void badHeadsInAPipeline(FramingCases.Case bad) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(
          "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n" + bad.bytes() + FramingCases.SMUGGLED);
      assertThat(http.read().status()).isEqualTo(200);
      assertThat(http.read().status()).isEqualTo(bad.status());
      assertThat(http.isClosed()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource
  void good(FramingCases.Case good) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(good.bytes() + "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(good.status());
      assertThat(http.read().status()).isEqualTo(200);
    }
    try (RawHttp http = new RawHttp(node.url())) {
      http.drip(good.bytes() + "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(good.status());
      assertThat(http.read().status()).isEqualTo(200);
    }
  }

  @Test
  void aRefusalSaysWhichLimitAndIsCounted() throws Exception {
    double before = faults("headers");
    try (RawHttp http = new RawHttp(node.url())) {
      http.write("GET /target HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(100) + "\r\n");
      RawHttp.Reply reply = http.read();
      assertThat(reply.status()).isEqualTo(431);
      assertThat(reply.header("x-request-id")).isNotEmpty();
      assertThat(reply.header("connection")).isEqualTo("close");
      assertThat(reply.body()).contains("edge.header_count, 100", reply.header("x-request-id"));
    }
    assertThat(faults("headers")).isEqualTo(before + 1);
  }

  private static void refused(FramingCases.Case bad, String bytes) throws Exception {
    long before = reached();
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(bytes);
      assertThat(http.read().status()).isEqualTo(bad.status());
      assertThat(http.isClosed()).isTrue();
    }
    assertThat(reached()).isEqualTo(before);
  }

  /**
   * How many requests for {@code /target} or {@code /smuggled} came through: those without a route.
   * What is refused before it could have one has the method OTHER.
   */
  private static long reached() throws Exception {
    return Math.round(sum("http_requests_total\\{method=\"(?!OTHER)[A-Z]+\",path=\"none\"[^}]*}"));
  }

  private static double faults(String fault) throws Exception {
    return sum("requests_malformed_total\\{fault=\"%s\"[^}]*}".formatted(fault));
  }

  private static double sum(String series) throws Exception {
    Matcher matcher =
        Pattern.compile(series + " ([0-9.E]+)")
            .matcher(node.get(node.managementUrl() + "/metrics").text());
    double total = 0;
    while (matcher.find()) {
      total += Double.parseDouble(matcher.group(1).toUpperCase(Locale.ROOT));
    }
    return total;
  }
}
