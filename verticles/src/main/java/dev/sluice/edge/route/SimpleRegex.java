package dev.sluice.edge.route;

/**
 * A regular expression that cannot be made slow: no back-references and no looking around, so the
 * time for a text is proportional to its length, whatever the expression and the text are. It must
 * match the whole text; {@code ^} at its begin and {@code $} at its end say so and change nothing.
 *
 * <p>It knows characters, {@code .}, classes such as {@code [a-z]} and {@code [^0-9]}, {@code \d \w
 * \s \D \W \S}, groups, {@code |}, {@code * + ?} and <code>{m,n}</code>, and {@code (?i)} at its
 * begin.
 *
 * <p>It is the automaton of Glushkov (1961): a state for each character of the expression, at most
 * {@value #MAX_STATES} of them, so that a set of states is one {@code long}.
 */
final class SimpleRegex {
  private static final int MAX_STATES = 64;

  private final long[] accepts = new long[RegexTree.ASCII + 1]; // the last: every other character
  private final long[] follow = new long[MAX_STATES];
  private final long first;
  private final long last;
  private final boolean nullable;
  private int states;

  /** What a part of the expression begins and ends with. */
  private record Part(boolean nullable, long first, long last) {
    static final Part EMPTY = new Part(true, 0, 0);
  }

  private SimpleRegex(RegexTree tree) {
    Part whole = build(tree);
    this.first = whole.first;
    this.last = whole.last;
    this.nullable = whole.nullable;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static SimpleRegex of(String expression) {
    return new SimpleRegex(new RegexParser(expression).parse());
  }

  boolean matches(String text) {
    if (text.isEmpty()) {
      return nullable;
    }
    long now = first & accepts[index(text.charAt(0))];
    for (int i = 1; i < text.length() && now != 0; i++) {
      long next = 0;
      for (long left = now; left != 0; left &= left - 1) {
        next |= follow[Long.numberOfTrailingZeros(left)];
      }
      now = next & accepts[index(text.charAt(i))];
    }
    return (now & last) != 0;
  }

  private static int index(char c) {
    return Math.min(c, RegexTree.ASCII);
  }

  private Part build(RegexTree tree) {
    if (tree instanceof RegexTree.Chars chars) {
      return state(chars);
    }
    if (tree instanceof RegexTree.All all) {
      Part whole = Part.EMPTY;
      for (RegexTree part : all.parts()) {
        whole = joined(whole, build(part));
      }
      return whole;
    }
    if (tree instanceof RegexTree.Any any) {
      Part whole = new Part(false, 0, 0);
      for (RegexTree tried : any.parts()) {
        Part part = build(tried);
        whole =
            new Part(
                whole.nullable || part.nullable, whole.first | part.first, whole.last | part.last);
      }
      return whole;
    }
    RegexTree.Times times = (RegexTree.Times) tree;
    Part whole = Part.EMPTY;
    for (int i = 0; i < times.least(); i++) {
      whole = joined(whole, build(times.part()));
    }
    if (times.most() < 0) {
      Part again = build(times.part());
      connect(again.last, again.first);
      return joined(whole, new Part(true, again.first, again.last));
    }
    for (int i = times.least(); i < times.most(); i++) {
      Part perhaps = build(times.part());
      whole = joined(whole, new Part(true, perhaps.first, perhaps.last));
    }
    return whole;
  }

  private Part state(RegexTree.Chars chars) {
    if (states == MAX_STATES) {
      throw new IllegalArgumentException(
          "a regular expression of at most " + MAX_STATES + " characters, repeats counted out");
    }
    long bit = 1L << states++;
    for (int c = 0; c <= RegexTree.ASCII; c++) {
      if (chars.which().get(c)) {
        accepts[c] |= bit;
      }
    }
    return new Part(false, bit, bit);
  }

  private Part joined(Part before, Part after) {
    connect(before.last, after.first);
    return new Part(
        before.nullable && after.nullable,
        before.nullable ? before.first | after.first : before.first,
        after.nullable ? before.last | after.last : after.last);
  }

  private void connect(long from, long to) {
    for (long left = from; left != 0; left &= left - 1) {
      follow[Long.numberOfTrailingZeros(left)] |= to;
    }
  }
}
