package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Requests that pass through the gateway to a service that answers at once. */
public final class ProxySimulation extends Simulation {
  private static final int EACH = 10;

  public ProxySimulation() {
    Ground ground = Ground.current();
    Options options = ground.options();
    Profile profile = options.profile();
    Requests requests = Requests.byKey(ground.credentials().key("internal"));
    Promises promises =
        new Promises().failing(profile.failing().gateway()).times(profile.gateway(), Requests.ECHO);
    if (options.model() == Model.CLOSED && profile.perSecond() > 0) {
      promises.that(
          global()
              .successfulRequests()
              .count()
              .gte(profile.perSecond() * options.duration().toMillis() / 1000));
    }
    setUp(
            ground.warmedUp(
                requests.silently().echo(),
                ground.come(scenario("proxy").exec(repeat(EACH).on(requests.echo())))))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(promises.list());
  }
}
