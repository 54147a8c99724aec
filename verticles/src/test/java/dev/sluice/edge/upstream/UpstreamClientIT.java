package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Waiting;
import dev.sluice.edge.upstream.UpstreamConfig.Protocol;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the client behaves towards real sockets, and what its failures are taken for. */
class UpstreamClientIT {
  private final Vertx vertx = Vertx.vertx();
  private final List<Context> loops = new ArrayList<>();
  private final Upstreams upstreams =
      new Upstreams(vertx, Time.system(), new SimpleMeterRegistry(), 2, Duration.ofMinutes(1));
  private final UpstreamClient client = upstreams.client(0);
  private final Set<String> connections = ConcurrentHashMap.newKeySet();

  UpstreamClientIT() {
    loops.add(((VertxInternal) vertx).createEventLoopContext());
    loops.add(((VertxInternal) vertx).createEventLoopContext());
  }

  @AfterEach
  void close() throws Exception {
    upstreams.close();
    Waiting.await(vertx.close());
  }

  private int http(HttpServerOptions options, io.vertx.core.Handler<HttpServerRequest> handler)
      throws Exception {
    HttpServer server =
        vertx
            .createHttpServer(options)
            .connectionHandler(opened -> connections.add(opened.remoteAddress().toString()))
            .requestHandler(handler);
    return Waiting.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private int http() throws Exception {
    return http(
        new HttpServerOptions(),
        request -> request.response().end(request.authority() + " " + request.uri()));
  }

  private int raw(io.vertx.core.Handler<NetSocket> handler) throws Exception {
    NetServer server = vertx.createNetServer().connectHandler(handler);
    return Waiting.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private Upstream upstream(Sample sample) {
    return upstreams.swap(Map.of("real", sample.config())).get("real");
  }

  private Upstream at(int port) {
    return upstream(Sample.of("http://127.0.0.1:" + port));
  }

  private <T> Future<T> on(int loop, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loops.get(loop).runOnContext(now -> work.get().onComplete(done));
    return done.future();
  }

  private Future<Outgoing> open(Upstream upstream) {
    return client.request(upstream.endpoints()[0], HttpMethod.GET, "/x?y=1");
  }

  private Future<String> get(Upstream upstream) {
    return open(upstream)
        .compose(
            outgoing ->
                outgoing
                    .request()
                    .send()
                    .compose(HttpClientResponse::body)
                    .map(body -> outgoing.reused() + " " + body));
  }

  private Throwable failure(Supplier<Future<?>> work) throws Exception {
    return Waiting.awaitFailure(on(0, () -> work.get().map(done -> "no failure")));
  }

  @Test
  void asksAtTheBasePathWithTheTargetsAuthority() throws Exception {
    int port = http();
    Upstream upstream = upstream(Sample.of("http://127.0.0.1:" + port + "/base/"));
    String there = "127.0.0.1:" + port + " /base/x?y=1";
    assertThat(Waiting.await(on(0, () -> get(upstream)))).isEqualTo("false " + there);
    assertThat(Waiting.await(on(0, () -> get(upstream)))).isEqualTo("true " + there);
    assertThat(connections).hasSize(1);
  }

  @Test
  void anIpv6AddressIsInBrackets() throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(request.getHeader("Host")));
    Future<HttpServer> listening = server.listen(0, "::1");
    assumeTrue(Waiting.awaitFailure(listening) == null, "this machine has IPv6");
    int port = listening.result().actualPort();
    Upstream upstream = upstream(Sample.of("http://[::1]:" + port));
    assertThat(Waiting.await(on(0, () -> get(upstream)))).isEqualTo("false [::1]:" + port);
  }

