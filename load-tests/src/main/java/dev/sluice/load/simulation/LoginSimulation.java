package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIfFailed;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * Logins, each from an address of its own, followed by what a session does without a password. What
 * is promised of auth is promised of the latter; a hash takes a fifth of a second by itself.
 */
public final class LoginSimulation extends Simulation {

  public LoginSimulation() {
    Ground ground = Ground.current();
    Profile profile = ground.options().profile();
    ChainBuilder session =
        feed(Ground.addresses())
            .exec(Requests.login(ground.credentials()))
            .exec(exitHereIfFailed())
            .exec(Requests.me())
            .exec(Requests.refresh());
    setUp(
            ground.warmedUp(
                feed(Ground.addresses()).exec(exec(Requests.login(ground.credentials()).silent())),
                ground.come(scenario("login").exec(session))))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(
            new Promises()
                .failing(profile.failing().auth())
                .times(profile.login(), Requests.LOGIN)
                .times(profile.auth(), Requests.ME, Requests.REFRESH)
                .list());
  }
}
