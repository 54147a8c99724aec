package dev.sluice.load;

/** Markdown pages that figures are written into. */
public final class Pages {
  private Pages() {}

  /**
   * The page with a text between two marks, in place of what stood there.
   *
   * @param from the first mark, with the end of its line
   */
  public static String replaced(String page, String from, String to, String text) {
    int begin = page.indexOf(from);
    int end = page.indexOf(to);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException("the page lacks its marks: " + from.trim() + " " + to);
    }
    return page.substring(0, begin + from.length()) + "\n" + text + "\n" + page.substring(end);
  }
}
