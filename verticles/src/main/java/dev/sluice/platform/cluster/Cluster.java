package dev.sluice.platform.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.infinispan.manager.DefaultCacheManager;

/** Membership by Infinispan over JGroups/TCP, and the Vertx on top of it. */
public final class Cluster implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int PING_MILLIS = 5_000;

  /** JGroups watches its neighbour on a second port, this far above the first. */
  private static final int WATCH_OFFSET = 10_000;

  private final ClusterConfig config;
  private final DefaultCacheManager members;

  private Cluster(ClusterConfig config, DefaultCacheManager members) {
    this.config = config;
    this.members = members;
  }

  /**
   * Joins. Blocks until this node has found others, or knows that it is the first.
   *
   * @throws IOException when the port is taken or the address is not ours
   */
  public static Cluster join(ClusterConfig config) throws IOException {
    byte[] xml = fill(template(), values(config)).getBytes(StandardCharsets.UTF_8);
    try (InputStream in = new ByteArrayInputStream(xml)) {
      return new Cluster(config, new DefaultCacheManager(in));
    } catch (RuntimeException e) {
      throw new IOException(
          "cannot join the cluster on %s:%d; set SLUICE_CLUSTER_HOST and SLUICE_CLUSTER_PORT to an"
                  .formatted(config.host(), config.port())
              + " address and a free port of this machine",
          e);
    }
  }

  /** A Vertx whose bus reaches all nodes. */
  public Future<Vertx> vertx(VertxBuilder builder, VertxOptions options) {
    options
        .getEventBusOptions()
        .setHost(config.host())
        .setPort(config.busPort())
        .setClusterPublicHost(config.publicHost().isEmpty() ? config.host() : config.publicHost())
        .setConnectTimeout(CONNECT_MILLIS)
        .setClusterPingInterval(PING_MILLIS)
        .setClusterPingReplyInterval(PING_MILLIS);
    return builder
        .with(options)
        .withClusterManager(new InfinispanClusterManager(members))
        .buildClustered();
  }

  /** How many nodes there are now, this one included, as far as this one knows. */
  public int size() {
    List<?> known = members.getMembers();
    return known == null ? 1 : known.size();
  }

  /** Leaves; close the Vertx first. */
  @Override
  public void close() {
    members.stop();
  }

  private static Map<String, String> values(ClusterConfig config) {
    return Map.of(
        "name", config.name(),
        "host", config.host(),
        "public", config.publicHost().isEmpty() ? config.host() : config.publicHost(),
        "port", Integer.toString(config.port()),
        "fd_offset", Integer.toString(config.port() > 55_000 ? -WATCH_OFFSET : WATCH_OFFSET),
        "join", Long.toString(config.joinTimeout().toMillis()),
        "discovery", discovery(config));
  }

  private static String discovery(ClusterConfig config) {
    if (!config.dns().isEmpty()) {
      return "<dns.DNS_PING dns_query=\"%s\" num_discovery_runs=\"3\"/>"
          .formatted(escape(config.dns()));
    }
    // JGroups writes host[port].
    List<String> hosts = config.hosts();
    String list =
        hosts.stream()
            .map(
                h ->
                    h.substring(0, h.lastIndexOf(':'))
                        + "["
                        + h.substring(h.lastIndexOf(':') + 1)
                        + "]")
            .collect(Collectors.joining(","));
    return "<TCPPING initial_hosts=\"%s\" port_range=\"0\"/>".formatted(escape(list));
  }

  private static String fill(String template, Map<String, String> values) {
    String filled = template;
    for (Map.Entry<String, String> value : values.entrySet()) {
      String text =
          value.getKey().equals("discovery") ? value.getValue() : escape(value.getValue());
      filled = filled.replace("{{" + value.getKey() + "}}", text);
    }
    return filled;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
  }

  private static String template() {
    try (InputStream in = Cluster.class.getResourceAsStream("infinispan.xml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
