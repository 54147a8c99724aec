package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/**
 * Many logins at once, more than there are cores to hash their passwords: those that cannot be
 * taken are refused at once, none waits long, and who only passes through does not notice.
 *
 * <p>Open: a burst, after a quarter of the time. Closed: as many who try again after two seconds,
 * as they are told to.
 */
public final class LoginStormSimulation extends Simulation {
  private static final int LIGHT_A_SECOND = 20;
  private static final Duration AGAIN = Duration.ofSeconds(2);

  public LoginStormSimulation() {
    Ground ground = Ground.current();
    Options options = ground.options();
    Profile profile = options.profile();
    Requests light = Requests.byKey(ground.credentials().key("internal"));
    PopulationBuilder others =
        scenario("others")
            .exec(light.echo())
            .injectOpen(constantUsersPerSec(LIGHT_A_SECOND).during(options.duration()));
    setUp(ground.warmedUp(light.silently().echo(), others, storm(ground)))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(
            new Promises()
                .times(profile.gateway(), Requests.ECHO)
                .that(
                    details(Requests.ECHO).failedRequests().count().is(0L),
                    details(Requests.LOGIN).successfulRequests().count().gte(1L),
                    details(Requests.LOGIN).responseTime().max().lte(profile.login().p99()))
                .list());
  }

  private static PopulationBuilder storm(Ground ground) {
    Options options = ground.options();
    ChainBuilder login = feed(Ground.addresses()).exec(Requests.login(ground.credentials()));
    ScenarioBuilder storm = scenario("storm").exec(login);
    if (options.model() == Model.OPEN) {
      return storm.injectOpen(
          nothingFor(options.duration().dividedBy(4)), atOnceUsers(options.users()));
    }
    return storm
        .exec(doIf(Session::isFailed).then(pause(AGAIN)))
        .injectClosed(constantConcurrentUsers(options.users()).during(options.duration()));
  }
}
