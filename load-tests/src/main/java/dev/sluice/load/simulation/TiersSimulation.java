package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An API key of each tier, and clients without one, from as many addresses as there are users; each
 * asks one and a half times as often as its limit allows, but no more than 150 times a second. What
 * the limits are is asked of the node first. What a limit lets through must be what it says: its
 * burst and its rate for as long as the run took. Who stays below it is never refused.
 */
public final class TiersSimulation extends Simulation {
  private static final List<String> TIERS = List.of("free", "pro", "enterprise", "internal");
  private static final double TOO_OFTEN = 1.5;
  private static final double MOST = 150;

  /** Of the last requests of a run, which may come a little later than its end. */
  private static final double LATE_SECONDS = 0.5;

  private final Options options;
  private final List<PopulationBuilder> users = new ArrayList<>();
  private final List<Assertion> assertions = new ArrayList<>();

  public TiersSimulation() {
    Ground ground = Ground.current();
    options = ground.options();
    for (String tier : TIERS) {
      String key = ground.credentials().key(tier);
      add("tier " + tier, 1, policy("X-API-Key", key), asks("tier " + tier, "X-API-Key", key));
    }
    int network = ThreadLocalRandom.current().nextInt(1, 255);
    for (int i = 1; i <= options.users(); i++) {
      String name = "no key, client " + i;
      String address = Ground.address(network, i);
      ChainBuilder asks = asks(name, "X-Forwarded-For", address);
      add(name, 0, policy("X-Forwarded-For", Ground.address(network, 0)), asks);
    }
    Requests requests = Requests.byKey(ground.credentials().key("internal"));
    setUp(ground.warmedUp(requests.silently().echo(), users.toArray(PopulationBuilder[]::new)))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(assertions);
  }

  /**
   * @param spent of the bucket already
   */
  private void add(String name, int spent, Policy policy, ChainBuilder asks) {
    double seconds = options.duration().toMillis() / 1000.0;
    double rate = Math.min(MOST, policy.limited() ? policy.rate() * TOO_OFTEN : MOST);
    double asked = rate * seconds;
    double least = asked;
    double most = asked;
    if (policy.limited()) {
      double filled = options.warmUp().isZero() ? policy.burst() - spent : policy.burst();
      least = Math.min(asked, filled + policy.rate() * seconds);
      most = Math.min(asked, policy.burst() + policy.rate() * (seconds + LATE_SECONDS));
    }
    double tolerance = options.profile().tolerance();
    users.add(
        scenario(name).exec(asks).injectOpen(constantUsersPerSec(rate).during(options.duration())));
    if (least == asked) {
      assertions.add(details(name).failedRequests().count().is(0L));
    } else {
      assertions.add(
          details(name)
              .successfulRequests()
              .count()
              .between((long) (least * (1 - tolerance)), (long) (most * (1 + tolerance))));
    }
  }

  /** What the node says of this client's limit. */
  private Policy policy(String header, String value) {
    HttpRequest.Builder request = options.target().request("/demo/echo").header(header, value);
    return Policy.read(
        options.target().send(request).headers().firstValue("RateLimit-Policy").orElse(""));
  }

  private static ChainBuilder asks(String name, String header, String value) {
    return exec(http(name).get("/demo/echo").header(header, value).check(status().is(200)));
  }
}
