package dev.sluice.load.compare;

import java.util.List;

/**
 * One way to have a request proxied.
 *
 * @param name as the page has it
 * @param server may be that of several
 * @param header one more of the request, {@code name: value}, or empty
 */
public record Contender(String name, Started server, int port, String path, String header) {
  static final String NGINX = "nginx";
  static final String HAPROXY = "HAProxy";
  static final String SPRING = "Spring Cloud Gateway";
  static final String SPRING_LIMITER = "Spring Cloud Gateway + its Redis limiter";
  static final String OFF = "Sluice (a) everything off";
  static final String TOKEN = "Sluice (b) JWT";
  static final String LIMITED = "Sluice (c) API key + tier limit";
  static final String ALL = "Sluice (d) all";

  /** Of a comparison of gateways, in the order of the page. */
  static final List<String> NAMES =
      List.of(NGINX, HAPROXY, SPRING, SPRING_LIMITER, OFF, TOKEN, LIMITED, ALL);
}
