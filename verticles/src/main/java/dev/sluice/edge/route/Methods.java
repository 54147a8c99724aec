package dev.sluice.edge.route;

import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The methods routes are for, a bit each. A method no route names has the last bit. */
final class Methods {
  private static final long OTHER = Long.MIN_VALUE;
  private static final int MAX = 60;
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,29}");

  private final Map<HttpMethod, Long> bits = new HashMap<>();

  Methods() {
    bits.put(HttpMethod.GET, 1L);
    bits.put(HttpMethod.HEAD, 2L);
  }

  /**
   * The bits of these, GET with HEAD; all if there are none.
   *
   * @throws IllegalArgumentException if one is no method
   */
  long add(List<String> names) {
    long all = 0;
    for (String name : names) {
      if (!METHOD.matcher(name).matches()) {
        throw new IllegalArgumentException("methods in upper case, such as GET");
      }
      if (bits.size() == MAX && !bits.containsKey(HttpMethod.valueOf(name))) {
        throw new IllegalArgumentException("at most " + MAX + " different methods in all routes");
      }
      int next = bits.size();
      all |= bits.computeIfAbsent(HttpMethod.valueOf(name), m -> 1L << next);
    }
    return names.isEmpty() ? RouteEntry.ANY_METHOD : all | ((all & 1) << 1);
  }

  long bit(HttpMethod method) {
    Long bit = bits.get(method);
    return bit == null ? OTHER : bit;
  }

  void addNames(long methods, Set<String> names) {
    if (methods != RouteEntry.ANY_METHOD) {
      bits.forEach(
          (method, bit) -> {
            if ((methods & bit) != 0) {
              names.add(method.name());
            }
          });
    }
  }
}
