package dev.sluice;

import static dev.sluice.Waiting.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A whole node in the JVM of the test, on real servers and free ports, and a client to talk to it.
 */
public final class TestNode implements AutoCloseable {
  private final SluiceNode node;
  private final Map<String, String> logLevels;
  private final TestClient client = new TestClient();

  /**
   * An answer.
   *
   * @param json the body, a missing node when there is none
   */
  public record Answer(int status, java.net.http.HttpHeaders headers, JsonNode json, String text) {
    public String header(String name) {
      return headers.firstValue(name).orElse(null);
    }

    /** The value at a JSON pointer, as text. */
    public String at(String pointer) {
      return json.at(pointer).asText();
    }
  }

  private TestNode(SluiceNode node, Map<String, String> logLevels) {
    this.node = node;
    this.logLevels = logLevels;
    client.base(node.restUrl());
  }

  /** Serves everything, without limits that a test could run into by accident. */
  public static TestNode start(Servers servers) throws Exception {
    return start(servers, Map.of());
  }

  /**
   * @param settings as environment variables, over those of a test
   */
  public static TestNode start(Servers servers, Map<String, String> settings) throws Exception {
    return start(
        servers.postgres().uri(),
        servers.redis().uri(),
        servers.kafka().bootstrapServers(),
        settings);
  }

  public static TestNode start(
      String postgres, String redis, String kafka, Map<String, String> settings) throws Exception {
    return start(postgres, redis, kafka, settings, Time.system());
  }

  public static TestNode start(
      String postgres, String redis, String kafka, Map<String, String> settings, Time time)
      throws Exception {
    return start(null, environment(postgres, redis, kafka, settings), time);
  }

  /**
   * Serves everything, with the limits of a file such as the shipped one.
   *
   * @param conf the file, or its folder
   */
  public static TestNode start(Servers servers, Path conf, Map<String, String> settings)
      throws Exception {
    Map<String, String> environment =
        environment(
            servers.postgres().uri(),
            servers.redis().uri(),
            servers.kafka().bootstrapServers(),
            settings);
    environment
        .keySet()
        .removeIf(key -> key.startsWith("SLUICE_LIMITS_") && !settings.containsKey(key));
    return start(conf, environment, Time.system());
  }

  /**
   * A gateway alone: an edge with these routes, without rooms.
   *
   * @param folder with routes.yaml in it
   */
  public static TestNode gateway(Servers servers, Path folder, Map<String, String> settings)
      throws Exception {
    Map<String, String> environment =
        environment("postgresql://nobody", servers.redis().uri(), "127.0.0.1:1", settings);
    environment.put("SLUICE_LIMITS_TIERS_FREE_RATE", "0");
    environment.put("SLUICE_LIMITS_TIERS_FREE_BURST", "0");
    environment.putAll(settings);
    return start(folder, environment, Time.system(), Set.of("edge"));
  }

  private static TestNode start(Path conf, Map<String, String> environment, Time time)
      throws Exception {
    return start(
        conf, environment, time, Set.of("auth", "order", "audit", "routes", "cache", "edge"));
  }

  private static TestNode start(
      Path conf, Map<String, String> environment, Time time, Set<String> serves) throws Exception {
    Config config = Config.load(conf, environment, SluiceNode.SECTIONS);
    String name = "test-" + UUID.randomUUID();
    Map<String, String> logLevels = new ConcurrentHashMap<>();
    return new TestNode(
        await(SluiceNode.start(config, name, serves, logLevels::put, time)), logLevels);
  }

  /** A port for {@link #cluster}. */
  public static int clusterPort() throws IOException {
    return NodeProcess.clusterPort();
  }

  /** The settings of a node that is in one cluster with another one. */
  public static Map<String, String> cluster(int port, int other) {
    Map<String, String> settings = new HashMap<>();
    settings.put("SLUICE_CLUSTER_ENABLED", "true");
    settings.put("SLUICE_CLUSTER_NAME", "test-" + Math.min(port, other));
    settings.put("SLUICE_CLUSTER_PORT", Integer.toString(port));
    settings.put("SLUICE_CLUSTER_HOSTS", "127.0.0.1:" + port + ",127.0.0.1:" + other);
    return settings;
  }

  /** What a node in a test is told; for nodes in other JVMs too. */
  public static Map<String, String> environment(
      String postgres, String redis, String kafka, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SLUICE_NODE_SECRET", "a secret of the tests of 32 characters");
    environment.put("SLUICE_POSTGRES_URI", postgres);
    environment.put("SLUICE_REDIS_URI", redis);
    environment.put("SLUICE_KAFKA_BOOTSTRAP_SERVERS", kafka);
    environment.put("SLUICE_KAFKA_PARTITIONS", "3");
    environment.put("SLUICE_EDGE_HOST", "127.0.0.1");
    environment.put("SLUICE_EDGE_PORT", "0");
    environment.put("SLUICE_EDGE_ACCESS_LOG", "false");
    environment.put("SLUICE_MANAGEMENT_PORT", "0");
    environment.put("SLUICE_AUTH_BCRYPT_COST", "4");
    environment.put("SLUICE_AUTH_HASH_QUEUE", "1000");
    environment.put("SLUICE_LIMITS_ROUTES_AUTH_LIMIT_RATE", "0");
    environment.put("SLUICE_LIMITS_ROUTES_LOGIN_LIMIT_RATE", "0");
    environment.put("SLUICE_LIMITS_TIERS_FREE_RATE", "100000");
    environment.put("SLUICE_LIMITS_TIERS_FREE_BURST", "100000");
    environment.putAll(settings);
    return environment;
  }

  public String url() {
    return node.restUrl();
  }

  /** The levels of loggers this node was told to set. */
  public Map<String, String> logLevels() {
    return logLevels;
  }

  public String managementUrl() {
    return node.managementUrl();
  }

  public Answer get(String path, String... headers) throws Exception {
    return client.get(path, headers);
  }

  /** Posts JSON. */
  public Answer post(String path, String json, String... headers) throws Exception {
    return client.post(path, json, headers);
  }

  /** See {@link TestClient#send}. */
  public Answer send(String method, String path, String json, String... headers) throws Exception {
    return client.send(method, path, json, headers);
  }

  /** A new account, signed in. */
  public String[] signIn() throws Exception {
    return client.signIn();
  }

  /** The header that shows a token, for {@link #send}. */
  public static String[] bearer(String token) {
    return TestClient.bearer(token);
  }

  @Override
  public void close() {
    node.stop().toCompletionStage().toCompletableFuture().join();
  }
}
