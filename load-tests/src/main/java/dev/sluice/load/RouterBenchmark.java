package dev.sluice.load;

import dev.sluice.edge.route.RouteTree;
import io.vertx.core.http.HttpMethod;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding a route among few and many, with and without a parameter. */
@State(Scope.Thread)
public class RouterBenchmark {
  @Param({"10", "10000"})
  int routes;

  private RouteTree<Integer> tree;
  private int next;
  private String[] plain;
  private String[] withParameter;

  @Setup
  public void fill() {
    RouteTree.Builder<Integer> table = new RouteTree.Builder<>();
    plain = new String[routes];
    withParameter = new String[routes];
    for (int i = 0; i < routes; i++) {
      table.add(HttpMethod.GET, "/api/v1/things" + i, i);
      table.add(HttpMethod.GET, "/api/v1/things" + i + "/{id}/parts", i);
      plain[i] = "/api/v1/things" + i;
      withParameter[i] = "/api/v1/things" + i + "/0190f3c2-7c1a-7000-8000-00000000000a/parts";
    }
    tree = table.build();
  }

  @Benchmark
  public Object plainPath() {
    return tree.find(HttpMethod.GET, fresh(plain[turn()]));
  }

  @Benchmark
  public Object pathWithParameter() {
    return tree.find(HttpMethod.GET, fresh(withParameter[turn()]));
  }

  @Benchmark
  public Object unknownPath() {
    return tree.find(HttpMethod.GET, fresh("/api/v1/nothing/here"));
  }

  private int turn() {
    next = next + 1 == routes ? 0 : next + 1;
    return next;
  }

  /** A path as a request brings it: its hash is not known yet. Making it is part of the figure. */
  @SuppressWarnings("StringCopyConstructor") // the copy without a cached hash is the point
  private static String fresh(String path) {
    return new String(path.toCharArray());
  }
}
