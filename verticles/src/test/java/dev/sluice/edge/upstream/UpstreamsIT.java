package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several real servers behind one upstream, on the clock of the machine. */
class UpstreamsIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Vertx plain = Vertx.vertx();
  private final FakeDns dns = new FakeDns(plain);
  private Vertx vertx;
  private Context loop;
  private Upstreams upstreams;
  private UpstreamClient client;

  private void open() throws Exception {
    int port = Waiting.await(dns.open());
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setAddressResolverOptions(
                    new AddressResolverOptions()
                        .addServer("127.0.0.1:" + port)
                        .addSearchDomain("svc.cluster.test")
                        .setNdots(2)));
    loop = ((VertxInternal) vertx).createEventLoopContext();
    upstreams =
        new Upstreams(vertx, Time.system(), new SimpleMeterRegistry(), 1, Duration.ofMinutes(1));
    upstreams.open();
    client = upstreams.client(0);
  }

  @AfterEach
  void close() throws Exception {
    upstreams.close();
    Waiting.await(vertx.close());
    Waiting.await(plain.close());
  }

  private HttpServer server(int port, String host, String answer, AtomicInteger status)
      throws Exception {
    return Waiting.await(
        plain
            .createHttpServer()
            .requestHandler(request -> request.response().setStatusCode(status.get()).end(answer))
            .listen(port, host));
  }

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** Sends a request as a proxy does, and says who answered what. */
  private Future<String> ask(Upstream upstream) {
    Promise<String> answer = Promise.promise();
    loop.runOnContext(
        now -> {
          Pick pick = upstream.pick(upstream.everybody(), 0, 0);
          if (pick instanceof Refusal refusal) {
            answer.complete(refusal.reason().name());
            return;
          }
          Attempt attempt = ((Endpoint) pick).begin();
          client
              .request(attempt.endpoint(), HttpMethod.GET, "/")
              .compose(outgoing -> outgoing.request().idleTimeout(2000).send())
              .compose(response -> response.body().map(body -> response.statusCode() + " " + body))
              .onComplete(
                  done -> {
                    if (done.succeeded()) {
                      attempt.succeeded(Integer.parseInt(done.result().substring(0, 3)));
                      answer.complete(done.result());
                    } else {
                      attempt.failed(UpstreamFailure.of(done.cause()));
                      answer.complete(UpstreamFailure.of(done.cause()).name());
                    }
                  });
        });
    return answer.future();
  }

  private Map<String, Integer> answers(Upstream upstream, int times) throws Exception {
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      answers.merge(Waiting.await(ask(upstream)), 1, Integer::sum);
    }
    return answers;
  }

  @Test
  void aTargetThatFailsItsProbesIsLeftAloneUntilItIsWellAgain() throws Exception {
    open();
    AtomicInteger first = new AtomicInteger(200);
    int one = server(0, "127.0.0.1", "one", first).actualPort();
    int two = server(0, "127.0.0.1", "two", new AtomicInteger(200)).actualPort();
    Upstream upstream =
        swap(
            Sample.of("http://127.0.0.1:" + one, "http://127.0.0.1:" + two)
                .health(Sample.probes("/up", Duration.ofMillis(500), Duration.ofMillis(400))));
    assertThat(answers(upstream, 20)).isEqualTo(Map.of("200 one", 10, "200 two", 10));
    first.set(500);
    Waiting.until(
        "one is left alone", SOON, () -> answers(upstream, 20).equals(Map.of("200 two", 20)));
    first.set(200);
    Waiting.until("one is used again", SOON, () -> answers(upstream, 20).containsKey("200 one"));
  }

  @Test
  void aTargetThatIsKilledLosesFewRequestsAndComesBack() throws Exception {
    open();
    HttpServer mortal = server(0, "127.0.0.1", "one", new AtomicInteger(200));
    int one = mortal.actualPort();
    int two = server(0, "127.0.0.1", "two", new AtomicInteger(200)).actualPort();
    Upstream upstream =
        swap(
            Sample.of("http://127.0.0.1:" + one, "http://127.0.0.1:" + two)
                .health(
                    new ProbeConfig(
                        "",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        1,
                        1,
                        3,
                        Duration.ofSeconds(1),
                        50)));
    assertThat(answers(upstream, 20)).isEqualTo(Map.of("200 one", 10, "200 two", 10));
    Waiting.await(mortal.close());
    Map<String, Integer> after = answers(upstream, 60);
    int failed = 60 - after.get("200 two");
    assertThat(failed).as("%s", after).isBetween(1, 5);
    Waiting.await(
        plain
            .createHttpServer()
            .requestHandler(request -> request.response().end("one"))
            .listen(one, "127.0.0.1"));
    Waiting.until("one is used again", SOON, () -> answers(upstream, 20).containsKey("200 one"));
  }

  @Test
  void allDeadIsRefusedAtOnceByTheBreaker() throws Exception {
    open();
    Upstream upstream =
        swap(
            Sample.of("http://127.0.0.1:" + freePort())
                .health(Sample.health(5, 50))
                .breaker(Sample.breaker(50)));
    assertThat(answers(upstream, 50)).isEqualTo(Map.of("CONNECT", 20, "OPEN", 30));
  }

  /** A headless service: a short name in a search domain, with an address for each pod. */
  @Test
  void aNameIsLookedUpAgainAndItsAddressesShareTheRequests() throws Exception {
    open();
    int port = server(0, "127.0.0.1", "one", new AtomicInteger(200)).actualPort();
    server(port, "127.0.0.2", "two", new AtomicInteger(200));
    server(port, "127.0.0.3", "three", new AtomicInteger(200));
    dns.answer("shop.svc.cluster.test", List.of("127.0.0.1", "127.0.0.2"));
    Upstream upstream = swap(Sample.of("http://shop:" + port).resolveEvery(Duration.ofMillis(500)));
    Waiting.until(
        "both addresses",
        SOON,
        () -> answers(upstream, 20).equals(new HashMap<>(Map.of("200 one", 10, "200 two", 10))));
    dns.answer("shop.svc.cluster.test", List.of("127.0.0.2", "127.0.0.3"));
    Waiting.until(
        "the new address and not the old",
        SOON,
        () ->
            new TreeSet<>(answers(upstream, 20).keySet())
                .equals(new TreeSet<>(List.of("200 two", "200 three"))));
    dns.answer("shop.svc.cluster.test", List.of());
    int asked = dns.asked();
    Waiting.until("it was looked up in vain", SOON, () -> dns.asked() > asked + 4);
    assertThat(answers(upstream, 20)).isEqualTo(Map.of("200 two", 10, "200 three", 10));
  }

  private Upstream swap(Sample sample) {
    return upstreams.swap(Map.of("real", sample.config())).get("real");
  }
}
