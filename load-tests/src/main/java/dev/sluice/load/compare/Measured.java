package dev.sluice.load.compare;

import dev.sluice.load.Figures;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was measured of one contender, round by round. */
final class Measured {
  private final Map<What, Figures> figures = new EnumMap<>(What.class);

  /** A figure of a round. */
  enum What {
    MICROS("CPU us/request"),
    PER_SECOND("requests/s"),
    BYTES("bytes allocated"),
    HALF_P50("p50 at 50 %"),
    HALF_P99("p99 at 50 %"),
    HALF_P999("p99.9 at 50 %"),
    HIGH_P50("p50 at 70 %"),
    HIGH_P99("p99 at 70 %"),
    HIGH_P999("p99.9 at 70 %"),
    MEGABYTES("RSS MB");

    private final String title;

    What(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  void add(What what, double figure) {
    figures.computeIfAbsent(what, w -> new Figures()).add(figure);
  }

  boolean has(What what) {
    return figures.containsKey(what);
  }

  List<Double> all(What what) {
    return has(what) ? figures.get(what).all() : List.of();
  }

  double median(What what) {
    return figures.get(what).median();
  }

  double least(What what) {
    return figures.get(what).least();
  }

  double most(What what) {
    return has(what) ? figures.get(what).most() : 0;
  }
}
