package dev.sluice.edge.route;

import dev.sluice.platform.config.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text in YAML, cut where a route begins, so that of ten thousand routes only those are parsed
 * that are not written as they were before. Parsing is most of what a reload costs, and its garbage
 * stops the event loops for longer than a request takes.
 *
 * <p>The cut goes by indentation alone, and that is not YAML: what looks like the begin of a route
 * may be in the middle of a quoted text. So a cut is only as good as {@link #agrees} says after the
 * text was parsed. If just the names it was cut at were found, and each is in one line only, then
 * each is a name and not part of something else, and what stands from one name to the next is one
 * route, whatever stands before and after it: aliases, the one thing that could reach from one
 * route into another, are refused.
 */
final class RoutePieces {
  private static final Pattern ROUTES = Pattern.compile("routes:\\s*(#.*)?");

  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_.-]+):(?=\\s|$)");

  private final String text;
  private final List<String> names = new ArrayList<>();
  private final Numbers places = new Numbers(); // of each route the begin of its name, and its end
  private final Set<String> sections = new HashSet<>();
  private int indentation; // of the names of routes

  private RoutePieces(String text) {
    this.text = text;
  }

  /** Null if it is not written with one route below the other. */
  static RoutePieces cut(String text) {
    RoutePieces cut = new RoutePieces(text);
    return cut.isCut() && !cut.names.isEmpty() ? cut : null;
  }

  private boolean isCut() {
    if (hasOtherBreaks(text)) {
      return false;
    }
    Matcher name = NAME.matcher(text);
    Set<String> once = new HashSet<>();
    boolean inRoutes = false;
    boolean open = false; // whether a route has not ended yet
    int next;
    for (int line = 0; line < text.length(); line = next) {
      int newline = text.indexOf('\n', line);
      next = newline < 0 ? text.length() : newline + 1;
      int at = line;
      while (at < next && text.charAt(at) == ' ') {
        at++;
      }
      int deep = at - line;
      boolean empty = at == next || "\r\n#".indexOf(text.charAt(at)) >= 0;
      boolean inside = deep > 0 && (!inRoutes || (indentation > 0 && deep > indentation));
      if (empty || isFirstMark(line, next) || (inside && !sections.isEmpty())) {
        continue;
      }
      if (!name.region(at, next).lookingAt()) {
        return false; // such as a list, a name in quotes, another document
      }
      if (open) {
        places.add(line);
      }
      String found = name.group(1);
      open = deep > 0;
      if (open) {
        names.add(found);
        places.add(line);
        indentation = indentation == 0 ? deep : indentation;
      } else {
        inRoutes = ROUTES.matcher(text.substring(line, next).strip()).matches();
      }
      if (open ? deep != indentation || !once.add(found) : !sections.add(found)) {
        return false;
      }
    }
    if (open) {
      places.add(text.length());
    }
    return true;
  }

  /** Whether YAML begins a line somewhere besides after a newline. */
  private static boolean hasOtherBreaks(String text) {
    for (int at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
      if (at + 1 == text.length() || text.charAt(at + 1) != '\n') {
        return true;
      }
    }
    return text.indexOf(0x85) >= 0 || text.indexOf(0x2028) >= 0 || text.indexOf(0x2029) >= 0;
  }

  /** Whether it is the mark many write above a document. */
  private boolean isFirstMark(int line, int next) {
    return sections.isEmpty() && text.substring(line, next).strip().equals("---");
  }

  int size() {
    return names.size();
  }

  /** Whether this cut is right, now that the text was parsed. */
  boolean agrees(Document<RoutesConfig> parsed) {
    return agrees(parsed, Set.copyOf(names));
  }

  private boolean agrees(Document<RoutesConfig> parsed, Set<String> routes) {
    return Set.copyOf(parsed.names("routes")).equals(routes)
        && Set.copyOf(parsed.names()).equals(sections);
  }

  /**
   * How the routes are written.
   *
   * @param routes what was read of this text, at least
   */
  Written written(Map<String, RouteConfig> routes) {
    return new Written(
        text,
        names.toArray(String[]::new),
        places.toArray(),
        names.stream().map(routes::get).toArray(RouteConfig[]::new));
  }

  /** What is left of the text without the routes that are written as before. */
  Rest rest(Written before) {
    Rest rest = new Rest(before);
    rest.text.append(text, 0, places.get(0));
    for (int i = 0; i < names.size(); i++) {
      rest.add(i);
    }
    rest.text.append(text, places.get(places.size() - 1), text.length());
    return rest;
  }

  /** The routes in the order they are written in, then those that are written otherwise. */
  Map<String, RouteConfig> inOrder(Map<String, RouteConfig> routes) {
    Map<String, RouteConfig> inOrder = new LinkedHashMap<>();
    names.forEach(name -> inOrder.put(name, routes.get(name)));
    routes.forEach(inOrder::putIfAbsent);
    return inOrder;
  }

  /**
   * A text and the routes that are in it. It lives until the next text comes, so it is in few
   * objects: a collector has to move each.
   */
  static final class Written {
    /** Nothing is written. */
    static final Written NOTHING = new Written("", new String[0], new int[0], new RouteConfig[0]);

    private final String text;
    private final String[] names;
    private final int[] places;
    private final RouteConfig[] routes;

    private Written(String text, String[] names, int[] places, RouteConfig[] routes) {
      this.text = text;
      this.names = names;
      this.places = places;
      this.routes = routes;
    }

    private boolean is(int at, String other, int begin, int end) {
      int from = places[2 * at];
      return places[2 * at + 1] - from == end - begin
          && text.regionMatches(from, other, begin, end - begin);
    }
  }

  /** What must be parsed, and what need not. */
  final class Rest {
    private final Written before;
    private final StringBuilder text = new StringBuilder();
    private final Set<String> names = new HashSet<>();
    private final Map<String, RouteConfig> same = new LinkedHashMap<>();
    private Map<String, Integer> placesBefore; // only made when the order has changed
    private int next; // the place of the next one before, if the order has not

    private Rest(Written before) {
      this.before = before;
    }

    private void add(int route) {
      String name = RoutePieces.this.names.get(route);
      int begin = places.get(2 * route);
      int end = places.get(2 * route + 1);
      int at = before(name);
      next = at + 1;
      if (at >= 0 && before.is(at, RoutePieces.this.text, begin, end)) {
        RoutePieces.this.names.set(route, before.names[at]); // so that none has to grow old again
        same.put(before.names[at], before.routes[at]);
      } else {
        names.add(name);
        text.append(RoutePieces.this.text, begin, end);
      }
    }

    private int before(String name) {
      if (next < before.names.length && before.names[next].equals(name)) {
        return next;
      }
      if (placesBefore == null) {
        placesBefore = new HashMap<>();
        for (int i = 0; i < before.names.length; i++) {
          placesBefore.put(before.names[i], i);
        }
      }
      return placesBefore.getOrDefault(name, -1);
    }

    String text() {
      return text.toString();
    }

    /** Those that are written as before, by name. */
    Map<String, RouteConfig> same() {
      return same;
    }

    /** Whether it was cut right, now that it was parsed. */
    boolean agrees(Document<RoutesConfig> parsed) {
      return RoutePieces.this.agrees(parsed, names);
    }
  }
}
