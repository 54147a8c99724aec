package dev.sluice.platform.lifecycle;

/** How to reach what this node listens on, from this machine. */
public final class Urls {
  private Urls() {}

  /** Such as {@code http://127.0.0.1:8080}; an address that means all is reached by loopback. */
  public static String http(String host, int port) {
    String reached =
        switch (host) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::", "0:0:0:0:0:0:0:0" -> "[::1]";
          default -> host.indexOf(':') < 0 ? host : "[" + host + "]";
        };
    return "http://" + reached + ":" + port;
  }
}
