package dev.sluice.load.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.devstack.KafkaBroker;
import dev.sluice.devstack.PostgresServer;
import dev.sluice.devstack.RedisServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A temporary folder with the PostgreSQL, Redis and Kafka that nodes need, and everything else that
 * a measurement starts; all of it is gone after {@link #close}.
 */
public final class Servers implements AutoCloseable {
  private static final String SECRET = "a secret of a measurement, 32 characters";
  private static final Pattern REST = Pattern.compile("rest=http://[^:]+:(\\d+)");
  private static final int MOST = 1_000_000;

  private static final int END_SECONDS = 2;

  private final Path root;
  private final RunFolder run;
  private final Path folder;
  private final List<Runnable> open = new ArrayList<>();
  private boolean closed;
  private final HttpClient client = HttpClient.newHttpClient();
  private RedisServer redis;
  private PostgresServer postgres;
  private KafkaBroker kafka;

  /**
   * @param root of the repository, whose jars are built
   */
  public Servers(Path root) throws IOException {
    this.root = root;
    this.run = RunFolder.make();
    this.folder = run.path();
  }

  /** PostgreSQL, Redis and Kafka, with nothing in them. */
  public void start() throws IOException {
    redis = RedisServer.start(folder("redis"), 0);
    add(redis::close);
    postgres = PostgresServer.start(folder("postgres"), 0);
    add(postgres::close);
    kafka = KafkaBroker.start(folder("kafka"), 0);
    add(kafka::close);
  }

  /** Of the repository. */
  public Path root() {
    return root;
  }

  /** One of that name, in which whoever has it may do as it likes. */
  public Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Ends with the others. */
  public Started add(Started started) {
    add(started::close);
    return started;
  }

  /** Who is told to end while it starts something still ends that. */
  private synchronized void add(Runnable close) {
    open.add(close);
    if (closed) {
      close.run();
      throw new IllegalStateException("the comparison is over");
    }
  }

  /** {@code redis://127.0.0.1:16379}. */
  public String redisUri() {
    return redis.uri();
  }

  /** {@code postgresql://sluice:sluice@127.0.0.1:15432/sluice}. */
  public String postgresUri() {
    return postgres.uri();
  }

  /** How to start a JVM, without what it is to run. */
  public static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.addAll(List.of(options));
    return command;
  }

  /**
   * Starts a node, and does not wait for it. It has one event loop for requests, no limit that can
   * be reached, and no access log.
   *
   * @param more of its settings, which win
   * @param routes of it, as in {@code routes.yaml}
   */
  public Started node(String name, Map<String, String> more, String routes) throws IOException {
    Path its = folder(name);
    Files.deleteIfExists(its.resolve("ready"));
    Files.writeString(its.resolve("routes.yaml"), routes);
    Map<String, String> settings = settings();
    settings.put("SLUICE_EDGE_ROUTES_FILE", its.resolve("routes.yaml").toString());
    settings.put("SLUICE_LOG_FILE", its.resolve("node.log").toString());
    settings.put("SLUICE_NODE_READY_FILE", its.resolve("ready").toString());
    settings.putAll(more);
    List<String> command = java(options());
    command.add("-jar");
    command.add(root.resolve("verticles/target/sluice.jar").toString());
    return add(Started.start(its.resolve("out"), settings, command));
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("SLUICE_NODE_SECRET", SECRET);
    settings.put("SLUICE_REDIS_URI", redis.uri());
    settings.put("SLUICE_POSTGRES_URI", postgres.uri());
    settings.put("SLUICE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    settings.put("SLUICE_EDGE_HOST", "127.0.0.1");
    settings.put("SLUICE_EDGE_PORT", "0");
    settings.put("SLUICE_EDGE_INSTANCES", "1");
    settings.put("SLUICE_EDGE_ACCESS_LOG", "false");
    settings.put("SLUICE_MANAGEMENT_PORT", "0");
    settings.put("SLUICE_LIMITS_TIERS_FREE_RATE", "0");
    settings.put("SLUICE_LIMITS_TIERS_FREE_BURST", "0");
    for (String tier : List.of("ENTERPRISE", "DEFAULT", "INTERNAL")) {
      settings.put("SLUICE_LIMITS_TIERS_" + tier + "_RATE", Integer.toString(MOST));
      settings.put("SLUICE_LIMITS_TIERS_" + tier + "_BURST", Integer.toString(MOST));
    }
    settings.put("SLUICE_LOG_FORMAT", "json");
    settings.put("SLUICE_NODE_EXIT_WITH", Long.toString(ProcessHandle.current().pid()));
    settings.put("SLUICE_AUTH_BOOTSTRAP_FILE", folder.resolve("made.json").toString());
    return settings;
  }

  /** Those of the script, so that a node is measured as it is started otherwise. */
  private static String[] options() {
    String options = System.getProperty("sluice.load.node", "").strip();
    return options.isEmpty() ? new String[0] : options.split("\\s+");
  }

  /** Waits until a node is ready, and returns the port it takes requests on. */
  public int port(String name, Started node) {
    return Integer.parseInt(node.await(folder.resolve(name).resolve("ready"), REST));
  }

  /** The header of a request by the admin, with a token that a node gives. */
  public String token(int port) throws IOException, InterruptedException {
    JsonNode made = made();
    String body =
        new ObjectMapper()
            .createObjectNode()
            .put("email", find(made, "email"))
            .put("password", find(made, "password"))
            .toString();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    String.format(Locale.ROOT, "http://127.0.0.1:%d/api/v1/auth/login", port)))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build();
    String answer = client.send(request, BodyHandlers.ofString()).body();
    return "Authorization: Bearer " + find(new ObjectMapper().readTree(answer), "accessToken");
  }

  /** The header of a request by the API key of a tier. */
  public String key(String tier) throws IOException {
    return "X-API-Key: " + find(made(), tier);
  }

  private JsonNode made() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("made.json").toFile());
  }

  private static String find(JsonNode json, String name) {
    JsonNode found = json.findValue(name);
    if (found == null) {
      throw new IllegalStateException("no " + name + " in what a node made or answered");
    }
    return found.asText();
  }

  /** One that was free a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** In the middle of a comparison: wrk, and what PostgreSQL is made with. */
  private static void endOthers() {
    List<ProcessHandle> left = ProcessHandle.current().descendants().toList();
    left.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture<?>[] ends =
        left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(ends).completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Also called when the JVM is told to end. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).run();
    }
    endOthers();
    try {
      run.close();
    } catch (IOException e) {
      System.err.println("sluice: " + folder + " is left for the next comparison to remove: " + e);
    }
  }
}
