package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/**
 * Load; five times as much for a third of the time, at most ten seconds; and load as before. After
 * the spike it has to be as fast as is promised, as if there had been none. In it nothing is
 * promised but that nothing breaks.
 */
public final class SpikeSimulation extends Simulation {
  private static final String BEFORE = "before the spike";
  private static final String WITHIN = "within the spike";
  private static final String AFTER = "after the spike";
  private static final int TIMES = 5;
  private static final int EACH = 5;
  private static final long LONGEST_SPIKE = 10;

  public SpikeSimulation() {
    Ground ground = Ground.current();
    Options options = ground.options();
    Profile profile = options.profile();
    Requests requests = Requests.byKey(ground.credentials().key("internal"));
    long seconds = options.duration().toSeconds();
    Duration spike = Duration.ofSeconds(Math.min(LONGEST_SPIKE, seconds / 3));
    Duration base = Duration.ofSeconds((seconds - spike.toSeconds()) / 2);
    setUp(
            ground.warmedUp(
                requests.silently().echo(),
                phase(options, requests, BEFORE, 1, Duration.ZERO, base),
                phase(options, requests, WITHIN, TIMES, base, spike),
                phase(options, requests, AFTER, 1, base.plus(spike), base)))
        .protocols(ground.protocol())
        .maxDuration(ground.longest())
        .assertions(
            new Promises()
                .times(profile.gateway(), BEFORE, AFTER)
                .that(
                    details(BEFORE).failedRequests().percent().lte(profile.failing().gateway()),
                    details(WITHIN).failedRequests().percent().lte(profile.failing().business()),
                    details(AFTER).failedRequests().percent().lte(profile.failing().gateway()))
                .list());
  }

  private static PopulationBuilder phase(
      Options options, Requests requests, String name, int times, Duration from, Duration length) {
    ScenarioBuilder users = scenario(name).exec(repeat(EACH).on(requests.echo(name)));
    int many = options.users() * times;
    if (options.model() == Model.OPEN) {
      return from.isZero()
          ? users.injectOpen(constantUsersPerSec(many).during(length))
          : users.injectOpen(nothingFor(from), constantUsersPerSec(many).during(length));
    }
    return from.isZero()
        ? users.injectClosed(constantConcurrentUsers(many).during(length))
        : users.injectClosed(
            constantConcurrentUsers(0).during(from), constantConcurrentUsers(many).during(length));
  }
}
