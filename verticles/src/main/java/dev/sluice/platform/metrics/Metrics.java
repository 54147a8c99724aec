package dev.sluice.platform.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.backends.BackendRegistries;
import java.util.UUID;
import java.util.function.IntSupplier;

/**
 * The registry of one node. Every meter carries the label {@code service="sluice"}. Thread-safe.
 * {@link #close} it after the Vertx that reports into it.
 */
public final class Metrics implements AutoCloseable {

  /** Of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  static final String SERVICE = "sluice";

  // Vert.x keeps registries by name for the whole JVM; a name of its own keeps the nodes of a test
  // apart.
  private final String name = "sluice-" + UUID.randomUUID();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  public Metrics() {
    registry.config().commonTags("service", SERVICE);
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
  }

  /** For {@code Vertx.builder().withMetrics(...)}; goes with {@link #vertxOptions}. */
  public VertxMetricsFactory vertxFactory() {
    return new MicrometerMetricsFactory(registry);
  }

  /**
   * For {@code VertxOptions.setMetricsOptions}: event bus and pools, without HTTP, sockets and
   * verticles.
   */
  public MetricsOptions vertxOptions() {
    return new MicrometerMetricsOptions()
        .setRegistryName(name)
        .setEnabled(true)
        .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER)
        .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
        .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)
        .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
        .addDisabledMetricsCategory(MetricsDomain.DATAGRAM_SOCKET)
        .addDisabledMetricsCategory(MetricsDomain.VERTICLES);
  }

  /** Where other meters are made. Take label values from closed sets only. */
  public MeterRegistry registry() {
    return registry;
  }

  /**
   * Reports how much waits in a queue, as {@code queue_depth{queue_name="..."}}. A queue of the
   * same name takes the place of the one before.
   *
   * @param depth called on every scrape, from any thread; cheap
   */
  public void queueDepth(String queueName, IntSupplier depth) {
    Gauge.Builder<IntSupplier> gauge =
        Gauge.builder("queue_depth", depth, IntSupplier::getAsInt)
            .description("What waits in a queue.")
            .tags("queue_name", queueName)
            .strongReference(true);
    Meter before = registry.find("queue_depth").tags("queue_name", queueName).gauge();
    if (before != null) {
      registry.remove(before); // registering alone would keep the old one and drop this
    }
    gauge.register(registry);
  }

  /**
   * All meters in the text format of Prometheus. Takes milliseconds when there are many routes: not
   * for an event loop.
   */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    BackendRegistries.stop(name);
    registry.close();
  }
}
