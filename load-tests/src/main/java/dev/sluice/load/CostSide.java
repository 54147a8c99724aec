package dev.sluice.load;

import com.sun.management.ThreadMXBean;
import dev.sluice.SluiceNode;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.log.LogConfig;
import dev.sluice.platform.log.Logging;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * The program of each JVM of {@link ProxyCost}: says the port it listens on, then answers each line
 * it hears with a line, and ends when it hears nothing more.
 */
final class CostSide {
  private static final Buffer BODY = Buffer.buffer("{\"text\": \"" + "x".repeat(101) + "\"}");

  private CostSide() {}

  /**
   * @param args {@code upstream}, {@code bare} and the upstream's port, {@code gateway} and the
   *     folder of its configuration, or {@code load}
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err); // what answers is for the other side alone
    CostLoad load = null;
    int port = 0;
    switch (args[0]) {
      case "upstream" -> port = listen(vertx(), CostSide::answer);
      case "bare" -> port = bare(Integer.parseInt(args[1]));
      case "gateway" -> port = gateway(Path.of(args[1]));
      default -> load = new CostLoad(vertx());
    }
    out.println(port);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(load == null ? Long.toString(allocated()) : load.run(line));
    }
    Runtime.getRuntime().halt(0);
  }

  static Vertx vertx() {
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  }

  /** Bytes, by the threads that live now. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  private static int listen(Vertx vertx, io.vertx.core.Handler<HttpServerRequest> handler) {
    HttpServer server =
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true)).requestHandler(handler);
    LimitedNode.wait(server.listen(0, "127.0.0.1"));
    return server.actualPort();
  }

  private static void answer(HttpServerRequest request) {
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    if (request.path().equals("/shop/kept")) {
      request.response().putHeader(HttpHeaders.CACHE_CONTROL, "max-age=3600");
    }
    request.response().end(BODY);
  }

  private static int bare(int upstream) {
    Vertx vertx = vertx();
    HttpClientAgent client = CostLoad.client(vertx);
    BareProxy proxy = new BareProxy(client, upstream);
    return listen(vertx, proxy::forward);
  }

  private static int gateway(Path conf) throws IOException {
    Config config = Config.load(conf, System.getenv(), SluiceNode.SECTIONS);
    Logging logging = Logging.start(config.get(LogConfig.SECTION), "cost");
    SluiceNode node =
        SluiceNode.start(config, "cost", Set.of("edge"), logging::setLevel)
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    return URI.create(node.restUrl()).getPort();
  }
}
