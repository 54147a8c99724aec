package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;

/** Moderate load of all kinds for long: what leaks or slows down shows in the report's curves. */
public final class SoakSimulation extends Simulation {
  private static final int PROXIED = 10;

  public SoakSimulation() {
    Ground ground = Ground.current();
    Profile profile = ground.options().profile();
    Requests requests = Requests.byKey(ground.credentials().key("internal"));
    setUp(
            ground.warmedUp(
                mix(requests.silently()), ground.come(scenario("soak").exec(mix(requests)))))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(
            new Promises()
                .failing(profile.failing().business())
                .times(profile.gateway(), Requests.ECHO)
                .times(profile.business(), Requests.CREATE, Requests.GET, Requests.LIST)
                .list());
  }

  private static ChainBuilder mix(Requests requests) {
    return requests
        .create()
        .exec(repeat(PROXIED).on(requests.echo()))
        .exec(requests.get())
        .exec(requests.list());
  }
}
