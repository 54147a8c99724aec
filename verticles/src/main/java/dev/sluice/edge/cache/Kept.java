package dev.sluice.edge.cache;

import java.util.List;

/** What is found under a key: a response, or by which fields of the request to look further. */
sealed interface Kept permits StoredResponse, Kept.VaryRule {

  /** Bytes, roughly and rather too many. */
  int weight();

  /**
   * The responses of this URI differ by these fields.
   *
   * @param names in lower case, sorted, each once
   */
  record VaryRule(List<String> names) implements Kept {
    @Override
    public int weight() {
      return 100 + 80 * names.size();
    }
  }
}
