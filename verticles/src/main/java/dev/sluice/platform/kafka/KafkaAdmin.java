package dev.sluice.platform.kafka;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's administrative client: makes topics at start, and says every second or so whether the
 * brokers answer. One a node. Safe to use from any context.
 */
public final class KafkaAdmin {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaAdmin.class);
  private static final int PING_MILLIS = 1000;
  private static final int CREATE_MILLIS = 5000;
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Vertx vertx;
  private final KafkaConfig config;
  private final Time time;
  private final Admin admin;

  private KafkaAdmin(Vertx vertx, KafkaConfig config, Time time, Admin admin) {
    this.vertx = vertx;
    this.config = config;
    this.time = time;
    this.admin = admin;
  }

  /**
   * Opens the client; the brokers need not be there yet. Fails with UNAVAILABLE when none of the
   * configured names can be resolved.
   */
  public static Future<KafkaAdmin> open(Vertx vertx, KafkaConfig config, Time time) {
    Map<String, Object> properties =
        new HashMap<>(
            config.properties(
                Map.of(
                    "client.id",
                    "sluice-admin",
                    "default.api.timeout.ms",
                    Integer.toString(CREATE_MILLIS))));
    return vertx
        .executeBlocking(() -> Admin.create(properties), false)
        .map(admin -> new KafkaAdmin(vertx, config, time, admin))
        .recover(failure -> Future.failedFuture(unavailable("cannot be configured", failure)));
  }

  /**
   * Makes those of the topics that do not exist yet, and leaves the others as they are. Waits for
   * the brokers as long as the configured start time-out, then fails with UNAVAILABLE.
   */
  public Future<Void> createTopics(Set<String> names) {
    return attempt(names, time.nanos() + config.startTimeout().toNanos());
  }

  /** Succeeds when a broker answers within a second; UNAVAILABLE otherwise. */
  public Future<Void> ping() {
    KafkaFuture<?> nodes =
        admin.describeCluster(new DescribeClusterOptions().timeoutMs(PING_MILLIS)).nodes();
    return future(nodes)
        .timeout(PING_MILLIS, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(unavailable("does not answer", failure)));
  }

  /** Lets go of the brokers within a second. */
  public Future<Void> close() {
    return vertx.executeBlocking(
        () -> {
          admin.close(Duration.ofSeconds(1));
          return null;
        },
        false);
  }

  private Future<Void> attempt(Set<String> names, long giveUpAt) {
    List<NewTopic> topics =
        names.stream()
            .map(name -> new NewTopic(name, config.partitions(), (short) config.replication()))
            .toList();
    List<Future<Void>> made =
        admin
            .createTopics(topics, new CreateTopicsOptions().timeoutMs(CREATE_MILLIS))
            .values()
            .values()
            .stream()
            .map(topic -> future(topic).recover(KafkaAdmin::existingIsFine))
            .toList();
    return Future.join(made)
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (time.nanos() > giveUpAt) {
                return Future.failedFuture(unavailable("cannot make the topics " + names, failure));
              }
              LOG.info(
                  "waiting for kafka at {}: {}", config.bootstrapServers(), failure.toString());
              return vertx.timer(PAUSE.toMillis()).compose(fired -> attempt(names, giveUpAt));
            });
  }

  private static Future<Void> existingIsFine(Throwable failure) {
    return failure instanceof TopicExistsException
        ? Future.succeededFuture()
        : Future.failedFuture(failure);
  }

  private Future<Void> future(KafkaFuture<?> asked) {
    return Future.fromCompletionStage(asked.toCompletionStage(), vertx.getOrCreateContext())
        .<Void>mapEmpty()
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof CompletionException wrapped ? wrapped.getCause() : failure));
  }

  private static Failure unavailable(String why, Throwable failure) {
    LOG.debug("kafka {}", why, failure);
    return Problem.UNAVAILABLE.because("kafka " + why).retryAfter(Duration.ofSeconds(1));
  }
}
