package dev.sluice.load;

import dev.sluice.edge.route.MatchConfig;
import dev.sluice.edge.route.RequestPath;
import dev.sluice.edge.route.RouteTable;
import dev.sluice.edge.route.RouteTableBuilder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Finding a declared route among few and many: by host, path with and without wildcard, header.
 * Routes are asked for in random order, each as often as the others, or as traffic is: the n-th
 * most wanted 1/n as often as the first (Zipf's law). With the first, most of what is looked at
 * among many routes is in no cache of the processor, which is the worst there can be.
 */
@State(Scope.Thread)
public class RouteTableBenchmark {
  @Param({"10", "10000"})
  int routes;

  @Param({"zipf", "even"})
  String asked;

  private static final int DRAWS = 1 << 16;
  private static final long SEED = 1;

  private final int[] draws = new int[DRAWS];
  private RouteTable<Integer> table;
  private MultiMap headers;
  private int next;
  private String[] exact;
  private String[] open;
  private String[] conditional;

  @Setup
  public void fill() {
    RouteTableBuilder<Integer> builder = RouteTable.builder();
    exact = new String[routes];
    open = new String[routes];
    conditional = new String[routes];
    List<String> hosts = List.of("api.example.com", "*.example.com");
    for (int i = 0; i < routes; i++) {
      exact[i] = "/exact" + i;
      open[i] = "/open" + i + "/cart/items/7";
      conditional[i] = "/conditional" + i + "/0190f3c2-7c1a-7000-8000-00000000000a/parts";
      builder.add("e" + i, match(hosts, "/exact" + i, Map.of()), 0, i);
      builder.add("o" + i, match(hosts, "/open" + i + "/*", Map.of()), 0, i);
      String template = "/conditional" + i + "/{id}/parts";
      builder.add("c" + i, match(hosts, template, Map.of()), 0, i);
      builder.add("h" + i, match(hosts, template, Map.of("end-user", "jason")), 0, i);
    }
    table = builder.build();
    draw();
    headers =
        HttpHeaders.headers()
            .add("accept", "application/json")
            .add("user-agent", "curl/8.0")
            .add("end-user", "jason");
  }

  private void draw() {
    double[] sums = new double[routes];
    for (int i = 0; i < routes; i++) {
      sums[i] = (i == 0 ? 0 : sums[i - 1]) + (asked.equals("zipf") ? 1.0 / (i + 1) : 1);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    int[] places = IntStream.range(0, routes).toArray(); // the wanted ones are not neighbours
    for (int i = routes - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int place = places[i];
      places[i] = places[other];
      places[other] = place;
    }
    for (int i = 0; i < DRAWS; i++) {
      int found = Arrays.binarySearch(sums, random.nextDouble() * sums[routes - 1]);
      draws[i] = places[Math.min(routes - 1, found < 0 ? -found - 1 : found)];
    }
  }

  private static MatchConfig match(List<String> hosts, String path, Map<String, String> headers) {
    return new MatchConfig(hosts, List.of(path), List.of("GET"), headers, Map.of(), "");
  }

  @Benchmark
  public Object exactPath() {
    return find("api.example.com", exact[turn()]);
  }

  @Benchmark
  public Object wildcardHostAndPath() {
    return find("shop.example.com", open[turn()]);
  }

  @Benchmark
  public Object parameterAndHeader() {
    return find("api.example.com", conditional[turn()]);
  }

  @Benchmark
  public Object unknownPath() {
    return find("api.example.com", "/nothing/here");
  }

  private Object find(String host, String path) {
    return table.find(HttpMethod.GET, host, RequestPath.clean(fresh(path)), headers, null);
  }

  private int turn() {
    next = (next + 1) & (DRAWS - 1);
    return draws[next];
  }

  /** A path as a request brings it: its hash is not known yet. Making it is part of the figure. */
  @SuppressWarnings("StringCopyConstructor") // the copy without a cached hash is the point
  private static String fresh(String path) {
    return new String(path.toCharArray());
  }
}
