package dev.sluice.load.platform;

import dev.sluice.load.CpuTime;
import dev.sluice.load.compare.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The server whose databases both sides use: what is in them, and what its processes cost. */
final class Postgres {
  /** Sluice's own, in which its rooms have their schemas. */
  static final String OURS = "sluice";

  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();
  private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();

  private final URI uri;
  private final long pid;

  Postgres(Servers servers) throws IOException {
    this.uri = URI.create(servers.postgresUri());
    Path file = servers.folder("postgres").resolve("data/postmaster.pid");
    this.pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
  }

  /** {@code postgresql://user:password@host:port/database}. */
  String uri(String database) {
    return "postgresql://" + uri.getRawAuthority() + "/" + database;
  }

  void create(String database) {
    try (Connection connection = connect(OURS);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot make the database " + database, e);
    }
  }

  /** How many rows a table has, such as {@code "order".outbox}. */
  long rows(String database, String table) {
    try (Connection connection = connect(database)) {
      return number(connection, "SELECT count(*) FROM " + table);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot count " + table, e);
    }
  }

  /**
   * Waits until a table is empty.
   *
   * @throws IllegalStateException when it is not after a minute
   */
  void awaitEmpty(String database, String table) {
    try (Connection connection = connect(database)) {
      long end = System.nanoTime() + LONGEST_NANOS;
      while (number(connection, "SELECT count(*) FROM (SELECT FROM " + table + " LIMIT 1) t") > 0) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              table
                  + " still has "
                  + number(connection, "SELECT count(*) FROM " + table)
                  + " rows");
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot look into " + table, e);
    }
  }

  /** Microseconds of CPU that all its processes have used so far, those that ended included. */
  long cpuMicros() {
    return CpuTime.microsOfFamily(pid);
  }

  private Connection connect(String database) throws SQLException {
    String[] user = uri.getUserInfo().split(":", 2);
    String where = "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + "/" + database;
    return DriverManager.getConnection(where, user[0], user[1]);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      found.next();
      return found.getLong(1);
    }
  }
}
