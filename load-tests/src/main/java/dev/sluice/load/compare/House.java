package dev.sluice.load.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.devstack.KafkaBroker;
import dev.sluice.devstack.PostgresServer;
import dev.sluice.devstack.RedisServer;
import java.io.IOException;
import java.io.InputStream;
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
 * All that runs during a comparison: the upstream, an nginx that answers 113 bytes of JSON from
 * memory, and one after the other in front of it nginx, HAProxy, Spring Cloud Gateway and Sluice.
 * Each proxy has one worker, which is one core at most, and as many connections to the upstream as
 * it wants; all of them run from the beginning to the end, and only one has work at a time.
 */
final class House implements AutoCloseable {
  private static final String SECRET = "a secret of a measurement, 32 characters";
  private static final Pattern PORT = Pattern.compile("port (\\d+)");
  private static final Pattern REST = Pattern.compile("rest=http://[^:]+:(\\d+)");
  private static final Pattern STARTED = Pattern.compile("()");
  private static final int MOST = 1_000_000;
  private static final int END_SECONDS = 2;

  private final Path root;
  private final RunFolder run;
  private final Path folder;
  private final List<Runnable> open = new ArrayList<>();
  private boolean closed;
  private String redisUri = "";
  private final HttpClient client = HttpClient.newHttpClient();
  private final int upstream;

  /**
   * @param root of the repository, whose jars are built
   */
  House(Path root) throws IOException {
    this.root = root;
    this.run = RunFolder.make();
    this.folder = run.path();
    this.upstream = freePort();
  }

  /** What all of them stand before; to be called first. */
  void openUpstream() throws IOException {
    nginx(
        "upstream",
        """
            location / {
              default_type application/json;
              return 200 '{"text": "%s"}';
            }
        """
            .formatted("x".repeat(101)),
        upstream);
  }

  private String conf(String name, Path its, int port) throws IOException {
    try (InputStream in = House.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@folder@", its.toString())
          .replace("@port@", Integer.toString(port))
          .replace("@upstream@", Integer.toString(upstream));
    }
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** One that is told to end while it starts something still ends that. */
  private synchronized Started start(Path log, Map<String, String> settings, List<String> command) {
    if (closed) {
      throw over();
    }
    Started started = Started.start(log, settings, command);
    open.add(started::close);
    return started;
  }

  private synchronized void add(Runnable close) {
    open.add(close);
    if (closed) {
      close.run();
      throw over();
    }
  }

  private static IllegalStateException over() {
    return new IllegalStateException("the comparison is over");
  }

  private Started nginx(String name, String location, int port) throws IOException {
    Path its = folder(name);
    Path conf =
        Files.writeString(
            its.resolve("nginx.conf"),
            conf("nginx.conf", its, port).replace("@location@", location));
    Started started =
        start(its.resolve("out"), Map.of(), List.of("nginx", "-p", "" + its, "-c", "" + conf));
    started.await(its.resolve("pid"), STARTED);
    return started;
  }

  Contender nginx() throws IOException {
    int port = freePort();
    Started started =
        nginx(
            "nginx",
            """
                location / {
                  proxy_pass http://target;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                }
            """,
            port);
    return new Contender("nginx", started, port, "/shop/items", "");
  }

  Contender haproxy() throws IOException {
    int port = freePort();
    Path its = folder("haproxy");
    Path conf = Files.writeString(its.resolve("haproxy.cfg"), conf("haproxy.cfg", its, port));
    Started started =
        start(its.resolve("out"), Map.of(), List.of("haproxy", "-db", "-f", "" + conf));
    return new Contender("HAProxy", started, port, "/shop/items", "");
  }

  /** Spring Cloud Gateway, plain, and with its limiter in Redis. */
  Contender spring(boolean limiter, String redis) throws IOException {
    String name = "Spring Cloud Gateway" + (limiter ? " + its Redis limiter" : "");
    List<String> command = new ArrayList<>(java("-Dreactor.netty.ioWorkerCount=1"));
    command.add("-jar");
    command.add(root.resolve("load-tests/peers/gateway/target/gateway.jar").toString());
    command.add("--upstream=http://127.0.0.1:" + upstream);
    if (limiter) {
      command.addAll(List.of("--spring.profiles.active=limiter", "--redis=" + redis));
    }
    Path its = folder(limiter ? "spring-limiter" : "spring");
    Started started = start(its.resolve("out"), Map.of(), command);
    int port = Integer.parseInt(started.await(null, PORT));
    return new Contender(name, started, port, "/shop/items", limiter ? "X-API-Key: one" : "");
  }

  private static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.addAll(List.of(options));
    return command;
  }

