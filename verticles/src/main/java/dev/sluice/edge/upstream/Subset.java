package dev.sluice.edge.upstream;

import java.util.Map;

/**
 * Those targets of an upstream that have certain labels; made with {@link Upstream#subset} when
 * routes are set up, so that a request only names it.
 */
public final class Subset {
  private final int index;
  private final Map<String, String> labels;

  Subset(int index, Map<String, String> labels) {
    this.index = index;
    this.labels = Map.copyOf(labels);
  }

  int index() {
    return index;
  }

  public Map<String, String> labels() {
    return labels;
  }
}
