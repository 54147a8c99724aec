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
 * Finding a declared route among few and many: a quarter each have an exact path, a host and path
 * with wildcards, a parameter, and the same parameter with a condition on a header. Routes are
 * asked for in random order, each as often as the others, or as traffic is: the n-th most wanted
 * 1/n as often as the first (Zipf's law). With the first, most of what is looked at among many
 * routes is in no cache of the processor, which is the worst there can be.
 */
@State(Scope.Thread)
public class RouteTableBenchmark {
  @Param({"12", "10000"})
  int routes;

  @Param({"zipf", "even"})
  String asked;

  private static final int DRAWS = 1 << 16;
  private static final long SEED = 1;
  private static final int MAX_PATH = 200;
  private static final int KINDS = 4;
  private static final String HOST = "api.example.com";
  private static final String HOSTS = "*.example.com";
  private static final Map<String, String> HEADER = Map.of("end-user", "jason");
  private static final String EXACT = "/exact";
  private static final String OPEN = "/open";
  private static final String CONDITIONAL = "/conditional";

  private final int[] draws = new int[DRAWS];
  private RouteTable<Integer> table;
  private MultiMap headers;
  private int next;
  private final byte[] path = new byte[MAX_PATH];

  @Setup
  public void fill() {
    RouteTableBuilder<Integer> builder = RouteTable.builder();
    for (int i = 0; i < routes; i++) {
      String name = "r" + i;
      switch (i % KINDS) {
        case 0 -> builder.add(name, match(HOST, numbered(EXACT, i, ""), Map.of()), 0, i);
        case 1 -> builder.add(name, match(HOSTS, numbered(OPEN, i, "/*"), Map.of()), 0, i);
        case 2 -> builder.add(name, match(HOST, template(i), Map.of()), 0, i);
        default -> builder.add(name, match(HOST, template(i - 1), HEADER), 0, i);
      }
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
    int many = (routes + KINDS - 1) / KINDS; // of a kind
    double[] sums = new double[many];
    for (int i = 0; i < many; i++) {
      sums[i] = (i == 0 ? 0 : sums[i - 1]) + (asked.equals("zipf") ? 1.0 / (i + 1) : 1);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    int[] places = IntStream.range(0, many).toArray(); // the wanted ones are not neighbours
    for (int i = many - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int place = places[i];
      places[i] = places[other];
      places[other] = place;
    }
    for (int i = 0; i < DRAWS; i++) {
      int found = Arrays.binarySearch(sums, random.nextDouble() * sums[many - 1]);
      draws[i] = places[Math.min(many - 1, found < 0 ? -found - 1 : found)];
    }
  }

  private String template(int number) {
    return numbered(CONDITIONAL, number, "/{id}/parts");
  }

  private static MatchConfig match(String host, String path, Map<String, String> headers) {
    return new MatchConfig(List.of(host), List.of(path), List.of("GET"), headers, Map.of(), "");
  }

  @Benchmark
  public Object exactPath() {
    return find(HOST, numbered(EXACT, turn(0), ""));
  }

  @Benchmark
  public Object wildcardHostAndPath() {
    return find("shop.example.com", numbered(OPEN, turn(1), "/cart/items/7"));
  }

  @Benchmark
  public Object parameterAndHeader() {
    return find(
        HOST, numbered(CONDITIONAL, turn(2), "/0190f3c2-7c1a-7000-8000-00000000000a/parts"));
  }

  @Benchmark
  public Object unknownPath() {
    return find(HOST, numbered("/nothing", turn(0), "/here"));
  }

  private Object find(String host, String path) {
    return table.find(HttpMethod.GET, host, RequestPath.clean(path), headers, null);
  }

  /** The number of a route of a kind. */
  private int turn(int kind) {
    next = (next + 1) & (DRAWS - 1);
    return draws[next] * KINDS + kind;
  }

  /**
   * A path as a request brings it: made of bytes that were just written, its hash not known yet.
   * Making it is part of the figure. (Paths kept in a list would not be in the processor's caches
   * either, when there are many.)
   */
  @SuppressWarnings("deprecation") // as Netty makes them
  private String numbered(String before, int number, String after) {
    before.getBytes(0, before.length(), path, 0);
    int length = before.length() + 5;
    int rest = number;
    for (int at = length - 1; at >= before.length(); at--) {
      path[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    after.getBytes(0, after.length(), path, length);
    return new String(path, 0, 0, length + after.length());
  }
}
