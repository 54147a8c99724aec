package dev.sluice.load;

import java.util.ArrayList;
import java.util.List;

/** What one thing came to, round by round. There must be one round before anything is asked. */
public final class Figures {
  private final List<Double> all = new ArrayList<>();

  public void add(double figure) {
    all.add(figure);
  }

  /** In the order of the rounds. */
  public List<Double> all() {
    return List.copyOf(all);
  }

  /** Of an even number of rounds, halfway between the two in the middle. */
  public double median() {
    List<Double> sorted = all.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  public double least() {
    return all.stream().mapToDouble(figure -> figure).min().orElseThrow();
  }

  public double most() {
    return all.stream().mapToDouble(figure -> figure).max().orElseThrow();
  }
}
