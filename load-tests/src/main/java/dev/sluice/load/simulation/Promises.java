package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;

import io.gatling.javaapi.core.Assertion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What must hold in a run, put together from the numbers of a {@link Profile}. */
final class Promises {
  private final List<Assertion> all = new ArrayList<>();

  /** At most so many of a hundred requests fail, all together. */
  Promises failing(double percent) {
    all.add(global().failedRequests().percent().lte(percent));
    return this;
  }

  /** So fast are the requests of these names, each. */
  Promises times(Profile.Times times, String... names) {
    for (String name : names) {
      all.add(details(name).responseTime().percentile(50).lte(times.p50()));
      all.add(details(name).responseTime().percentile(95).lte(times.p95()));
      all.add(details(name).responseTime().percentile(99).lte(times.p99()));
    }
    return this;
  }

  /** What is not of the usual kinds. */
  Promises that(Assertion... more) {
    Collections.addAll(all, more);
    return this;
  }

  List<Assertion> list() {
    return all;
  }
}
