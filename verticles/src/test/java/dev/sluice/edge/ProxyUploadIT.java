package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that do not end well. */
@ExtendWith(Servers.Extension.class)
class ProxyUploadIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final long MOST = 64L << 20;

  @TempDir Path folder;
  private Vertx vertx;
  private TestNode gateway;
  private final AtomicInteger cut = new AtomicInteger();
  private final AtomicInteger deafCut = new AtomicInteger();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    TestUpstream early = new TestUpstream(vertx, this::answerAtOnce);
    NetServer deaf =
        await(vertx.createNetServer().connectHandler(this::hearNothing).listen(0, "127.0.0.1"));
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          early: {targets: [{url: "%s"}]}
          deaf: {targets: [{url: "http://127.0.0.1:%d"}]}
        routes:
          early: {match: {paths: ["/early"]}, upstream: early, body_limit: 100KB}
          deaf: {match: {paths: ["/deaf"]}, upstream: deaf, body_limit: 1GB, timeout: 1s}
        """
            .formatted(early.url(), deaf.actualPort()));
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    await(vertx.close());
  }

  private void answerAtOnce(HttpServerRequest request) {
    request.exceptionHandler(e -> cut.incrementAndGet());
    request.handler(part -> received.addAndGet(part.length()));
    request.response().setChunked(true).write("it begins");
  }

  /** Notices the end only because it goes on talking. */
  private void hearNothing(NetSocket socket) {
    socket.pause();
    long timer = vertx.setPeriodic(2000, 100, now -> socket.write("x"));
    socket.exceptionHandler(e -> {});
    socket.closeHandler(
        gone -> {
          vertx.cancelTimer(timer);
          deafCut.incrementAndGet();
        });
  }

  @Test
  void whatGrowsTooLongAfterItsAnswerBeganIsCutOff() throws Exception {
    try (RawHttp client = new RawHttp(gateway.url())) {
      client.write("POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      String part = "2000\r\n" + "x".repeat(0x2000) + "\r\n";
      Waiting.until("it is cut off", SOON, () -> client.refuses(part));
      assertThat(client.rest()).as("the answer has no end").doesNotContain("\r\n0\r\n");
    }
    Waiting.until("the upstream is told", SOON, () -> cut.get() == 1);
    assertThat(received.get()).isLessThanOrEqualTo(100 * 1024);
  }

  /** Or each would keep a connection, and what is buffered for it. */
  @Test
  void aTargetThatReadsNothingDoesNotKeepItsConnection() throws Exception {
    HttpClient client = vertx.createHttpClient();
    URI url = URI.create(gateway.url());
    HttpClientRequest request =
        await(client.request(HttpMethod.POST, url.getPort(), url.getHost(), "/deaf"));
    request.setChunked(true).exceptionHandler(e -> {});
    request.drainHandler(drained -> send(request));
    vertx.runOnContext(go -> send(request));
    HttpClientResponse answer = await(request.response());
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(sent.get()).as("it was held up").isLessThan(MOST);
    Waiting.until("its connection is closed", SOON, () -> deafCut.get() == 1);
    await(client.close());
  }

  private void send(HttpClientRequest request) {
    while (sent.get() < MOST && !request.writeQueueFull()) {
      request.write(Buffer.buffer(new byte[64 * 1024]));
      sent.addAndGet(64 * 1024);
    }
  }
}
