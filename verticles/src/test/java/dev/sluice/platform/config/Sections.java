package dev.sluice.platform.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Sections that use everything a section can hold. */
final class Sections {

  static final Section<Edge> EDGE = new Section<>("edge", Edge.class);
  static final Section<Limits> LIMITS = new Section<>("limits", Limits.class);
  static final Section<Auth> AUTH = new Section<>("auth", Auth.class);
  static final List<Section<?>> ALL = List.of(EDGE, LIMITS, AUTH);

  private Sections() {}

  enum Balance {
    ROUND_ROBIN,
    LEAST_BUSY
  }

  record Edge(
      @Setting(doc = "Port of the REST interface.", def = "8080", min = 1, max = 65535) int port,
      @Setting(doc = "Address it listens on.", def = "127.0.0.1") String host,
      @Setting(doc = "Requests that may wait.", def = "5000000000", min = 0, max = 10_000_000_000L)
          long waitQueue,
      @Setting(doc = "Whether it speaks HTTP/2.", def = "true") boolean http2,
      @Setting(doc = "Longest wait.", def = "5s", min = 100, max = 3_600_000) Duration timeout,
      @Setting(doc = "Largest body.", def = "1MB", min = 1024, max = 10 << 20, unit = "bytes")
          long maxBody,
      @Setting(doc = "How a target | node is chosen.", def = "round_robin") Balance balance,
      @Setting(
              doc = "How it logs.",
              def = "auto",
              allowed = {"auto", "json"})
          String format,
      @Setting(doc = "Cross-origin calls.") Cors cors) {}

  record Cors(
      @Setting(doc = "Who may call.", def = "", max = 3) List<String> origins,
      @Setting(doc = "How long a browser remembers.", def = "1h", min = 0, max = 86_400_000)
          Duration maxAge) {}

  record Limits(
      @Setting(doc = "The tiers.", def = "{free: {rate: 10}, pro: {rate: 100, burst: 200}}")
          Map<String, Tier> tiers,
      @Setting(doc = "Weights.", def = "{a: 1}", min = 0, max = 9) Map<String, Integer> weights,
      @Setting(doc = "Labels.", def = "{}") Map<String, String> labels) {}

  record Tier(
      @Setting(doc = "Requests a second.", def = "1", min = 1, max = 1000, unit = "requests/s")
          int rate,
      @Setting(doc = "Requests at once.", def = "20", min = 1, max = 1000) int burst) {
    Tier {
      if (burst < rate) {
        throw new IllegalArgumentException("burst: at least rate, which is " + rate);
      }
    }
  }

  record Auth(
      @Setting(doc = "Mixed into passwords.", def = "", min = 8, max = 100, secret = true)
          String pepper,
      @Setting(doc = "Hash rounds.", def = "12", min = 4, max = 16) int rounds) {
    Auth {
      if (pepper.startsWith("forbidden")) {
        throw new IllegalArgumentException("pepper: something else than " + pepper);
      }
    }
  }
}
