package dev.sluice.platform.db;

import dev.sluice.platform.config.Section;
import dev.sluice.platform.config.Setting;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;

/**
 * Section {@code postgres}: where the server is and how much of it a room may take.
 *
 * @param uri {@code postgresql://[user[:password]@]host[:port]/database[?sslmode=...]}
 * @param user wins over the user in the URI when not empty
 * @param password wins over the password in the URI when not empty
 * @param poolSize connections of one room on one node; rooms x nodes x this must stay below the
 *     server's {@code max_connections}
 * @param waitQueue calls that may wait for a connection; one more is refused at once
 * @param connectTimeout for the TCP connection and again for the login
 * @param acquireTimeout longest wait in the queue
 * @param statementTimeout longest time for one statement, and for one transaction as a whole
 * @param startTimeout how long a start waits for the server before it gives up
 */
public record PostgresConfig(
    @Setting(
            doc = "Server and database, as postgresql://user:password@host:port/database.",
            def = "postgresql://sluice:sluice@127.0.0.1:15432/sluice",
            min = 1,
            max = 2000,
            secret = true)
        String uri,
    @Setting(doc = "User; wins over the one in the URI.", min = 0, max = 200) String user,
    @Setting(doc = "Password; wins over the one in the URI.", min = 0, max = 1000, secret = true)
        String password,
    @Setting(doc = "Connections of one room on one node.", def = "10", min = 1, max = 500)
        int poolSize,
    @Setting(
            doc = "Calls that may wait for a connection; one more is refused at once.",
            def = "200",
            min = 0,
            max = 100_000)
        int waitQueue,
    @Setting(
            doc = "Longest time to connect, and again to log in.",
            def = "2s",
            min = 100,
            max = 60_000)
        Duration connectTimeout,
    @Setting(
            doc = "Longest time a call waits for a connection.",
            def = "2s",
            min = 10,
            max = 60_000)
        Duration acquireTimeout,
    @Setting(
            doc = "Longest time one statement, and one whole transaction, may take.",
            def = "3s",
            min = 100,
            max = 600_000)
        Duration statementTimeout,
    @Setting(doc = "How long a start waits for the server.", def = "30s", min = 1000, max = 600_000)
        Duration startTimeout) {

  public static final Section<PostgresConfig> SECTION =
      new Section<>("postgres", PostgresConfig.class);

  public PostgresConfig {
    try {
      PgConnectOptions.fromUri(uri);
    } catch (RuntimeException e) { // its message may hold the password
      throw new IllegalArgumentException("uri: postgresql://user:password@host:port/database");
    }
  }

  /** Everything at its default but the server. */
  public static PostgresConfig at(String uri) {
    return new PostgresConfig(
        uri,
        "",
        "",
        10,
        200,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        Duration.ofSeconds(30));
  }

  /** How the driver is told about the server; without a schema or time-outs of the session. */
  PgConnectOptions server() {
    PgConnectOptions server = PgConnectOptions.fromUri(uri);
    if (!user.isEmpty()) {
      server.setUser(user);
    }
    if (!password.isEmpty()) {
      server.setPassword(password);
    }
    return server;
  }

  /** The secrets stay out of logs. */
  @Override
  public String toString() {
    PgConnectOptions server = server();
    return "postgresql://"
        + server.getHost()
        + ":"
        + server.getPort()
        + "/"
        + server.getDatabase()
        + " as "
        + server.getUser();
  }
}
