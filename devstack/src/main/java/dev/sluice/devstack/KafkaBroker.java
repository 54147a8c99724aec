package dev.sluice.devstack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * Kafka 4 inside this JVM: one node that is broker and controller (KRaft), without authentication.
 *
 * <p>Everything internal has one replica and few partitions. What a producer was acknowledged is in
 * the page cache: it survives the death of this JVM, not of the machine. A broker cannot be killed
 * or paused without its JVM; an outage is {@link #stop} and {@link #start()}.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class KafkaBroker implements AutoCloseable {

  private static final String LOG4J_FACTORY = "log4j2.loggerContextFactory";

  private final Path folder;
  private final String host;
  private final int port;
  private final int controllerPort;
  private KafkaRaftServer server;

  private KafkaBroker(Path folder, String host, int port, int controllerPort) {
    this.folder = folder;
    this.host = host;
    this.port = port;
    this.controllerPort = controllerPort;
  }

  /**
   * Starts on 127.0.0.1 and returns when producers and consumers are served. The first start in a
   * folder formats it.
   *
   * @param dataDir its folder, made if missing
   * @param port TCP port; 0 for any free one
   * @throws PortTakenException when the port is taken
   * @throws StartFailedException when the broker does not come up
   */
  public static KafkaBroker start(Path dataDir, int port) {
    return start(dataDir, "127.0.0.1", PortChoice.exactly(port, "the port given"));
  }

  static KafkaBroker start(Path dataDir, String host, PortChoice choice) {
    // Kafka asks for Log4j's API by itself, which otherwise complains on stderr that nothing is
    // behind it.
    if (System.getProperty(LOG4J_FACTORY) == null) {
      System.setProperty(
          LOG4J_FACTORY, "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
    }
    try {
      Path folder = Files.createDirectories(dataDir.toAbsolutePath()).toRealPath();
      return choice.start(
          host,
          port -> {
            KafkaBroker broker = new KafkaBroker(folder, host, port, controllerPort(host, port));
            broker.format();
            broker.start();
            return broker;
          });
    } catch (IOException e) {
      throw new StartFailedException("cannot prepare Kafka in " + dataDir + ": " + e, e);
    }
  }

  private static int controllerPort(String host, int brokerPort) {
    int port;
    do {
      port = PortChoice.any().pick(host);
    } while (port == brokerPort);
    return port;
  }

  /** The TCP port of the broker, the same over stop and start. */
  public int port() {
    return port;
  }

  /** {@code 127.0.0.1:19092}. */
  public String bootstrapServers() {
    return host + ":" + port;
  }

  /**
   * Starts it again after {@link #stop}, on the same port and data. No effect while it runs.
   *
   * @throws StartFailedException as at first
   */
  public void start() {
    if (server != null) {
      return;
    }
    PortChoice.exactly(port, "the port of Kafka").pick(host);
    KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(config(), false), Time.SYSTEM);
    try {
      starting.startup();
      server = starting;
    } catch (RuntimeException e) {
      starting.shutdown();
      throw new StartFailedException("cannot start Kafka on " + bootstrapServers() + ": " + e, e);
    }
  }

  /** Stops in order: connections are cut, data flushed. Returns when the port is free. */
  public void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }

  @Override
  public void close() {
    stop();
  }

  private Map<String, String> config() {
    Map<String, String> config = new TreeMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", "1");
    config.put("controller.quorum.voters", "1@" + host + ":" + controllerPort);
    config.put(
        "listeners",
        "BROKER://" + bootstrapServers() + ",CONTROLLER://" + host + ":" + controllerPort);
    config.put("advertised.listeners", "BROKER://" + bootstrapServers());
    config.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("inter.broker.listener.name", "BROKER");
    config.put("controller.listener.names", "CONTROLLER");
    config.put("log.dirs", folder.resolve("data").toString());
    config.put("default.replication.factor", "1");
    config.put("min.insync.replicas", "1");
    config.put("offsets.topic.replication.factor", "1");
    config.put("offsets.topic.num.partitions", "4");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("transaction.state.log.num.partitions", "4");
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");
    config.put("share.coordinator.state.topic.num.partitions", "1");
    // Nobody else will join; a consumer alone need not wait three seconds for others.
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    config.put("background.threads", "2");
    // After a kill the broker is let in again when the session of the one before has timed out: 9 s
    // by default.
    config.put("broker.session.timeout.ms", "2000");
    config.put("broker.heartbeat.interval.ms", "300");
    // 128 MB by default, taken at start.
    config.put("log.cleaner.dedupe.buffer.size", "4194304");
    config.put("log.index.size.max.bytes", "1048576");
    return config;
  }

  private void format() {
    if (Files.exists(folder.resolve("data").resolve("meta.properties"))) {
      return;
    }
    Path file = folder.resolve("format.properties");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (var out = Files.newOutputStream(file)) {
      Properties properties = new Properties();
      properties.putAll(config());
      properties.store(out, null);
    } catch (IOException e) {
      throw new StartFailedException("cannot format " + folder + " for Kafka: " + e, e);
    }
    String[] arguments = {
      "format",
      "--config",
      file.toString(),
      "--cluster-id",
      Uuid.randomUuid().toString(),
      "--ignore-formatted"
    };
    if (StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8)) != 0) {
      throw new StartFailedException(
          "cannot format "
              + folder
              + " for Kafka: "
              + said.toString(StandardCharsets.UTF_8).strip());
    }
  }
}
