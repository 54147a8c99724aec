package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;

/** Orders from creation to confirmation. */
public final class OrdersSimulation extends Simulation {

  public OrdersSimulation() {
    Ground ground = Ground.current();
    Profile profile = ground.options().profile();
    Requests requests = Requests.byKey(ground.credentials().key("internal"));
    setUp(
            ground.warmedUp(
                walk(requests.silently()), ground.come(scenario("orders").exec(walk(requests)))))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(
            new Promises()
                .failing(profile.failing().business())
                .times(
                    profile.business(),
                    Requests.CREATE,
                    Requests.GET,
                    Requests.CONFIRM,
                    Requests.LIST)
                .list());
  }

  private static ChainBuilder walk(Requests requests) {
    return requests.create().exec(requests.get()).exec(requests.confirm()).exec(requests.list());
  }
}
