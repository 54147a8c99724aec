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

  /** Where YAML begins a line besides after a newline. */
  private static final Pattern OTHER_BREAK = Pattern.compile("\\r(?!\\n)|[\\u0085\\u2028\\u2029]");

  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_.-]+):(?=\\s|$)");

  private final String text;
  private final List<Piece> pieces = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> sections = new HashSet<>();
  private int indentation; // of the names of routes

  /** A route, from its name up to the next one. */
  private record Piece(String name, int begin, int end) {}

  /** A route, and how it is written. */
  record Written(String text, RouteConfig route) {}

  private RoutePieces(String text) {
    this.text = text;
  }

  /** Null if it is not written with one route below the other. */
  static RoutePieces cut(String text) {
    RoutePieces cut = new RoutePieces(text);
    return cut.isCut() && !cut.pieces.isEmpty() ? cut : null;
  }

  private boolean isCut() {
    if (OTHER_BREAK.matcher(text).find()) {
      return false;
    }
    Matcher name = NAME.matcher(text);
    boolean inRoutes = false;
    String open = null; // the route that has not ended yet
    int begin = 0;
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
      if (open != null) {
        pieces.add(new Piece(open, begin, line));
      }
      String found = name.group(1);
      if (deep == 0) {
        open = null;
        inRoutes = ROUTES.matcher(text.substring(line, next).strip()).matches();
      } else {
        open = found;
        begin = line;
        indentation = indentation == 0 ? deep : indentation;
      }
      if (deep == 0 ? !sections.add(found) : deep != indentation || !names.add(found)) {
        return false;
      }
    }
    if (open != null) {
      pieces.add(new Piece(open, begin, text.length()));
    }
    return true;
  }

  /** Whether it is the mark many write above a document. */
  private boolean isFirstMark(int line, int next) {
    return sections.isEmpty() && text.substring(line, next).strip().equals("---");
  }

  int size() {
    return pieces.size();
  }

  /** Whether this cut is right, now that the text was parsed. */
  boolean agrees(Document<RoutesConfig> parsed) {
    return agrees(parsed, names);
  }

  private boolean agrees(Document<RoutesConfig> parsed, Set<String> routes) {
    return Set.copyOf(parsed.names("routes")).equals(routes)
        && Set.copyOf(parsed.names()).equals(sections);
  }

  /** The routes by how they are written. */
  Map<String, Written> written(Map<String, RouteConfig> routes, Map<String, Written> before) {
    Map<String, Written> written = new HashMap<>();
    for (Piece piece : pieces) {
      String text = text(piece);
      Written known = before.get(text);
      Written now = known == null ? new Written(text, routes.get(piece.name())) : known;
      written.put(now.text(), now); // the text that is known, so that none has to grow old again
    }
    return written;
  }

  private String text(Piece piece) {
    return text.substring(piece.begin(), piece.end());
  }

  /** What is left of the text without the routes that are written as before. */
  Rest rest(Map<String, Written> before) {
    Rest rest = new Rest();
    rest.text.append(text, 0, pieces.get(0).begin());
    for (Piece piece : pieces) {
      Written known = before.get(text(piece));
      if (known == null) {
        rest.text.append(text, piece.begin(), piece.end());
        rest.names.add(piece.name());
      } else {
        rest.same.put(piece.name(), known.route());
      }
    }
    rest.text.append(text, pieces.get(pieces.size() - 1).end(), text.length());
    return rest;
  }

  /** The routes in the order they are written in, then those that are written otherwise. */
  Map<String, RouteConfig> inOrder(Map<String, RouteConfig> routes) {
    Map<String, RouteConfig> inOrder = new LinkedHashMap<>();
    pieces.forEach(piece -> inOrder.put(piece.name(), routes.get(piece.name())));
    routes.forEach(inOrder::putIfAbsent);
    return inOrder;
  }

  /** What must be parsed, and what need not. */
  final class Rest {
    private final StringBuilder text = new StringBuilder();
    private final Set<String> names = new HashSet<>();
    private final Map<String, RouteConfig> same = new HashMap<>();

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
