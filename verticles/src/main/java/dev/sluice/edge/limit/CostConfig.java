package dev.sluice.edge.limit;

import dev.sluice.platform.config.Setting;

/** What a request costs: something at once, and more when it is known what it came to. */
public record CostConfig(
    @Setting(doc = "Tokens a request takes.", def = "1", min = 1, max = 1_000_000) int request,
    @Setting(
            doc = "One more token for so many bytes of the answer, charged afterwards; 0: none.",
            def = "0",
            min = 0,
            max = 1_073_741_824,
            unit = Setting.BYTES)
        int bytesPerToken,
    @Setting(
            doc = "One more token for so many items of a page, charged afterwards; 0: none.",
            def = "0",
            min = 0,
            max = 1_000_000)
        int rowsPerToken) {

  public static final CostConfig ONE = new CostConfig(1, 0, 0);

  /** Tokens beyond those a request took, for what its answer was. */
  public int afterwards(long bytes, long rows) {
    long tokens =
        (bytesPerToken == 0 ? 0 : bytes / bytesPerToken)
            + (rowsPerToken == 0 ? 0 : rows / rowsPerToken);
    return (int) Math.min(Integer.MAX_VALUE, tokens);
  }
}
