package dev.sluice.edge.upstream;

import java.util.ArrayList;
import java.util.List;

/** All endpoints of an upstream at one moment, and a balancer over those of each subset. */
final class Roster {
  private static final Endpoint[] NOBODY = {};

  private final Endpoint[] all;
  private final Endpoint[][] members;
  private final Balancer[] balancers;

  Roster(UpstreamConfig.Balance balance, List<Target> targets, List<Subset> subsets) {
    this.all = members(targets, null).toArray(NOBODY);
    this.members = new Endpoint[subsets.size()][];
    this.balancers = new Balancer[subsets.size()];
    for (Subset subset : subsets) {
      Endpoint[] some = members(targets, subset).toArray(NOBODY);
      members[subset.index()] = some;
      balancers[subset.index()] = some.length == 0 ? null : Balancer.of(balance, some);
    }
  }

  private static List<Endpoint> members(List<Target> targets, Subset subset) {
    List<Endpoint> found = new ArrayList<>();
    for (Target target : targets) {
      if (subset == null || target.hasLabels(subset.labels())) {
        target.endpoints().forEach(found::add);
      }
    }
    return found;
  }

  Endpoint[] all() {
    return all;
  }

  Endpoint[] members(Subset subset) {
    return members[subset.index()];
  }

  boolean hasOther(Subset subset, long tried, long now) {
    for (Endpoint endpoint : members[subset.index()]) {
      if (endpoint.fits(tried, false, now)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Who is well and was not tried; else who is well; else, when nobody is well, anybody, because
   * what says so of all of them at once may itself be wrong; but nobody whose breaker is open.
   *
   * @return null when there is nobody
   */
  Endpoint choose(Subset subset, long hash, long tried, long now) {
    Balancer balancer = balancers[subset.index()];
    if (balancer == null) {
      return null;
    }
    Endpoint chosen = balancer.choose(hash, tried, false, now);
    if (chosen == null && tried != 0) {
      chosen = balancer.choose(hash, 0, false, now);
    }
    if (chosen == null) {
      chosen = balancer.choose(hash, tried, true, now);
    }
    if (chosen == null && tried != 0) {
      chosen = balancer.choose(hash, 0, true, now);
    }
    return chosen;
  }
}
