package dev.sluice.edge;

import dev.sluice.edge.guard.HeadLimits;
import dev.sluice.edge.guard.Http2Config;
import dev.sluice.edge.guard.Network;
import dev.sluice.edge.guard.SlowConfig;
import dev.sluice.edge.guard.TlsConfig;
import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.List;

/** The gateway's listener and its limits towards clients. */
record EdgeConfig(
    @Setting(doc = "Address the REST listener binds.", def = "0.0.0.0") String host,
    @Setting(
            doc = "Port of the REST listener; 0 takes any free one.",
            def = "8080",
            min = 0,
            max = 65_535)
        int port,
    @Setting(
            doc = "Event loops that serve requests; 0 means two a core.",
            def = "0",
            min = 0,
            max = 256)
        int instances,
    @Setting(
            doc = "Connections of clients at once; one more is closed at once.",
            def = "20000",
            min = 1,
            max = 1_000_000)
        int maxConnections,
    @Setting(
            doc =
                "Of them from one address, or one /64 of IPv6; trusted proxies are not counted. One"
                    + " more is closed at once.",
            def = "1000",
            min = 1,
            max = 1_000_000)
        int connectionsPerAddress,
    @Setting(
            doc = "Largest request body; a larger one is answered with 413.",
            def = "10MB",
            min = 1024,
            max = 1_073_741_824,
            unit = Setting.BYTES)
        int bodyLimit,
    @Setting(
            doc =
                "Bodies being read at once, all together; what would be more is answered with 503.",
            def = "64MB",
            min = 1024,
            max = 17_179_869_184L,
            unit = Setting.BYTES)
        long bodyMemory,
    @Setting(
            doc = "How long a client may take to send a whole request body.",
            def = "30s",
            min = 100,
            max = 3_600_000)
        Duration bodyTimeout,
    @Setting(
            doc = "A connection on which nothing moves for this long is closed.",
            def = "60s",
            min = 1000,
            max = 3_600_000)
        Duration idleTimeout,
    @Setting(
            doc = "Largest sum of all header lines; more is answered with 431.",
            def = "16KB",
            min = 1024,
            max = 1_048_576,
            unit = Setting.BYTES)
        int headerLimit,
    @Setting(
            doc = "Most header lines; more are answered with 431.",
            def = "100",
            min = 10,
            max = 10_000)
        int headerCount,
    @Setting(
            doc = "Longest request line; a longer one is answered with 414.",
            def = "8KB",
            min = 256,
            max = 1_048_576,
            unit = Setting.BYTES)
        int lineLimit,
    @Setting(doc = "How slow clients may be.") SlowConfig slow,
    @Setting(doc = "TLS on the listener.") TlsConfig tls,
    @Setting(doc = "HTTP/2 on the listener.") Http2Config http2,
    @Setting(
            doc =
                "Proxies that are believed when they say whom they heard from: addresses or"
                    + " networks such as 10.0.0.0/8 or fd00::/8. Empty: none is, and the client is"
                    + " who connects.",
            min = 0,
            max = 100)
        List<String> trustedProxies,
    @Setting(
            doc =
                "The header they write it to; the other one is not read, because they may pass it on"
                    + " from the client.",
            def = "x_forwarded_for")
        ProxyHeader proxyHeader,
    @Setting(
            doc =
                "The file with the routes to upstreams, in the folder of the configuration or"
                    + " absolute; it need not be there, and is read again when it changes.",
            def = "routes.yaml",
            max = 1000)
        String routesFile,
    @Setting(
            doc =
                "Serve /docs, a page to read and try what /openapi.json describes. Without it the path"
                    + " is free for routes.",
            def = "true")
        boolean docs,
    @Setting(doc = "Log a line for each request.", def = "true") boolean accessLog,
    @Setting(doc = "What browsers on other origins may do.") CorsConfig cors) {

  /** Where proxies say whom they heard from. */
  enum ProxyHeader {
    X_FORWARDED_FOR("X-Forwarded-For"),
    FORWARDED("Forwarded");

    private final String field;

    ProxyHeader(String field) {
      this.field = field;
    }

    String field() {
      return field;
    }
  }

  HeadLimits heads() {
    return new HeadLimits(lineLimit, headerLimit, headerCount);
  }

  EdgeConfig {
    for (String network : trustedProxies) {
      try {
        Object parsed = Network.parse(network);
        assert parsed != null;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "trustedProxies: addresses or networks such as 10.0.0.0/8 or fd00::/8; "
                + e.getMessage(),
            e);
      }
    }
  }

  /** Cross-origin rules; none by default. */
  record CorsConfig(
      @Setting(
              doc =
                  "Origins that may call, such as https://app.example.com; * for all. Empty: none.",
              min = 0,
              max = 100)
          List<String> origins,
      @Setting(
              doc = "Methods they may use.",
              def = "GET, POST, PUT, PATCH, DELETE",
              min = 1,
              max = 20)
          List<String> methods,
      @Setting(
              doc = "Request headers they may send.",
              def =
                  "Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Request-Id, traceparent",
              min = 0,
              max = 100)
          List<String> headers,
      @Setting(
              doc = "Response headers they may read.",
              def = "Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
              min = 0,
              max = 100)
          List<String> exposed,
      @Setting(doc = "Whether they may send cookies and credentials.", def = "false")
          boolean credentials,
      @Setting(
              doc = "How long a browser may remember these rules.",
              def = "10m",
              min = 0,
              max = 86_400_000)
          Duration maxAge) {
    CorsConfig {
      if (credentials && origins.contains("*")) {
        throw new IllegalArgumentException(
            "origins: the names of origins, not '*', where credentials is true");
      }
    }
  }
}
