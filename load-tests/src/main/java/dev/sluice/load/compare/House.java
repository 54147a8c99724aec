package dev.sluice.load.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * All that runs during a comparison: the upstream, an nginx that answers 113 bytes of JSON from
 * memory, and one after the other in front of it nginx, HAProxy, Spring Cloud Gateway and Sluice.
 * Each proxy has one worker, which is one core at most, and as many connections to the upstream as
 * it wants; all of them run from the beginning to the end, and only one has work at a time.
 */
final class House {
  private static final Pattern PORT = Pattern.compile("port (\\d+)");
  private static final Pattern STARTED = Pattern.compile("()");

  private final Servers servers;
  private final int upstream;

  /**
   * @param servers not started yet
   */
  House(Servers servers) throws IOException {
    this.servers = servers;
    this.upstream = Servers.freePort();
    nginx(
        "upstream",
        """
            location / {
              default_type application/json;
              return 200 '{"text": "%s"}';
            }
        """
            .formatted("x".repeat(101)),
        upstream);
  }

  private String conf(String name, Path its, int port) throws IOException {
    try (InputStream in = House.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@folder@", its.toString())
          .replace("@port@", Integer.toString(port))
          .replace("@upstream@", Integer.toString(upstream));
    }
  }

  private Started nginx(String name, String location, int port) throws IOException {
    Path its = servers.folder(name);
    Path conf =
        Files.writeString(
            its.resolve("nginx.conf"),
            conf("nginx.conf", its, port).replace("@location@", location));
    Started started =
        Started.start(
            its.resolve("out"), Map.of(), List.of("nginx", "-p", "" + its, "-c", "" + conf));
    servers.add(started).await(its.resolve("pid"), STARTED);
    return started;
  }

  Contender nginx() throws IOException {
    int port = Servers.freePort();
    Started started =
        nginx(
            "nginx",
            """
                location / {
                  proxy_pass http://target;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                }
            """,
            port);
    return new Contender(Contender.NGINX, started, port, "/shop/items", "");
  }

  Contender haproxy() throws IOException {
    int port = Servers.freePort();
    Path its = servers.folder("haproxy");
    Path conf = Files.writeString(its.resolve("haproxy.cfg"), conf("haproxy.cfg", its, port));
    Started started =
        Started.start(its.resolve("out"), Map.of(), List.of("haproxy", "-db", "-f", "" + conf));
    return new Contender(Contender.HAPROXY, servers.add(started), port, "/shop/items", "");
  }

  /** Spring Cloud Gateway, plain, or with its limiter in the Redis of {@link #sluice}. */
  Contender spring(boolean limiter) throws IOException {
    String name = limiter ? Contender.SPRING_LIMITER : Contender.SPRING;
    List<String> command = new ArrayList<>(Servers.java("-Dreactor.netty.ioWorkerCount=1"));
    command.add("-jar");
    command.add(servers.root().resolve("load-tests/peers/gateway/target/gateway.jar").toString());
    command.add("--upstream=http://127.0.0.1:" + upstream);
    if (limiter) {
      command.addAll(List.of("--spring.profiles.active=limiter", "--redis=" + servers.redisUri()));
    }
    Path its = servers.folder(limiter ? "spring-limiter" : "spring");
    Started started = servers.add(Started.start(its.resolve("out"), Map.of(), command));
    int port = Integer.parseInt(started.await(null, PORT));
    return new Contender(name, started, port, "/shop/items", limiter ? "X-API-Key: one" : "");
  }

  /**
   * Sluice with (a) everything off, (b) JWT, (c) API key and tier limit, (d) all, in this order.
   */
  List<Contender> sluice() throws IOException, InterruptedException {
    servers.start();
    Started quiet = servers.node("sluice", Map.of(), routes());
    int port = servers.port("sluice", quiet);
    Started logging =
        servers.node("sluice-all", Map.of("SLUICE_EDGE_ACCESS_LOG", "true"), routes());
    int second = servers.port("sluice-all", logging);
    String token = servers.token(port);
    String key = servers.key("enterprise");
    return List.of(
        new Contender(Contender.OFF, quiet, port, "/shop/items", ""),
        new Contender(Contender.TOKEN, quiet, port, "/jwt/items", token),
        new Contender(Contender.LIMITED, quiet, port, "/key/items", key),
        new Contender(Contender.ALL, logging, second, "/all/items", token));
  }

  private String routes() {
    return """
    upstreams:
      plain: {targets: [{url: "http://127.0.0.1:%1$d"}], breaker: {failures: 0}}
      shop: {targets: [{url: "http://127.0.0.1:%1$d"}]}
    routes:
      shop: {match: {paths: ["/shop/*"]}, upstream: plain, tier_limits: false}
      jwt: {match: {paths: ["/jwt/*"]}, upstream: plain, tier_limits: false, auth: [jwt]}
      key: {match: {paths: ["/key/*"]}, upstream: plain, auth: [api_key]}
      all:
        match: {paths: ["/all/*"]}
        upstream: shop
        auth: [jwt]
        cache: {enabled: true}
        request: {headers: {set: {x-shop: one}, remove: [x-internal]}}
        response: {headers: {set: {x-served: sluice}, remove: [x-powered-by]}}
    """
        .formatted(upstream);
  }
}
