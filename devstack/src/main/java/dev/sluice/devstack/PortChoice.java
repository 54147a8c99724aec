package dev.sluice.devstack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/**
 * Which TCP port a server shall listen on.
 *
 * @param port the wanted port, 1 to 65535; 0 for any free one
 * @param exact whether no other port will do; otherwise the next free one above is taken
 * @param setting how a person changes it, for the message when it is taken
 */
public record PortChoice(int port, boolean exact, String setting) {

  // Below the ports that Linux hands to outgoing connections (from 32768): one of those could sit
  // on a port while its
  // server is down for an outage test.
  private static final int LOWEST_ANY = 20_000;
  private static final int HIGHEST_ANY = 32_000;
  private static final int TRIES = 200;
  private static final int STARTS = 3;

  public PortChoice {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          setting + " is " + port + "; a port is 1 to 65535, or 0 for any free one");
    }
  }

  /** Any free port. */
  public static PortChoice any() {
    return new PortChoice(0, false, "port");
  }

  /** This port or the next free one above it. */
  public static PortChoice preferably(int port, String setting) {
    return new PortChoice(port, false, setting);
  }

  /** This port only; 0 for any. */
  public static PortChoice exactly(int port, String setting) {
    return new PortChoice(port, true, setting);
  }

  /**
   * A port that is free on {@code host} at this moment.
   *
   * @throws PortTakenException when the exact port is taken, or no port was free in 200 tries
   */
  int pick(String host) {
    if (port == 0) {
      for (int i = 0; i < TRIES; i++) {
        int candidate = ThreadLocalRandom.current().nextInt(LOWEST_ANY, HIGHEST_ANY);
        if (free(host, candidate)) {
          return candidate;
        }
      }
      throw new PortTakenException(
          "no free port on " + host + " from " + LOWEST_ANY + " to " + HIGHEST_ANY, 0);
    }
    if (free(host, port)) {
      return port;
    }
    for (int next = port + 1; !exact && next <= Math.min(port + TRIES, 65_535); next++) {
      if (free(host, next)) {
        return next;
      }
    }
    throw new PortTakenException(
        "port "
            + port
            + " on "
            + host
            + " is taken by another program; set "
            + setting
            + " to a free one",
        port);
  }

  /** The port above this one, chosen as this one; any port stays any. */
  PortChoice above() {
    return port == 0 ? this : new PortChoice(port + 1, exact, setting);
  }

  /**
   * This choice with its port picked, so that no other will do any more; any port stays any.
   *
   * @throws PortTakenException as {@link #pick}
   */
  PortChoice settle(String host) {
    return port == 0 ? this : exactly(pick(host), setting);
  }

  /**
   * Starts a server on a port of this choice. Two builds on one machine may find the same port free
   * before either binds it; where any port will do, the start is tried again on another.
   */
  <T> T start(String host, IntFunction<T> server) {
    for (int attempt = 1; ; attempt++) {
      try {
        return server.apply(pick(host));
      } catch (StartFailedException e) {
        if (port != 0 || attempt == STARTS) {
          throw e;
        }
      }
    }
  }

  private static boolean free(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
