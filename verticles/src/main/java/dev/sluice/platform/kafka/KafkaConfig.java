package dev.sluice.platform.kafka;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/**
 * Section {@code kafka}: where the brokers are, how topics are made, and how long anything may
 * wait.
 *
 * @param bootstrapServers {@code host:port}, several with commas
 * @param partitions of a topic made at start; an existing topic keeps its own
 * @param replication copies of a topic made at start, at most the number of brokers
 * @param requestTimeout one request to a broker
 * @param deliveryTimeout one record or one transaction step with all its retries; must be more than
 *     the request time-out
 * @param startTimeout how long a start waits for the brokers before it gives up
 * @param client further properties of the clients of Kafka, such as {@code security.protocol}; they
 *     win
 */
public record KafkaConfig(
    @Setting(
            doc = "Brokers to ask first, as host:port, several with commas.",
            def = "127.0.0.1:19092",
            min = 1,
            max = 2000)
        String bootstrapServers,
    @Setting(
            doc = "Partitions of a topic made at start; an existing topic keeps its own.",
            def = "20",
            min = 1,
            max = 10_000)
        int partitions,
    @Setting(
            doc = "Copies of a topic made at start, at most the number of brokers.",
            def = "1",
            min = 1,
            max = 9)
        int replication,
    @Setting(doc = "Longest time for one request to a broker.", def = "2s", min = 100, max = 60_000)
        Duration requestTimeout,
    @Setting(
            doc = "Longest time for one record with its retries; more than kafka.request_timeout.",
            def = "5s",
            min = 200,
            max = 120_000)
        Duration deliveryTimeout,
    @Setting(
            doc = "How long a start waits for the brokers.",
            def = "30s",
            min = 1000,
            max = 600_000)
        Duration startTimeout,
    @Setting(
            doc = "Further properties of the Kafka clients, such as security.protocol; they win.",
            min = 0,
            max = 100,
            secret = true)
        Map<String, String> client) {

  public static final Section<KafkaConfig> SECTION = new Section<>("kafka", KafkaConfig.class);

  public KafkaConfig {
    client = Map.copyOf(client);
  }

  /** Everything at its default but the brokers. */
  public static KafkaConfig at(String bootstrapServers) {
    return new KafkaConfig(
        bootstrapServers,
        20,
        1,
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Map.of());
  }

  /**
   * What every client is told; {@code own} adds to it, and the user's {@link #client} wins over
   * both.
   */
  Map<String, String> properties(Map<String, String> own) {
    Map<String, String> all = new HashMap<>();
    all.put("bootstrap.servers", bootstrapServers);
    all.put("request.timeout.ms", millis(requestTimeout));
    // Asks a returning broker again at once rather than after the default of a second and more.
    all.put("reconnect.backoff.ms", "50");
    all.put("reconnect.backoff.max.ms", "500");
    all.put("socket.connection.setup.timeout.ms", "1000");
    all.put("socket.connection.setup.timeout.max.ms", "2000");
    all.putAll(own);
    all.putAll(client);
    return all;
  }

  /** What a consumer of committed records in {@code group} is told. */
  Map<String, Object> consumer(String group) {
    Map<String, String> own = new HashMap<>();
    own.put("client.id", "sluice-" + group);
    own.put("group.id", group);
    own.put("enable.auto.commit", "false");
    own.put("auto.offset.reset", "earliest");
    own.put("isolation.level", "read_committed");
    own.put("max.poll.records", Integer.toString(EventConsumer.MAX_BATCH));
    own.put("fetch.max.bytes", Integer.toString(8 * 1024 * 1024));
    own.put("session.timeout.ms", "6000");
    own.put("heartbeat.interval.ms", "2000");
    own.put("default.api.timeout.ms", millis(deliveryTimeout));
    own.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    return new HashMap<>(properties(own));
  }

  static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  /** Without the further properties, which may hold a password. */
  @Override
  public String toString() {
    return "KafkaConfig[bootstrapServers=" + bootstrapServers + "]";
  }
}
