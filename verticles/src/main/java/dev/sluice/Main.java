package dev.sluice;

import dev.sluice.edge.EdgeVerticle;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.ConfigException;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.platform.log.LogConfig;
import dev.sluice.platform.log.Logging;
import dev.sluice.platform.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The program: reads what it is told to be, becomes it, and drains when it is told to stop. */
public final class Main {
  private static final int COULD_NOT = 1;
  private static final int WRONG_USAGE = 2;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;
  private final Time time = Time.system();

  private Main(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    int status = new Main(System.getenv(), System.out, System.err).run(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** The exit status; 0 also when a node was started, which then lives on in its own threads. */
  private int run(String[] args) {
    long begun = time.nanos();
    CommandLine line;
    try {
      line = CommandLine.parse(args);
    } catch (IllegalArgumentException e) {
      err.println("sluice: " + e.getMessage() + "; see --help");
      return WRONG_USAGE;
    }
    switch (line.action()) {
      case HELP -> out.print(CommandLine.HELP);
      case VERSION -> out.println("sluice " + version());
      case CHECK, START -> {
        return configured(line, begun);
      }
    }
    return 0;
  }

  private int configured(CommandLine line, long begun) {
    Config config;
    Set<String> serves;
    try {
      Path conf = folder(line);
      Map<String, String> given = new HashMap<>(environment);
      if (line.cluster()) {
        given.put("SLUICE_CLUSTER_ENABLED", "true");
      }
      if (!line.roles().isEmpty()) {
        given.put("SLUICE_NODE_ROLES", String.join(",", line.roles()));
      }
      config = Config.load(conf, given, SluiceNode.SECTIONS);
      serves = new RoleFiles(conf).rooms(config.get(NodeConfig.SECTION).roles());
    } catch (ConfigException | IllegalArgumentException | IOException e) {
      err.println("sluice: the configuration is wrong\n" + e.getMessage());
      return WRONG_USAGE;
    }
    if (line.action() == CommandLine.Action.CHECK) {
      return checked(config, serves);
    }
    return start(config, serves, begun);
  }

  private int checked(Config config, Set<String> serves) {
    config.describe().forEach(out::println);
    out.println("serves " + serves);
    try {
      if (serves.contains(SluiceNode.EDGE)) {
        out.println("routes " + EdgeVerticle.checkRoutes(config));
      }
      return 0;
    } catch (ConfigException e) {
      err.println("sluice: the routes are wrong\n" + e.getMessage());
      return WRONG_USAGE;
    }
  }

  private Path folder(CommandLine line) throws IOException {
    if (line.conf() == null) {
      Path usual = Path.of("conf");
      return Files.isRegularFile(usual.resolve("sluice.yaml")) ? usual : null;
    }
    if (!Files.isDirectory(line.conf())) {
      throw new IOException("--conf: there is no folder " + line.conf().toAbsolutePath());
    }
    return line.conf();
  }

  private int start(Config config, Set<String> serves, long begun) {
    NodeConfig nodeConfig = config.get(NodeConfig.SECTION);
    String name = name(nodeConfig);
    Logging logging = Logging.start(config.get(LogConfig.SECTION), name);
    if (nodeConfig.exitWith() > 0) {
      // From now on: what it waits for to start may have gone with it.
      new Leader(nodeConfig.exitWith()).whenGone(() -> System.exit(0));
    }
    try {
      SluiceNode node =
          SluiceNode.start(config, name, serves, logging::setLevel)
              .toCompletionStage()
              .toCompletableFuture()
              .get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stop(node, nodeConfig, logging), "drain"));
      announce(nodeConfig.readyFile(), node, begun);
      return 0;
    } catch (ExecutionException e) {
      return failed(logging, e.getCause());
    } catch (IOException | TimeoutException e) {
      return failed(logging, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(logging, e);
    }
  }

  private int failed(Logging logging, Throwable cause) {
    err.println("sluice: could not start: " + reason(cause));
    org.slf4j.LoggerFactory.getLogger(Main.class).debug("could not start", cause);
    logging.stop();
    return COULD_NOT;
  }

  private static String reason(Throwable cause) {
    if (cause instanceof TimeoutException) {
      return "not ready within " + START_LIMIT.toSeconds() + " s";
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** On the JVM's shutdown thread, which may block. */
  private static void stop(SluiceNode node, NodeConfig config, Logging logging) {
    try {
      node.stop()
          .toCompletionStage()
          .toCompletableFuture()
          .get(config.drainTimeout().toMillis() + 2_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      org.slf4j.LoggerFactory.getLogger(Main.class).warn("the drain was cut short", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      logging.stop();
    }
  }

  private void announce(String file, SluiceNode node, long begun) throws IOException {
    String seconds = "%.1f".formatted((time.nanos() - begun) / 1e9);
    StringBuilder lines = new StringBuilder();
    if (node.restUrl() != null) {
      lines.append("rest=").append(node.restUrl()).append('\n');
    }
    lines.append("management=").append(node.managementUrl()).append('\n');
    lines.append("seconds=").append(seconds).append('\n');
    if (file.isEmpty()) {
      return;
    }
    Path path = Path.of(file).toAbsolutePath();
    Files.createDirectories(path.getParent());
    Path draft = path.resolveSibling(path.getFileName() + ".tmp");
    Files.writeString(draft, lines);
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String name(NodeConfig config) {
    if (!config.name().isEmpty()) {
      return config.name();
    }
    String host = System.getenv().getOrDefault("HOSTNAME", "node");
    return host + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not from a jar)" : version;
  }
}
