package dev.sluice.edge;

import dev.sluice.rules.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The recipes of docs/gateway.md: tables, what to ask, and what is answered. */
final class Recipes {
  private static final Pattern PART =
      Pattern.compile(
          "(?m)^## ([^\\n]+)$|^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private Recipes() {}

  /**
   * A table and what follows it.
   *
   * @param title of the section it is in
   * @param commands lines that begin with curl
   * @param output of all of them; {@code ...} is anything
   */
  record Recipe(String title, String table, List<String> commands, String output) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Recipe> all() throws IOException {
    String page = Files.readString(Sources.root().resolve("docs/gateway.md"));
    List<Recipe> recipes = new ArrayList<>();
    String title = "";
    boolean asked = false;
    for (Matcher part = PART.matcher(page); part.find(); ) {
      if (part.group(1) != null) {
        title = part.group(1);
        continue;
      }
      String text = part.group(3);
      Recipe last = recipes.isEmpty() ? null : recipes.get(recipes.size() - 1);
      switch (part.group(2)) {
        case "yaml" -> recipes.add(new Recipe(title, text, List.of(), ""));
        case "sh" -> {
          List<String> all = new ArrayList<>(last.commands());
          text.lines().filter(line -> line.startsWith("curl ")).forEach(all::add);
          set(recipes, new Recipe(last.title(), last.table(), all, last.output()));
        }
        case "" -> {
          if (asked) {
            String all = last.output() + text;
            set(recipes, new Recipe(last.title(), last.table(), last.commands(), all));
          }
        }
        default -> {} // shown, and not run
      }
      asked = part.group(2).equals("sh");
    }
    return recipes;
  }

  private static void set(List<Recipe> recipes, Recipe recipe) {
    recipes.set(recipes.size() - 1, recipe);
  }
}