  @Test
  void eachEventLoopHasItsOwnConnectionsAndNothingHopsThreads() throws Exception {
    int port = http();
    Upstream upstream = upstream(Sample.of("http://127.0.0.1:" + port).pool(20, 1000));
    UpstreamClient other = upstreams.client(1);
    AtomicInteger hops = new AtomicInteger();
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int loop = i % 2;
      UpstreamClient mine = loop == 0 ? client : other;
      all.add(
          on(
              loop,
              () -> {
                Thread here = Thread.currentThread();
                return mine.request(upstream.endpoints()[0], HttpMethod.GET, "/")
                    .compose(
                        outgoing -> {
                          hops.addAndGet(Thread.currentThread() == here ? 0 : 1);
                          hops.addAndGet(Vertx.currentContext() == loops.get(loop) ? 0 : 1);
                          outgoing
                              .request()
                              .connection()
                              .closeHandler(
                                  v -> hops.addAndGet(Thread.currentThread() == here ? 0 : 1));
                          return outgoing.request().send();
                        })
                    .compose(
                        response -> {
                          hops.addAndGet(Thread.currentThread() == here ? 0 : 1);
                          return response.body();
                        })
                    .map(
                        body -> {
                          hops.addAndGet(Thread.currentThread() == here ? 0 : 1);
                          return "done";
                        });
              }));
    }
    for (Future<String> each : all) {
      assertThat(Waiting.await(each)).isEqualTo("done");
    }
    assertThat(hops.get()).isZero();
    assertThat(connections.size()).as("ten for each loop").isBetween(2, 20);
  }

  @Test
  void noConnection() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Upstream upstream = at(port);
    Throwable failure = failure(() -> open(upstream));
    assertThat(UpstreamFailure.of(failure)).isEqualTo(UpstreamFailure.CONNECT);
    assertThat(UpstreamFailure.neverSent(failure)).isTrue();
    assertThat(failure).hasMessageContaining("127.0.0.1:" + port);
  }

  /** A listener whose queue is full answers no SYN, as an address behind a firewall does not. */
  @Test
  void noConnectionInTime() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Upstream upstream =
          upstream(
              Sample.of("http://127.0.0.1:" + deaf.getLocalPort())
                  .connectTimeout(Duration.ofMillis(200)));
      List<Throwable> failures = new ArrayList<>();
      for (int i = 0; i < 8 && failures.isEmpty(); i++) {
        Future<Outgoing> opened = on(0, () -> open(upstream));
        Throwable failure = Waiting.awaitFailure(opened);
        if (failure != null) {
          failures.add(failure);
        }
      }
      assertThat(failures).hasSize(1);
      assertThat(UpstreamFailure.of(failures.get(0))).isEqualTo(UpstreamFailure.CONNECT);
      assertThat(UpstreamFailure.neverSent(failures.get(0))).isTrue();
    }
  }

  @Test
  void aNameWithoutAddress() throws Exception {
    Upstream upstream = upstream(Sample.of("http://no-such-name.invalid"));
    Throwable failure = failure(() -> open(upstream));
    assertThat(UpstreamFailure.of(failure)).isEqualTo(UpstreamFailure.DNS);
    assertThat(UpstreamFailure.neverSent(failure)).isTrue();
  }

  @Test
  void aFullPoolAndWaitingInVain() throws Exception {
    int port = http(new HttpServerOptions(), request -> {});
    Upstream upstream =
        upstream(
            Sample.of("http://127.0.0.1:" + port)
                .pool(2, 2) // of two loops, so one each
                .connectTimeout(Duration.ofMillis(300)));
    Outgoing held = Waiting.await(on(0, () -> open(upstream)));
    Future<Outgoing> waiting = on(0, () -> open(upstream));
    Throwable tooMany = failure(() -> open(upstream));
    assertThat(UpstreamFailure.of(tooMany)).isEqualTo(UpstreamFailure.POOL_FULL);
    assertThat(tooMany).hasMessageContaining("max wait queue size of 1");
    Throwable inVain = Waiting.awaitFailure(waiting);
    assertThat(UpstreamFailure.of(inVain)).isEqualTo(UpstreamFailure.POOL_FULL);
    assertThat(UpstreamFailure.neverSent(inVain)).isTrue();
    assertThat(held.reused()).isFalse();
  }

  @Test
  void noAnswerInTime() throws Exception {
    int port = http(new HttpServerOptions(), request -> {});
    Upstream upstream = at(port);
    Throwable failure =
        failure(
            () -> open(upstream).compose(outgoing -> outgoing.request().idleTimeout(100).send()));
    assertThat(UpstreamFailure.of(failure)).isEqualTo(UpstreamFailure.TIMEOUT);
    assertThat(UpstreamFailure.neverSent(failure)).isFalse();
  }

  @Test
  void aConnectionClosedInsteadOfAnAnswerIsStaleOnlyWhenItWasReused() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    int port =
        raw(
            socket ->
                socket.handler(
                    received -> {
                      if (requests.incrementAndGet() % 2 == 1) {
                        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                      } else {
                        socket.close();
                      }
                    }));
    Upstream upstream = at(port);
    assertThat(Waiting.await(on(0, () -> get(upstream)))).isEqualTo("false ok");
    Outgoing second = Waiting.await(on(0, () -> open(upstream)));
    assertThat(second.reused()).isTrue();
    Throwable stale = failure(() -> second.request().send());
    assertThat(stale).hasMessage("Connection was closed");
    assertThat(UpstreamFailure.of(stale)).isEqualTo(UpstreamFailure.RESET);
    assertThat(UpstreamFailure.neverSent(stale)).isFalse();
    assertThat(UpstreamFailure.staleConnection(stale, second.reused(), false)).isTrue();
    assertThat(UpstreamFailure.staleConnection(stale, second.reused(), true)).isFalse();
    requests.set(1);
    Outgoing fresh = Waiting.await(on(0, () -> open(upstream)));
    assertThat(fresh.reused()).isFalse();
    Throwable reset = failure(() -> fresh.request().send());
    assertThat(UpstreamFailure.of(reset)).isEqualTo(UpstreamFailure.RESET);
    assertThat(UpstreamFailure.staleConnection(reset, fresh.reused(), false)).isFalse();
  }

  @Test
  void aConnectionTheServerClosedWhileIdleIsNotUsedAgain() throws Exception {
    Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    int port =
        raw(
            socket -> {
              open.add(socket);
              socket.handler(
                  received -> socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
            });
    Upstream upstream = at(port);
    assertThat(Waiting.await(on(0, () -> get(upstream)))).isEqualTo("false ok");
    for (NetSocket socket : open) {
      Waiting.await(socket.close());
    }
    Waiting.until(
        "a new connection",
        Duration.ofSeconds(10),
        () -> Waiting.awaitFailure(on(0, () -> get(upstream))) == null && open.size() == 2);
  }

  @Test
  void aResponseThatBreaksOffAndOneThatIsNoHttp() throws Exception {
    int broken =
        raw(
            socket ->
                socket.handler(
                    received -> {
                      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok");
                      socket.close();
                    }));
    Upstream first = at(broken);
    assertThat(UpstreamFailure.of(failure(() -> get(first)))).isEqualTo(UpstreamFailure.RESET);
    for (String nonsense :
        List.of(
            "SSH-2.0-OpenSSH_9.2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + "y".repeat(Line.HEADER_LIMIT) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) {
      int port = raw(socket -> socket.handler(received -> socket.write(nonsense)));
      Upstream upstream = at(port);
      assertThat(UpstreamFailure.of(failure(() -> get(upstream))))
          .as(nonsense.substring(0, 20))
          .isEqualTo(UpstreamFailure.PROTOCOL);
    }
  }

  @Test
  void http2WithoutTlsAtOnceAndMultiplexed() throws Exception {
    List<HttpServerRequest> waiting = new ArrayList<>();
    int port =
        http(
            new HttpServerOptions(),
            request -> {
              waiting.add(request);
              if (waiting.size() == 20) {
                waiting.forEach(each -> each.response().end(each.version().name()));
              }
            });
    Upstream upstream =
        upstream(Sample.of("http://127.0.0.1:" + port).protocol(Protocol.HTTP2).pool(40, 100));
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(on(0, () -> get(upstream)));
    }
    Set<String> seen = new HashSet<>();
    for (Future<String> answer : answers) {
      seen.add(Waiting.await(answer));
    }
    assertThat(seen).containsExactlyInAnyOrder("false HTTP_2", "true HTTP_2");
    assertThat(connections).hasSize(1);
  }

  @Test
  void aRemovedUpstreamIsLeftAloneForAWhileAndThenClosed() throws Exception {
    int port = http();
    Upstream upstream = at(port);
    assertThat(Waiting.await(on(0, () -> get(upstream)))).startsWith("false");
    upstreams.swap(Map.of());
    upstreams.tick();
    assertThat(Waiting.await(on(0, () -> get(upstream)))).startsWith("true");
    upstream.pools().shut();
    Throwable failure = failure(() -> open(upstream));
    assertThat(UpstreamFailure.of(failure)).isEqualTo(UpstreamFailure.CONNECT);
    assertThat(UpstreamFailure.neverSent(failure)).isTrue();
  }
}
