package dev.sluice.devstack;

/** Another program listens on the port that a server was told to use. */
public final class PortTakenException extends StartFailedException {

  private final int port;

  PortTakenException(String message, int port) {
    super(message);
    this.port = port;
  }

  /** The taken TCP port, 1 to 65535. */
  public int port() {
    return port;
  }
}
