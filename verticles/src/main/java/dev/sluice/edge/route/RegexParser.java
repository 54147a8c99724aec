package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Reads what {@link SimpleRegex} understands, and says what would be right where it does not. */
final class RegexParser {
  private static final int MAX_DEPTH = 20;
  private final String text;
  private final boolean ignoreCase;
  private int at;
  private int depth;

  RegexParser(String expression) {
    String rest = expression;
    this.ignoreCase = rest.startsWith("(?i)");
    rest = ignoreCase ? rest.substring(4) : rest;
    rest = rest.startsWith("^") ? rest.substring(1) : rest;
    boolean end = rest.endsWith("$") && !rest.endsWith("\\$");
    this.text = end ? rest.substring(0, rest.length() - 1) : rest;
    if (text.length() > 500) {
      throw wrong("a regular expression of at most 500 characters");
    }
  }

  RegexTree parse() {
    RegexTree tree = any();
    if (at < text.length()) {
      throw wrong("no ')' without a '(' before it");
    }
    return tree;
  }

  private RegexTree any() {
    if (++depth > MAX_DEPTH) {
      throw wrong("groups at most " + MAX_DEPTH + " deep");
    }
    List<RegexTree> parts = new ArrayList<>();
    do {
      parts.add(all());
    } while (skip('|'));
    depth--;
    return parts.size() == 1 ? parts.get(0) : new RegexTree.Any(parts);
  }

  private RegexTree all() {
    List<RegexTree> parts = new ArrayList<>();
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      parts.add(times(one()));
    }
    return new RegexTree.All(parts);
  }

  private RegexTree times(RegexTree part) {
    if (skip('*')) {
      return once(new RegexTree.Times(part, 0, -1));
    }
    if (skip('+')) {
      return once(new RegexTree.Times(part, 1, -1));
    }
    if (skip('?')) {
      return once(new RegexTree.Times(part, 0, 1));
    }
    if (!skip('{')) {
      return part;
    }
    int end = text.indexOf('}', at);
    String inside = end < 0 ? "" : text.substring(at, end);
    if (!inside.matches("\\d{1,2}(,(\\d{1,2})?)?")) {
      throw wrong("'{' with one or two numbers up to 99 behind it, such as {2,4}; or \\{");
    }
    at = end + 1;
    String[] bounds = inside.split(",", -1);
    int least = Integer.parseInt(bounds[0]);
    int most = bounds.length == 1 ? least : bounds[1].isEmpty() ? -1 : Integer.parseInt(bounds[1]);
    if (most >= 0 && most < least) {
      throw wrong("in {m,n} an n of at least m");
    }
    return once(new RegexTree.Times(part, least, most));
  }

  private RegexTree once(RegexTree times) {
    if (at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0) {
      throw wrong("one of * + ? and {m,n} at a time");
    }
    return times;
  }

  private RegexTree one() {
    char c = text.charAt(at++);
    switch (c) {
      case '(' -> {
        if (skip('?') && !skip(':')) {
          throw wrong("groups without '?' behind the '('");
        }
        RegexTree inside = any();
        if (!skip(')')) {
          throw wrong("a ')' for each '('");
        }
        return inside;
      }
      case '[' -> {
        return new RegexTree.Chars(characters());
      }
      case '.' -> {
        return new RegexTree.Chars(everything());
      }
      case '\\' -> {
        return new RegexTree.Chars(escaped());
      }
      case '*', '+', '?', '{' -> throw wrong("something before '" + c + "'; or \\" + c);
      case '^', '$' -> throw wrong("^ at the begin and $ at the end only; or \\" + c);
      default -> {
        BitSet which = new BitSet();
        add(which, c);
        return new RegexTree.Chars(which);
      }
    }
  }

  private BitSet characters() {
    boolean not = skip('^');
    BitSet which = new BitSet();
    boolean any = false;
    while (at < text.length() && (text.charAt(at) != ']' || !any)) {
      any = true;
      char from = text.charAt(at++);
      if (from == '\\') {
        BitSet inside = escaped();
        which.or(inside);
        continue;
      }
      char to = from;
      if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
        to = text.charAt(at + 1);
        at += 2;
      }
      if (to < from || to == '\\') {
        throw wrong("in a class a range such as a-z");
      }
      for (char c = from; c <= to; c++) {
        add(which, c);
      }
    }
    if (!skip(']')) {
      throw wrong("a ']' for each '['");
    }
    return not ? inverted(which) : which;
  }

  private BitSet escaped() {
    if (at == text.length()) {
      throw wrong("something behind '\\'");
    }
    char c = text.charAt(at++);
    BitSet which = new BitSet();
    switch (Character.toLowerCase(c)) {
      case 'd' -> range(which, '0', '9');
      case 's' -> {
        add(which, ' ');
        add(which, '\t');
      }
      case 'w' -> {
        range(which, '0', '9');
        range(which, 'a', 'z');
        range(which, 'A', 'Z');
        add(which, '_');
      }
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw wrong("\\" + c + " is not known; known are \\d \\w \\s \\D \\W \\S");
        }
        add(which, c);
      }
    }
    return Character.isUpperCase(c) ? inverted(which) : which;
  }

  private void range(BitSet which, char from, char to) {
    for (char c = from; c <= to; c++) {
      add(which, c);
    }
  }

  private void add(BitSet which, char c) {
    if (c >= RegexTree.ASCII) {
      throw wrong("characters of RegexTree.ASCII; '.' and negated classes match the others");
    }
    which.set(c);
    if (ignoreCase) {
      which.set(Character.toLowerCase(c));
      which.set(Character.toUpperCase(c));
    }
  }

  private static BitSet everything() {
    BitSet which = new BitSet();
    which.set(0, RegexTree.ASCII + 1);
    return which;
  }

  private static BitSet inverted(BitSet which) {
    which.flip(0, RegexTree.ASCII + 1);
    return which;
  }

  private boolean skip(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private static IllegalArgumentException wrong(String right) {
    return new IllegalArgumentException(right);
  }
}