  /**
   * Sluice with (a) everything off, (b) JWT, (c) API key and tier limit, (d) all, in this order.
   */
  List<Contender> sluice() throws IOException, InterruptedException {
    RedisServer redis = RedisServer.start(folder("redis"), 0);
    add(redis::close);
    redisUri = redis.uri();
    PostgresServer postgres = PostgresServer.start(folder("postgres"), 0);
    add(postgres::close);
    KafkaBroker kafka = KafkaBroker.start(folder("kafka"), 0);
    add(kafka::close);
    Map<String, String> settings = new TreeMap<>();
    settings.put("SLUICE_NODE_SECRET", SECRET);
    settings.put("SLUICE_REDIS_URI", redis.uri());
    settings.put("SLUICE_POSTGRES_URI", postgres.uri());
    settings.put("SLUICE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    settings.put("SLUICE_EDGE_HOST", "127.0.0.1");
    settings.put("SLUICE_EDGE_PORT", "0");
    settings.put("SLUICE_EDGE_INSTANCES", "1");
    settings.put("SLUICE_MANAGEMENT_PORT", "0");
    settings.put("SLUICE_LIMITS_TIERS_FREE_RATE", "0");
    settings.put("SLUICE_LIMITS_TIERS_FREE_BURST", "0");
    for (String tier : List.of("ENTERPRISE", "DEFAULT", "INTERNAL")) {
      settings.put("SLUICE_LIMITS_TIERS_" + tier + "_RATE", Integer.toString(MOST));
      settings.put("SLUICE_LIMITS_TIERS_" + tier + "_BURST", Integer.toString(MOST));
    }
    Started quiet = node("sluice", settings, false);
    int port = Integer.parseInt(quiet.await(folder.resolve("sluice/ready"), REST));
    Started logging = node("sluice-all", settings, true);
    int second = Integer.parseInt(logging.await(folder.resolve("sluice-all/ready"), REST));
    JsonNode made = new ObjectMapper().readTree(folder.resolve("sluice/made.json").toFile());
    String token = "Authorization: Bearer " + login(port, made);
    String key = "X-API-Key: " + find(made, "enterprise");
    return List.of(
        new Contender("Sluice (a) everything off", quiet, port, "/shop/items", ""),
        new Contender("Sluice (b) JWT", quiet, port, "/jwt/items", token),
        new Contender("Sluice (c) API key + tier limit", quiet, port, "/key/items", key),
        new Contender("Sluice (d) all", logging, second, "/all/items", token));
  }

  private Started node(String name, Map<String, String> all, boolean accessLog) throws IOException {
    Path its = folder(name);
    Files.writeString(its.resolve("routes.yaml"), routes());
    Map<String, String> settings = new TreeMap<>(all);
    settings.put("SLUICE_EDGE_ROUTES_FILE", its.resolve("routes.yaml").toString());
    settings.put("SLUICE_EDGE_ACCESS_LOG", Boolean.toString(accessLog));
    settings.put("SLUICE_LOG_FILE", its.resolve("node.log").toString());
    settings.put("SLUICE_LOG_FORMAT", "json");
    settings.put("SLUICE_NODE_READY_FILE", its.resolve("ready").toString());
    settings.put("SLUICE_NODE_EXIT_WITH", Long.toString(ProcessHandle.current().pid()));
    settings.put("SLUICE_AUTH_BOOTSTRAP_FILE", its.resolve("made.json").toString());
    List<String> command = new ArrayList<>(java(options()));
    command.add("-jar");
    command.add(root.resolve("verticles/target/sluice.jar").toString());
    return start(its.resolve("out"), settings, command);
  }

  private static String[] options() {
    String options = System.getenv("SLUICE_JAVA_OPTS");
    return options == null ? new String[0] : options.split(" ", -1);
  }

  private String routes() {
    return """
    upstreams:
      plain: {targets: [{url: "http://127.0.0.1:%1$d"}], breaker: {failures: 0}}
      shop: {targets: [{url: "http://127.0.0.1:%1$d"}]}
    routes:
      shop: {match: {paths: ["/shop/*"]}, upstream: plain, tier_limits: false}
      jwt: {match: {paths: ["/jwt/*"]}, upstream: plain, tier_limits: false, auth: [jwt]}
      key: {match: {paths: ["/key/*"]}, upstream: plain, auth: [api_key]}
      all:
        match: {paths: ["/all/*"]}
        upstream: shop
        auth: [jwt]
        cache: {enabled: true}
        request: {headers: {set: {x-shop: one}, remove: [x-internal]}}
        response: {headers: {set: {x-served: sluice}, remove: [x-powered-by]}}
    """
        .formatted(upstream);
  }

  private String login(int port, JsonNode made) throws IOException, InterruptedException {
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
    return find(new ObjectMapper().readTree(answer), "accessToken");
  }

  private static String find(JsonNode json, String name) {
    JsonNode found = json.findValue(name);
    if (found == null) {
      throw new IllegalStateException("no " + name + " in " + json.toString().substring(0, 40));
    }
    return found.asText();
  }

  /** Of the Redis that {@link #sluice} has started. */
  String redisUri() {
    return redisUri;
  }

  private static int freePort() throws IOException {
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
