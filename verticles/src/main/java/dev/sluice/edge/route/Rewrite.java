package dev.sluice.edge.route;

import java.util.ArrayList;
import java.util.List;

/** A path to be made out of what a match found: {@code /api/{id}/{rest}}, taken apart once. */
public final class Rewrite {
  private static final int TEXT = -2;
  private static final int REST = -1;

  private final String[] texts;
  private final int[] slots;

  private Rewrite(List<String> texts, List<Integer> slots) {
    this.texts = texts.toArray(String[]::new);
    this.slots = slots.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * @param template with {@code {parameter}}s and {@code {rest}}
   * @param names as {@link MatchConfig#parameterNames} has them
   * @throws IllegalArgumentException if it has a parameter that is not among the names
   */
  public static Rewrite of(String template, List<String> names) {
    List<String> texts = new ArrayList<>();
    List<Integer> slots = new ArrayList<>();
    int at = 0;
    while (at < template.length()) {
      int open = template.indexOf('{', at);
      int close = open < 0 ? -1 : template.indexOf('}', open);
      if (close < 0) {
        break;
      }
      String name = template.substring(open + 1, close);
      int slot = name.equals(PathTemplate.REST) ? REST : names.indexOf(name);
      if (slot < 0 && !name.equals(PathTemplate.REST)) {
        throw new IllegalArgumentException("a parameter of the match, which {" + name + "} is not");
      }
      texts.add(template.substring(at, open));
      slots.add(TEXT);
      texts.add(name);
      slots.add(slot);
      at = close + 1;
    }
    texts.add(template.substring(at));
    slots.add(TEXT);
    return new Rewrite(texts, slots);
  }

  /** The names in a template, {@code rest} too. */
  static List<String> names(String template) {
    List<String> names = new ArrayList<>();
    int close = 0;
    for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', close)) {
      close = template.indexOf('}', open);
      if (close < 0) {
        names.add(template.substring(open + 1));
        break;
      }
      names.add(template.substring(open + 1, close));
    }
    return names;
  }

  /** The path; still in percent-encoding, as its parameters are. */
  public String of(RouteTable.Found<?> found) {
    return of(found.parameters(), found.rest());
  }

  /**
   * The same, from what a match found.
   *
   * @param rest null if the match has none
   */
  public String of(List<String> parameters, String rest) {
    StringBuilder path = new StringBuilder(64);
    for (int i = 0; i < texts.length; i++) {
      String part =
          slots[i] == TEXT ? texts[i] : slots[i] == REST ? rest : parameters.get(slots[i]);
      path.append(part == null ? "" : part);
    }
    return path.toString();
  }
}
