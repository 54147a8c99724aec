package dev.sluice;

import dev.sluice.devstack.KafkaBroker;
import dev.sluice.devstack.PostgresServer;
import dev.sluice.devstack.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The real servers of a test JVM: each is started when a test first asks for it, on a free port and
 * a folder of its own, shared by all tests, and removed with its data at the end. Tests keep apart
 * by schemas, topics and key prefixes of their own; one that stops or pauses a server starts it
 * again.
 *
 * <p>{@code @ExtendWith(Servers.Extension.class)} on the class, and {@code Servers} as a parameter.
 */
public final class Servers implements AutoCloseable {
  private final Path folder;
  private PostgresServer postgres;
  private RedisServer redis;
  private KafkaBroker kafka;

  private Servers() {
    try {
      folder = Files.createTempDirectory("sluice-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized PostgresServer postgres() {
    if (postgres == null) {
      postgres = PostgresServer.start(folder.resolve("postgres"), 0);
    }
    return postgres;
  }

  /** The URI of an empty database of its own, on the shared server. */
  public String newDatabase() throws SQLException {
    String name = "db_" + UUID.randomUUID().toString().substring(0, 8);
    String uri = postgres().uri();
    URI target = URI.create(uri);
    String[] who = target.getUserInfo().split(":", 2);
    String url =
        "jdbc:postgresql://%s:%d%s".formatted(target.getHost(), target.getPort(), target.getPath());
    try (Connection connection = DriverManager.getConnection(url, who[0], who[1]);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return uri.substring(0, uri.lastIndexOf('/') + 1) + name;
  }

  public synchronized RedisServer redis() {
    if (redis == null) {
      redis = RedisServer.start(folder.resolve("redis"), 0);
    }
    return redis;
  }

  public synchronized KafkaBroker kafka() {
    if (kafka == null) {
      kafka = KafkaBroker.start(folder.resolve("kafka"), 0);
    }
    return kafka;
  }

  @Override
  public synchronized void close() throws IOException {
    if (kafka != null) {
      kafka.close();
    }
    if (redis != null) {
      redis.close();
    }
    if (postgres != null) {
      postgres.close();
    }
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  /** Hands the servers to tests. */
  public static final class Extension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Servers.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(Servers.class))
          .computeIfAbsent(Servers.class, key -> new Servers());
    }
  }
}
