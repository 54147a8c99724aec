package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisServerTest {

  @TempDir Path folder;

  @Test
  void dataSurvivesStopAndKillOnTheSamePort() throws Exception {
    try (RedisServer server = RedisServer.start(folder, 0)) {
      int port = server.port();
      assertThat(server.uri()).isEqualTo("redis://127.0.0.1:" + port);
      assertThat(ask(server, "INCR n")).isEqualTo(":1");
      server.stop();
      assertThatThrownBy(() -> ask(server, "PING")).isInstanceOf(IOException.class);
      server.start();
      assertThat(ask(server, "INCR n")).isEqualTo(":2");
      server.kill();
      server.start();
      assertThat(server.port()).isEqualTo(port);
      assertThat(ask(server, "INCR n")).isEqualTo(":3");
    }
  }

  @Test
  void answersNothingWhilePausedAndGoesOnAfter() throws Exception {
    try (RedisServer server = RedisServer.start(folder, 0)) {
      server.pause();
      assertThatThrownBy(() -> ask(server, "PING")).isInstanceOf(SocketTimeoutException.class);
      server.resume();
      assertThat(ask(server, "PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void stopsALeftoverOfItsFolderFirst() throws Exception {
    RedisServer leftover = RedisServer.start(folder, 0);
    ask(leftover, "INCR n");
    try (RedisServer server = RedisServer.start(folder, leftover.port())) {
      assertThat(ask(server, "INCR n")).isEqualTo(":2");
    }
  }

  @Test
  void namesAPortThatIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> RedisServer.start(folder, other.getLocalPort()))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " ");
    }
  }

  private static String ask(RedisServer server, String command) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(500);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }
}
