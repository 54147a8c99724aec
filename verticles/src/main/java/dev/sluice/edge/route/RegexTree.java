package dev.sluice.edge.route;

import java.util.BitSet;
import java.util.List;

/** A {@link SimpleRegex} as it was written. */
sealed interface RegexTree {

  /** Characters that are told apart; all others are the one character with this index. */
  int ASCII = 128;

  /** One character of these. */
  record Chars(BitSet which) implements RegexTree {}

  /** One behind the other. */
  record All(List<RegexTree> parts) implements RegexTree {}

  /** One of them. */
  record Any(List<RegexTree> parts) implements RegexTree {}

  /** Several times; {@code most} below 0: any number. */
  record Times(RegexTree part, int least, int most) implements RegexTree {}
}
