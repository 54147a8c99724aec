package dev.sluice.edge.route;

import dev.sluice.platform.config.Setting;
import java.util.List;
import java.util.Map;

/** A service as Kong's declarative files have it. */
public record KongService(
    @Setting(doc = "Its name, which is that of the upstream.", def = "", max = 100) String name,
    @Setting(doc = "Where it is, such as http://auth-service:3001.", def = "", max = 1000)
        String url,
    @Setting(doc = "Whether it is in force.", def = "true") boolean enabled,
    @Setting(
            doc = "Milliseconds a connection may take; 0: connect_timeout of an upstream.",
            def = "0",
            min = 0,
            max = 600_000)
        int connectTimeout,
    @Setting(
            doc = "Milliseconds until the response begins; 0: response_timeout of an upstream.",
            def = "0",
            min = 0,
            max = 3_600_000)
        int readTimeout,
    @Setting(
            doc = "Milliseconds; the time-out of the route includes what is sent.",
            def = "0",
            min = 0,
            max = 3_600_000)
        int writeTimeout,
    @Setting(doc = "How often it is asked again.", def = "0", min = 0, max = 10) int retries,
    @Setting(doc = "Only for people.", min = 0, max = 100) List<String> tags,
    @Setting(doc = "Its routes.", min = 0, max = 10_000) List<Route> routes,
    @Setting(doc = "Plugins for all its routes.", min = 0, max = 100) List<KongPlugin> plugins) {

  public KongService {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")) {
      throw new IllegalArgumentException(
          "name: a name of 1 to 100 letters, digits and _.- that begins with a letter or a digit");
    }
    if (url.isEmpty()) {
      throw new IllegalArgumentException("url: where it is, such as http://auth-service:3001");
    }
  }

  /** A route of a service. */
  public record Route(
      @Setting(doc = "Its name; empty: made of that of the service.", def = "", max = 100)
          String name,
      @Setting(
              doc =
                  "Paths, each with all below it, segment by segment: /api is not /apis. Those with"
                      + " ~ are not known.",
              min = 0,
              max = 100)
          List<String> paths,
      @Setting(doc = "Hosts.", min = 0, max = 100) List<String> hosts,
      @Setting(doc = "Methods.", min = 0, max = 50) List<String> methods,
      @Setting(
              doc = "Header fields with their right values, or one with ~* and an expression.",
              keys = Setting.Keys.TOKEN,
              min = 0,
              max = 50)
          Map<String, List<String>> headers,
      @Setting(doc = "Whether the path of the route is taken off.", def = "true") boolean stripPath,
      @Setting(doc = "Whether the service sees the host the client asked for.", def = "false")
          boolean preserveHost,
      @Setting(
              doc = "Read and not used: a listener decides.",
              min = 0,
              max = 2,
              allowed = {"http", "https"})
          List<String> protocols,
      @Setting(doc = "Only for people.", min = 0, max = 100) List<String> tags,
      @Setting(doc = "Plugins for it.", min = 0, max = 100) List<KongPlugin> plugins) {

    public Route {
      if (!name.matches("([A-Za-z0-9][A-Za-z0-9_.-]{0,99})?")) {
        throw new IllegalArgumentException(
            "name: a name of 1 to 100 letters, digits and _.- that begins with a letter or a"
                + " digit");
      }
      for (String path : paths) {
        if (path.startsWith("~")) {
          throw new IllegalArgumentException(
              "paths: paths without ~; write /items/{id} below 'routes' instead");
        }
      }
    }
  }
}
