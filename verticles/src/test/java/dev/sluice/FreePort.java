package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for what cannot be told to take any. */
public final class FreePort {
  private FreePort() {}

  /** A free port, and the one 10000 further on that members watch each other by. */
  public static int find() throws IOException {
    InetAddress self = InetAddress.getLoopbackAddress();
    while (true) {
      try (ServerSocket port = new ServerSocket(0, 1, self)) {
        int number = port.getLocalPort();
        int watch = number > 55_000 ? number - 10_000 : number + 10_000;
        try (ServerSocket second = new ServerSocket(watch, 1, self)) {
          assertThat(second.isBound()).isTrue();
          return number;
        } catch (IOException taken) {
          assertThat(taken).as("try another").isNotNull();
        }
      }
    }
  }
}
