package dev.sluice.load.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenClientsTest {
  private static final int PER_SECOND = 1000;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private OpenClients clients(int connections, io.vertx.core.Handler<HttpServerRequest> answers)
      throws Exception {
    HttpServer server = vertx.createHttpServer().requestHandler(answers);
    server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    return new OpenClients(connections, server.actualPort(), "/", "");
  }

  /** No connection is free until the end, and then all are at once. */
  @Test
  void whatStillWaitsForAConnectionAtTheEndIsSent() throws Exception {
    List<HttpServerRequest> held = new ArrayList<>();
    boolean[] holds = {true};
    vertx.setTimer(
        1200,
        late -> {
          holds[0] = false;
          held.forEach(request -> request.response().end("late"));
        });
    try (OpenClients clients =
        clients(
            1,
            request -> {
              if (holds[0]) {
                held.add(request);
              } else {
                request.response().end("soon");
              }
            })) {
      OpenClients.Outcome outcome = clients.run(PER_SECOND, 1);
      assertThat(outcome.failed()).isZero();
      assertThat(outcome.millis(99)).as("from when it was due").isGreaterThan(1000);
    }
  }

  @Test
  void whoIsNeverAnsweredCounts() throws Exception {
    try (OpenClients clients = clients(64, request -> {})) {
      OpenClients.Outcome outcome = clients.run(PER_SECOND, 1);
      assertThat(outcome.failed()).isBetween(PER_SECOND - 10, PER_SECOND + 10);
      assertThat(outcome.millis(1)).as("how long it has waited").isGreaterThan(1900);
    }
  }
}
