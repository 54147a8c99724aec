package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

  @TempDir Path folder;

  @Test
  void dataSurvivesStopAndKillOnTheSamePort() throws Exception {
    try (PostgresServer server = PostgresServer.start(folder, 0)) {
      int port = server.port();
      ask(server, "CREATE TABLE kept (n int)");
      ask(server, "INSERT INTO kept VALUES (1)");
      server.stop();
      assertThatThrownBy(() -> ask(server, "SELECT 1")).isInstanceOf(SQLException.class);
      server.start();
      ask(server, "INSERT INTO kept VALUES (2)");
      server.kill();
      server.start();
      assertThat(server.port()).isEqualTo(port);
      assertThat(ask(server, "SELECT sum(n) FROM kept")).isEqualTo("3");
    }
  }

  @Test
  void dataSurvivesAKillWhileItIsWrittenTo() throws Exception {
    try (PostgresServer server = PostgresServer.start(folder, 0)) {
      ask(server, "CREATE TABLE counted (n int)");
      int acknowledged = 0;
      try (Connection connection = connect(server)) {
        for (; acknowledged < 50; acknowledged++) {
          execute(connection, "INSERT INTO counted VALUES (1)");
        }
        connection.setAutoCommit(false);
        execute(connection, "INSERT INTO counted VALUES (1)");
        server.kill();
      } catch (SQLException cutWhileClosing) {
        assertThat(acknowledged).isEqualTo(50);
      }
      server.start();
      assertThat(ask(server, "SELECT count(*) FROM counted")).isEqualTo("50");
    }
  }

  @Test
  void isSafeWhereItMatters() throws Exception {
    try (PostgresServer server = PostgresServer.start(folder, 0)) {
      assertThat(server.uri())
          .isEqualTo("postgresql://sluice:sluice@127.0.0.1:" + server.port() + "/sluice");
      assertThat(ask(server, "SHOW fsync")).isEqualTo("on");
      assertThat(ask(server, "SHOW server_version")).startsWith("18.");
      assertThat(ask(server, "SHOW max_connections")).isEqualTo("200");
      assertThat(ask(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(ask(server, "SELECT rolpassword FROM pg_authid WHERE rolname = 'sluice'"))
          .startsWith("SCRAM-SHA-256");
      String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/sluice";
      assertThatThrownBy(() -> DriverManager.getConnection(url, "sluice", "wrong"))
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void answersNothingWhilePausedAndGoesOnAfter() throws Exception {
    try (PostgresServer server = PostgresServer.start(folder, 0);
        Connection connection = connect(server)) {
      execute(connection, "CREATE TABLE seen (n int)");
      server.pause();
      connection.setNetworkTimeout(Runnable::run, 300);
      assertThatThrownBy(() -> execute(connection, "INSERT INTO seen VALUES (1)"))
          .isInstanceOf(SQLException.class);
      server.resume();
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
      server.pause();
    }
    assertThat(folder.resolve("data").resolve("postmaster.pid")).doesNotExist();
  }

  @Test
  void stopsALeftoverOfItsFolderFirst() throws Exception {
    PostgresServer leftover = PostgresServer.start(folder, 0);
    ask(leftover, "CREATE TABLE kept AS SELECT 7 AS n");
    try (PostgresServer server = PostgresServer.start(folder, leftover.port())) {
      assertThat(ask(server, "SELECT n FROM kept")).isEqualTo("7");
    }
  }

  @Test
  void startsOverAStalePidThatSomebodyElseHasNow() throws Exception {
    try (PostgresServer server = PostgresServer.start(folder, 0)) {
      server.kill();
      Path pidFile = folder.resolve("data").resolve("postmaster.pid");
      long somebody = ProcessHandle.current().pid();
      String lines = Files.readString(pidFile);
      Files.writeString(pidFile, lines.replaceFirst("\\d+", Long.toString(somebody)));
      server.start();
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void makesTheDatabaseAgainAfterAFirstStartThatWasKilled() throws Exception {
    Files.createDirectories(folder.resolve("data.new").resolve("base"));
    try (PostgresServer server = PostgresServer.start(folder, 0)) {
      assertThat(ask(server, "SELECT current_database()")).isEqualTo("sluice");
    }
  }

  @Test
  void namesAPortThatIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> PostgresServer.start(folder, other.getLocalPort()))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " ");
    }
  }

  private static Connection connect(PostgresServer server) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/sluice", "sluice", "sluice");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet rows = statement.getResultSet()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }
}
