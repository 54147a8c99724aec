package dev.sluice.edge.route;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An immutable table from method and path to {@code T}. Templates are paths with parameters that
 * stand for one whole segment, such as {@code /api/v1/orders/{orderId}}; a literal segment is
 * preferred to a parameter, and if it leads to no route of the method the parameter is tried.
 *
 * <p>Paths are compared as they were sent, without decoding: an encoded slash separates nothing,
 * and {@code ..} is a segment like any other, which no template has.
 */
public final class RouteTree<T> {
  private final Map<String, Leaf<T>> exact;
  private final Branch<T> root;

  /** What {@link #find} found: the target, and the raw values of its parameters in order. */
  public record Found<T>(T target, List<String> parameters) {}

  private static final class Leaf<T> {
    final Map<HttpMethod, Found<T>> byMethod = new LinkedHashMap<>(4);
  }

  private static final class Branch<T> {
    final Map<String, Branch<T>> literal = new HashMap<>(); // while routes are added
    SegmentMap<Branch<T>> literals;
    Branch<T> parameter;
    Leaf<T> leaf;

    void complete() {
      literals = new SegmentMap<>(literal);
      literal.values().forEach(Branch::complete);
      if (parameter != null) {
        parameter.complete();
      }
    }
  }

  private RouteTree(Map<String, Leaf<T>> exact, Branch<T> root) {
    this.exact = exact;
    this.root = root;
  }

  /** Collects routes; {@link #build} makes the table. */
  public static final class Builder<T> {
    private final Map<String, Leaf<T>> exact = new HashMap<>();
    private final Branch<T> root = new Branch<>();

    /**
     * @throws IllegalArgumentException if the template is not a path or the route exists already
     */
    public Builder<T> add(HttpMethod method, String template, T target) {
      if (!template.startsWith("/")) {
        throw new IllegalArgumentException("a route begins with '/', this does not: " + template);
      }
      Leaf<T> leaf = template.indexOf('{') < 0 ? exactLeaf(template) : branchLeaf(template);
      if (leaf.byMethod.putIfAbsent(method, new Found<>(target, List.of())) != null) {
        throw new IllegalArgumentException("two routes for " + method + " " + template);
      }
      return this;
    }

    public RouteTree<T> build() {
      root.complete();
      return new RouteTree<>(exact, root);
    }

    private Leaf<T> exactLeaf(String path) {
      return exact.computeIfAbsent(path, p -> new Leaf<>());
    }

    private Leaf<T> branchLeaf(String template) {
      Branch<T> at = root;
      for (String segment : template.substring(1).split("/", -1)) {
        if (segment.startsWith("{") && segment.endsWith("}")) {
          at.parameter = at.parameter == null ? new Branch<>() : at.parameter;
          at = at.parameter;
        } else {
          at = at.literal.computeIfAbsent(segment, s -> new Branch<>());
        }
      }
      at.leaf = at.leaf == null ? new Leaf<>() : at.leaf;
      return at.leaf;
    }
  }

  /** The route for this request, or null. */
  public Found<T> find(HttpMethod method, String path) {
    Leaf<T> plain = exact.get(path);
    if (plain != null) {
      Found<T> found = plain.byMethod.get(method);
      if (found != null) {
        return found;
      }
    }
    return descend(root, method, path, 1, 0);
  }

  /** The methods that have a route for this path; empty when there is none at all. */
  public Set<String> methods(String path) {
    Set<String> methods = new TreeSet<>();
    Leaf<T> plain = exact.get(path);
    if (plain != null) {
      plain.byMethod.keySet().forEach(m -> methods.add(m.name()));
    }
    collect(root, path, 1, methods);
    return methods;
  }

  /**
   * What is not here costs no more than looking: values of parameters are taken on the way back,
   * once it is known which segments they are.
   */
  private static <T> Found<T> descend(
      Branch<T> at, HttpMethod method, String path, int from, int parameters) {
    if (from > path.length()) {
      Found<T> ready = at.leaf == null ? null : at.leaf.byMethod.get(method);
      return ready == null ? null : new Found<>(ready.target, room(parameters));
    }
    int end = end(path, from);
    Branch<T> literal = at.literals.get(path, from, end);
    if (literal != null) {
      Found<T> found = descend(literal, method, path, end + 1, parameters);
      if (found != null) {
        return found;
      }
    }
    if (at.parameter == null || end <= from) {
      return null;
    }
    Found<T> found = descend(at.parameter, method, path, end + 1, parameters + 1);
    if (found != null) {
      found.parameters.set(parameters, path.substring(from, end));
    }
    return found;
  }

  private static List<String> room(int parameters) {
    return Arrays.asList(new String[parameters]);
  }

  private static <T> void collect(Branch<T> at, String path, int from, Set<String> methods) {
    if (from > path.length()) {
      if (at.leaf != null) {
        at.leaf.byMethod.keySet().forEach(m -> methods.add(m.name()));
      }
      return;
    }
    int end = end(path, from);
    Branch<T> literal = at.literals.get(path, from, end);
    if (literal != null) {
      collect(literal, path, end + 1, methods);
    }
    if (at.parameter != null && end > from) {
      collect(at.parameter, path, end + 1, methods);
    }
  }

  private static int end(String path, int from) {
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }
}
