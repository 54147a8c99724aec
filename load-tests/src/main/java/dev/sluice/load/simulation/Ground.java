package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * What all simulations stand on: the options of the run, the credentials, the connections, and the
 * ways to let users come.
 *
 * @param options of the run that goes on
 */
record Ground(Options options, Credentials credentials) {
  /** For what is in flight at the end; beyond it the run is cut. */
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private static final int WARM_UP_USERS = 8;

  static Ground current() {
    Options options = Options.current();
    return new Ground(options, Credentials.read(options.credentials()));
  }

  /**
   * One pool of connections for all users, as the clients of a gateway are few and keep theirs. No
   * redirect is followed, because it could lead to another machine.
   */
  HttpProtocolBuilder protocol() {
    return http.baseUrl(options.target().url())
        .wsBaseUrl(options.target().socketUrl())
        .shareConnections()
        .disableFollowRedirect()
        .disableCaching()
        .disableAutoReferer()
        .disableWarmUp();
  }

  /** When the run is cut, whatever goes on. */
  Duration longest() {
    return options.warmUp().plus(options.duration()).plus(DRAIN);
  }

  /** Lets users come by the model of the run, for all of it. */
  PopulationBuilder come(ScenarioBuilder users) {
    return options.model() == Model.OPEN
        ? users.injectOpen(constantUsersPerSec(options.users()).during(options.duration()))
        : users.injectClosed(constantConcurrentUsers(options.users()).during(options.duration()));
  }

  /** The users of a run after a while in which the same is done and does not count. */
  List<PopulationBuilder> warmedUp(ChainBuilder silent, PopulationBuilder... users) {
    if (options.warmUp().isZero()) {
      return List.of(users);
    }
    return List.of(
        scenario("warm-up")
            .exec(silent)
            .injectClosed(constantConcurrentUsers(WARM_UP_USERS).during(options.warmUp()))
            .andThen(users));
  }

  /**
   * Addresses of clients, each once, for {@code X-Forwarded-For}. A node that does not believe this
   * machine ({@code edge.trusted_proxies}) takes all for one client.
   */
  static Iterator<Map<String, Object>> addresses() {
    int network = ThreadLocalRandom.current().nextInt(1, 255);
    return IntStream.iterate(0, number -> number + 1)
        .mapToObj(number -> Map.<String, Object>of("address", address(network, number)))
        .iterator();
  }

  /** One in 10.0.0.0/8. */
  static String address(int network, int number) {
    return "10." + network + "." + (number >> 8 & 255) + "." + (number & 255);
  }
}
