package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** One who signs in and then works with orders: mostly reads, sometimes places one. */
public final class ApiSimulation extends Simulation {
  private static final int EACH = 10;
  private static final double READ = 60;
  private static final double LISTED = 25;
  private static final double CREATED = 15;

  public ApiSimulation() {
    Ground ground = Ground.current();
    Profile profile = ground.options().profile();
    Requests requests = Requests.byToken(token(ground));
    setUp(
            ground.warmedUp(
                work(requests.silently()), ground.come(scenario("api").exec(work(requests)))))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(
            new Promises()
                .failing(profile.failing().business())
                .times(profile.business(), Requests.CREATE, Requests.GET, Requests.LIST)
                .list());
  }

  private static ChainBuilder work(Requests requests) {
    return requests
        .create()
        .exec(
            repeat(EACH - 1)
                .on(
                    randomSwitch()
                        .on(
                            percent(READ).then(requests.get()),
                            percent(LISTED).then(requests.list()),
                            percent(CREATED).then(requests.create()))));
  }

  /** Signs in once, as the admin. */
  static String token(Ground ground) {
    HttpResponse<String> answer =
        ground
            .options()
            .target()
            .send(
                ground
                    .options()
                    .target()
                    .request("/api/v1/auth/login")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(ground.credentials().login())));
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "the login of "
              + ground.credentials().email()
              + " was answered with "
              + answer.statusCode()
              + ": "
              + answer.body());
    }
    try {
      return new ObjectMapper().readTree(answer.body()).path("accessToken").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the answer to the login is no JSON", e);
    }
  }
}
