package dev.sluice.edge.catalog;

import java.util.List;
import java.util.Map;

/**
 * What is behind this node at a moment, as JSON says it.
 *
 * @param node its name
 * @param services the upstreams, by name
 * @param rooms what is served by the node itself
 * @param support the servers it stands on
 */
public record Catalog(
    String node, List<Service> services, List<Room> rooms, List<Support> support) {

  /**
   * An upstream.
   *
   * @param status {@code healthy} when all targets are, {@code degraded} when some are, else {@code
   *     unhealthy}
   * @param port where it listens by its description; 0: as the targets say
   * @param dependsOn the names of what it cannot do without
   * @param breaker of the whole: {@code closed}, {@code half_open} or {@code open}
   * @param inFlight requests under way from this node
   * @param routes that lead there, by name
   */
  public record Service(
      String name,
      String status,
      String description,
      String purpose,
      String owner,
      String language,
      int port,
      List<String> dependsOn,
      String balance,
      String protocol,
      String breaker,
      int inFlight,
      List<Target> targets,
      List<String> routes) {}

  /**
   * A server of an upstream.
   *
   * @param status {@code healthy}, or why it gets no requests: {@code unhealthy} by its probes,
   *     {@code ejected}, {@code breaker_open}
   * @param addresses of its name, as far as they are known
   */
  public record Target(
      String url,
      int weight,
      Map<String, String> labels,
      String status,
      int inFlight,
      List<String> addresses) {}

  /**
   * A room of this node.
   *
   * @param contracts what it can be asked over HTTP
   */
  public record Room(String name, List<String> contracts, List<String> dependsOn) {}

  /**
   * A server this node may stand on.
   *
   * @param configured whether this node uses it
   * @param status {@code healthy}, {@code unhealthy}, or {@code unused}
   * @param detail what is wrong; empty when nothing is
   */
  public record Support(
      String name,
      String purpose,
      List<String> dependsOn,
      boolean configured,
      String status,
      String detail,
      List<String> usedBy) {}
}
