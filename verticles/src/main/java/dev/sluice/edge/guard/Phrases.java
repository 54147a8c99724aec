package dev.sluice.edge.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All phrases of all rules as one tree of words, walked along a text. The text is cut into words
 * (letters, digits and {@code _}; a number is the word {@code #} as well) and signs, one each;
 * white space and SQL comments between them are passed over. At each word a new walk begins, and
 * the walks under way go one step further or end. A phrase has at most {@value #LONGEST} words, so
 * at most as many walks are under way: linear in the text.
 */
final class Phrases {
  static final Phrases ALL = new Phrases();

  private static final int LONGEST = 6;
  private static final String NUMBER = "#";

  private static final class Node {
    final Map<String, Node> next = new HashMap<>();
    AttackRule rule;
  }

  private final Node root = new Node();

  private Phrases() {
    for (AttackRule rule : AttackRule.values()) {
      for (List<String> phrase : rule.phrases()) {
        if (phrase.size() > LONGEST) {
          throw new IllegalStateException("too long a phrase: " + phrase);
        }
        Node node = root;
        for (String word : phrase) {
          node = node.next.computeIfAbsent(word, w -> new Node());
        }
        node.rule = rule;
      }
    }
  }

  void look(String text, Set<AttackRule> broken) {
    List<Node> walks = new ArrayList<>(2 * LONGEST);
    boolean comments = true;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int end = at + 1;
      if (isWord(c)) {
        while (end < text.length() && isWord(text.charAt(end))) {
          end++;
        }
      } else if (c <= ' ') {
        at = end;
        continue;
      } else if (c == '/' && comments && text.startsWith("/*", at)) {
        int close = text.indexOf("*/", at + 2);
        comments = close >= 0; // looked for once more only if there was one
        if (comments) {
          at = close + 2;
          continue;
        }
      }
      step(walks, text, at, end, broken);
      at = end;
    }
  }

  private void step(List<Node> walks, String text, int at, int end, Set<AttackRule> broken) {
    String word = end - at > 32 ? "" : lower(text, at, end);
    boolean number = word.length() > 0 && word.charAt(0) >= '0' && word.charAt(0) <= '9';
    walks.add(root);
    int before = walks.size();
    for (int i = 0; i < before; i++) {
      Node walk = walks.get(i);
      take(walk.next.get(word), walks, broken);
      if (number) {
        take(walk.next.get(NUMBER), walks, broken);
      }
    }
    walks.subList(0, before).clear();
  }

  private static void take(Node next, List<Node> walks, Set<AttackRule> broken) {
    if (next != null) {
      if (next.rule != null) {
        broken.add(next.rule);
      }
      if (!next.next.isEmpty()) {
        walks.add(next);
      }
    }
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private static String lower(String text, int at, int end) {
    return text.substring(at, end).toLowerCase(java.util.Locale.ROOT);
  }
}
