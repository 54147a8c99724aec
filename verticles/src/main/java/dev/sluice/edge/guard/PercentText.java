package dev.sluice.edge.guard;

/** Percent-encoded text as a server would come to read it; what is not well encoded stays. */
final class PercentText {
  private PercentText() {}

  /** One byte a character, which is enough to look for ASCII; {@code +} is a space. */
  static String decoded(String text) {
    int first = 0;
    while (first < text.length() && text.charAt(first) != '%' && text.charAt(first) != '+') {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length()).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (low >= 0) {
        plain.append((char) (16 * high + low));
        i += 2;
      } else {
        plain.append(c == '+' ? ' ' : c);
      }
    }
    return plain.toString();
  }
}
