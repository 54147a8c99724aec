package dev.sluice.edge.proxy;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two targets asked for one answer, and all that may come first. */
class HedgingIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private ProxyBench gateway;
  private String one;
  private String two;

  /** A request a target has, which the test answers. */
  private record Asked(String target, HttpServerRequest request, AtomicInteger cut) {
    void answer(int status) {
      request.response().setStatusCode(status).end(target);
    }

    void untilCut() throws Exception {
      Waiting.until(target + " is given up", SOON, () -> cut.get() > 0);
    }
  }

  @BeforeEach
  void open() throws Exception {
    one = target("one");
    two = target("two");
    open("targets: [{url: \"%s\"}, {url: \"%s\"}]".formatted(one, two), "retry: {budget: 100}");
  }

  @AfterEach
  void close() throws Exception {
    assertThat(gateway.defects()).isEmpty();
    gateway.close();
    await(vertx.close());
  }

  private void open(String targets, String retry) throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    gateway =
        ProxyBench.open(
            vertx,
            """
            upstreams:
              both:
                %s
                breaker: {failures: 0}
                health: {eject_after: 0}
                pool: {size: 3, waiting: 10}
            routes:
              all:
                match: {paths: ["/*"]}
                upstream: both
                timeout: 8s
                hedge: {after: 20ms}
                %s
            """
                .formatted(targets, retry));
  }

  private String target(String name) throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  Asked arrived = new Asked(name, request, new AtomicInteger());
                  request.response().exceptionHandler(gone -> {});
                  request.response().closeHandler(gone -> arrived.cut().incrementAndGet());
                  asked.add(arrived);
                });
    return "http://127.0.0.1:" + await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private Future<String> get(HttpMethod method) {
    return client
        .request(method, gateway.port(), "127.0.0.1", "/x")
        .compose(HttpClientRequest::send)
        .compose(HedgingIT::told);
  }

  private static Future<String> told(HttpClientResponse response) {
    return response.body().map((Buffer body) -> response.statusCode() + " " + body);
  }

  private void untilAsked(int count) throws Exception {
    Waiting.until(count + " are asked", SOON, () -> asked.size() >= count);
  }

  private void untilNothingIsUnderWay() throws Exception {
    Waiting.until("nothing is under way", SOON, () -> gateway.inFlight("both") == 0);
  }

  @Test
  void theSecondWinsAndTheFirstIsGivenUp() throws Exception {
    for (int i = 0; i < 10; i++) { // more than there are connections
      asked.clear();
      Future<String> answer = get(HttpMethod.GET);
      untilAsked(2);
      assertThat(asked.get(0).target()).isNotEqualTo(asked.get(1).target());
      asked.get(1).answer(200);
      assertThat(await(answer)).isEqualTo("200 " + asked.get(1).target());
      asked.get(0).untilCut();
      assertThat(asked.get(1).cut().get()).isZero();
      untilNothingIsUnderWay();
    }
    assertThat(asked).hasSize(2);
  }

  @Test
  void theFirstWinsAndTheSecondIsGivenUp() throws Exception {
    for (int i = 0; i < 10; i++) {
      asked.clear();
      Future<String> answer = get(HttpMethod.GET);
      untilAsked(2);
      asked.get(0).answer(200);
      assertThat(await(answer)).isEqualTo("200 " + asked.get(0).target());
      asked.get(1).untilCut();
      untilNothingIsUnderWay();
    }
    asked.clear();
    Future<String> head = get(HttpMethod.HEAD);
    untilAsked(2);
    asked.get(0).answer(200);
    assertThat(await(head)).isEqualTo("200 ");
    untilNothingIsUnderWay();
  }

  @Test
  void bothAnswerAtOnceAndTheClientHasOne() throws Exception {
    for (int i = 0; i < 20; i++) {
      asked.clear();
      Future<String> answer = get(HttpMethod.GET);
      untilAsked(2);
      asked.get(0).answer(200);
      asked.get(1).answer(200);
      assertThat(await(answer)).isIn("200 one", "200 two");
      untilNothingIsUnderWay();
    }
  }

  @Test
  void bothFail() throws Exception {
    Future<String> answer = get(HttpMethod.GET);
    untilAsked(2);
    asked.get(1).answer(503);
    asked.get(0).request().connection().close();
    assertThat(await(answer)).startsWith("502 ");
    untilNothingIsUnderWay();
    asked.clear();
    Future<String> poor = get(HttpMethod.GET);
    untilAsked(2);
    asked.get(0).answer(503);
    asked.get(1).answer(503);
    assertThat(await(poor)).startsWith("503 ");
    untilNothingIsUnderWay();
    assertThat(asked).hasSize(2);
  }

  @Test
  void aPoorAnswerDoesNotWinAgainstOneThatMayStillCome() throws Exception {
    Future<String> answer = get(HttpMethod.GET);
    untilAsked(2);
    asked.get(1).answer(503);
    Waiting.until("it is forgotten", SOON, () -> gateway.upstream("both").inFlight() == 1);
    asked.get(0).answer(200);
    assertThat(await(answer)).isEqualTo("200 " + asked.get(0).target());
    untilNothingIsUnderWay();
  }

  @Test
  void theClientGoesAwayWhileBothAreUnderWay() throws Exception {
    HttpClientRequest request =
        await(client.request(HttpMethod.GET, gateway.port(), "127.0.0.1", "/x"));
    request.response().onComplete(none -> {});
    await(request.end());
    untilAsked(2);
    await(request.connection().close());
    asked.get(0).untilCut();
    asked.get(1).untilCut();
    untilNothingIsUnderWay();
  }

  @Test
  void nobodyIsAskedTwiceAndNotBeyondTheBudget() throws Exception {
    Future<String> post = get(HttpMethod.POST);
    untilAsked(1);
    assertStaysAlone();
    asked.get(0).answer(200);
    await(post);
    open("targets: [{url: \"%s\"}]".formatted(one), "retry: {budget: 100}");
    asked.clear();
    Future<String> single = get(HttpMethod.GET);
    untilAsked(1);
    assertStaysAlone();
    asked.get(0).answer(200);
    assertThat(await(single)).isEqualTo("200 one");
    untilNothingIsUnderWay();
    open("targets: [{url: \"%s\"}, {url: \"%s\"}]".formatted(one, two), "retry: {budget: 0}");
    asked.clear();
    Future<String> poor = get(HttpMethod.GET);
    untilAsked(1);
    assertStaysAlone();
    asked.get(0).answer(200);
    await(poor);
    untilNothingIsUnderWay();
  }

  /** For ten times as long as a second one waits. */
  private void assertStaysAlone() throws Exception {
    await(vertx.timer(200));
    assertThat(asked).hasSize(1);
  }
}
