package dev.sluice.load.compare;

import java.util.Locale;
import java.util.Map;

/** Draws one figure of all contenders: bars for medians, lines from the least to the most. */
final class Bars {
  private static final int LABEL = 330;
  private static final int WIDTH = 400;
  private static final int ROW = 28;
  private static final int TOP = 40;

  private Bars() {}

  static String of(String title, Map<String, Measured> measured, Measured.What what) {
    double most = measured.values().stream().mapToDouble(m -> m.most(what)).max().orElse(1);
    int height = TOP + ROW * measured.size() + 10;
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" font-family="sans-serif" font-size="13">
        <rect width="%1$d" height="%2$d" fill="#ffffff"/>
        <text x="10" y="22" font-size="15">%3$s</text>
        """
            .formatted(LABEL + WIDTH + 80, height, title));
    int y = TOP;
    for (Map.Entry<String, Measured> one : measured.entrySet()) {
      Measured figures = one.getValue();
      double median = figures.median(what);
      String color = one.getKey().startsWith("Sluice") ? "#2563eb" : "#9ca3af";
      svg.append(
          String.format(
              Locale.ROOT,
              """
              <text x="%d" y="%d" text-anchor="end">%s</text>
              <rect x="%d" y="%d" width="%.1f" height="18" fill="%s"/>
              <line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#111827"/>
              <text x="%.1f" y="%d">%.2f</text>
              """,
              LABEL - 8,
              y + 14,
              one.getKey(),
              LABEL,
              y,
              WIDTH * median / most,
              color,
              LABEL + WIDTH * figures.least(what) / most,
              y + 9,
              LABEL + WIDTH * figures.most(what) / most,
              y + 9,
              LABEL + WIDTH * figures.most(what) / most + 6,
              y + 14,
              median));
      y += ROW;
    }
    return svg.append("</svg>\n").toString();
  }
}
