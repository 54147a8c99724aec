package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIfFailed;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * Clients that hold a WebSocket open through the gateway to the demo service, which sends each a
 * text a second and sends back what it is sent.
 */
public final class WebSocketSimulation extends Simulation {
  private static final String CONNECT = "socket connect";
  private static final String ECHO = "socket echo";
  private static final String TICK = "socket tick";
  private static final int TEXTS = 3;

  public WebSocketSimulation() {
    Ground ground = Ground.current();
    Profile profile = ground.options().profile();
    Requests requests = Requests.byKey(ground.credentials().key("internal"));
    setUp(
            ground.warmedUp(
                requests.silently().echo(),
                ground.come(scenario("websocket").exec(client(requests)))))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(
            new Promises()
                .failing(profile.failing().gateway())
                .times(profile.gateway(), CONNECT, ECHO)
                .list());
  }

  /** Each text is another one, as the echo of one must not be taken for that of the next. */
  private static ChainBuilder client(Requests requests) {
    return exec(ws(CONNECT)
            .connect("/demo/websocket?tick")
            .header(requests.header(), requests.credential()))
        .exec(exitHereIfFailed())
        .exec(
            repeat(TEXTS, "text")
                .on(
                    exec(
                        ws("socket send")
                            .sendText("text #{text}")
                            .await(5)
                            .on(
                                ws.checkTextMessage(ECHO)
                                    .matching(bodyString().isEL("text #{text}"))),
                        ws("socket wait")
                            .sendText("waiting #{text}")
                            .await(5)
                            .on(ws.checkTextMessage(TICK).matching(regex("^tick ").exists())))))
        .exec(ws("socket close").close());
  }
}
