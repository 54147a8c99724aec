package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What could be read in two ways does not come to an upstream, where everything is forwarded: of a
 * bad head nothing does, of a bad body never its end, and never what hides behind either.
 */
@ExtendWith(Servers.Extension.class)
class ProxyFramingIT {
  private static final String AFTER = "GET /after HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String SEEN_AFTER = "GET /after";

  /** Requests of which the upstream has seen the head, and those that were whole. */
  private static final Queue<String> begun = new ConcurrentLinkedQueue<>();

  private static final Queue<String> whole = new ConcurrentLinkedQueue<>();

  @TempDir private static Path folder;
  private static Vertx vertx;
  private static TestUpstream upstream;
  private static TestNode gateway;

  @BeforeAll
  static void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    upstream = new TestUpstream(vertx, ProxyFramingIT::serve);
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          all: {targets: [{url: "%s"}], breaker: {failures: 0}, health: {eject_after: 0}}
        routes:
          all: {match: {paths: ["/*"]}, upstream: all}
        """
            .formatted(upstream.url()));
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  private static void serve(HttpServerRequest request) {
    String line = request.method() + " " + request.uri();
    begun.add(line);
    request
        .body()
        .onSuccess(
            body -> {
              whole.add(line);
              request.response().end("seen");
            });
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    await(vertx.close());
  }

  @BeforeEach
  void forget() {
    begun.clear();
    whole.clear();
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
    try (RawHttp http = new RawHttp(gateway.url())) {
      http.write(bad.bytes() + FramingCases.SMUGGLED);
      assertThat(http.read().status()).isEqualTo(bad.status());
      assertThat(http.isClosed()).isTrue();
    }
    after();
    assertThat(begun).containsExactly(SEEN_AFTER);
  }

  /** A good request before it comes to the upstream, and nothing else does. */
  @ParameterizedTest
  @MethodSource("badHeads")
  void badHeadsInAPipeline(FramingCases.Case bad) throws Exception {
    try (RawHttp http = new RawHttp(gateway.url())) {
      http.write("GET /before HTTP/1.1\r\nHost: a\r\n\r\n" + bad.bytes() + FramingCases.SMUGGLED);
      assertThat(http.read().status()).isEqualTo(200);
      assertThat(http.read().status()).isEqualTo(bad.status());
      assertThat(http.isClosed()).isTrue();
    }
    after();
    assertThat(begun).containsExactly("GET /before", SEEN_AFTER);
  }

  /** The head was right, so it may be there; but never so that it looks whole. */
  @ParameterizedTest
  @MethodSource
  void badBodies(FramingCases.Case bad) throws Exception {
    try (RawHttp http = new RawHttp(gateway.url())) {
      http.write(forwarded(bad) + FramingCases.SMUGGLED);
      assertThat(http.readOrEnd()).isIn(-1, bad.status());
      assertThat(http.isClosed()).isTrue();
    }
    after();
    assertThat(whole).containsExactly(SEEN_AFTER);
    assertThat(begun).isSubsetOf("POST /takes", SEEN_AFTER);
  }

  @ParameterizedTest
  @MethodSource
  void good(FramingCases.Case good) throws Exception {
    // Answered by the gateway itself: no path is asked for, or one of its own.
    boolean own = good.status() == 400 || good.bytes().contains("/health/live");
    try (RawHttp http = new RawHttp(gateway.url())) {
      http.write(forwarded(good) + AFTER);
      assertThat(http.read().status()).isEqualTo(good.status() == 400 ? 400 : 200);
      assertThat(http.read().status()).isEqualTo(200);
    }
    assertThat(whole).hasSize(own ? 1 : 2).last().isEqualTo(SEEN_AFTER);
    assertThat(begun).hasSameSizeAs(whole);
  }

  private static String forwarded(FramingCases.Case one) {
    return one.bytes().replace(FramingCases.TAKES_BODIES, "/takes");
  }

  /** Others than those that were cut off are served as ever. */
  private static void after() throws Exception {
    try (RawHttp http = new RawHttp(gateway.url())) {
      http.write(AFTER);
      assertThat(http.read().status()).isEqualTo(200);
    }
  }
}
