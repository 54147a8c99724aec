package dev.sluice.edge;

import dev.sluice.contract.Auth;
import dev.sluice.contract.Problem;
import dev.sluice.limiter.Limiters;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.config.Section;
import dev.sluice.platform.lifecycle.Ground;
import dev.sluice.platform.lifecycle.NodeConfig;
import dev.sluice.platform.lifecycle.Urls;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.BindException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The gateway on one event loop. A node has several, which share the port; what they share besides
 * is in {@link Shared}.
 */
public final class EdgeVerticle extends VerticleBase {
  public static final Section<EdgeConfig> EDGE = new Section<>("edge", EdgeConfig.class);
  public static final Section<LimitsConfig> LIMITS = new Section<>("limits", LimitsConfig.class);

  private static final int LINE_LIMIT = 8 * 1024;

  /** What the event loops of one node have in common; make one and open it before the first. */
  public static final class Shared {
    private final Ground ground;
    private final EdgeConfig config;
    private final KeyRing ring;
    private final ApiKeys keys;
    private final LiveLimits limits;
    private final Room room;
    private final String issuer;
    private final Addresses addresses;
    private final AtomicLong bodiesHeld = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile int actualPort;

    /**
     * @param issuer what access tokens must name as theirs
     */
    public Shared(Ground ground, String issuer, Limiters limiters) {
      this.ground = ground;
      this.issuer = issuer;
      this.config = ground.config().get(EDGE);
      this.ring = new KeyRing(ground.vertx(), ground.bus(), ground.time());
      this.keys = new ApiKeys(ground.bus(), ground.time());
      this.addresses =
          new Addresses(
              new TrustedProxies(config.trustedProxies(), config.proxyHeader()), ground.time());
      this.limits =
          new LiveLimits(ground.vertx(), ground.config(), limiters, ground.metrics().registry());
      this.room =
          ground
              .bus()
              .room("edge")
              .hear(Auth.SessionEnded.class, (e, call) -> ring.sessionEnded(e));
    }

    public Future<Void> open() {
      limits.open();
      return room.open().compose(opened -> ring.open());
    }

    public Future<Void> close() {
      limits.close();
      ring.close();
      return room.close();
    }

    /** The port that is served, once the first event loop has it. */
    public int actualPort() {
      return actualPort;
    }

    /** As users write it, such as {@code http://127.0.0.1:8080}. */
    public String url() {
      return Urls.http(config.host(), actualPort);
    }
  }

  private final Shared shared;
  private final Ground ground;
  private HttpServer server;

  /** How many event loops shall serve. */
  public static int loops(Config config) {
    int wanted = config.get(EDGE).instances();
    return wanted > 0 ? wanted : 2 * Runtime.getRuntime().availableProcessors();
  }

  public EdgeVerticle(Shared shared) {
    this.shared = shared;
    this.ground = shared.ground;
  }

  @Override
  public Future<?> start() {
    EdgeConfig config = shared.config;
    server = vertx.createHttpServer(options(config));
    server.requestHandler(gateway()::handle).invalidRequestHandler(this::malformed);
    server.connectionHandler(this::connected);
    // A negative port lets all event loops of this node share one free port.
    return server
        .listen(config.port() == 0 ? -1 : config.port(), config.host())
        .onSuccess(listening -> shared.actualPort = listening.actualPort())
        .recover(failure -> Future.failedFuture(explained(failure, config)));
  }

  /** Takes no new connection, lets what is in flight finish, for ten seconds at most. */
  @Override
  public Future<?> stop() {
    return server.shutdown(10, TimeUnit.SECONDS);
  }

  private void connected(HttpConnection connection) {
    ground.http().connectionOpened();
    int open = shared.connections.incrementAndGet();
    connection.closeHandler(
        closed -> {
          shared.connections.decrementAndGet();
          ground.http().connectionClosed();
        });
    if (open > shared.config.maxConnections()) {
      connection.close();
    }
  }

  private Gateway gateway() {
    EdgeConfig config = shared.config;
    Limits limits =
        new Limits(
            shared.limits::rules,
            new Throttle(vertx),
            new Accounts(ground.config().get(NodeConfig.SECTION).secret()));
    Tokens tokens = new Tokens(vertx, shared.ring, ground.time(), shared.issuer);
    Step[] chain = {
      new Observe(ground.time(), config.accessLog()),
      new Cors(config.cors()),
      limits.byAddress(),
      new Credentials(tokens, shared.keys, shared.addresses, limits),
      limits.byTier(),
      Gateway.authorize(),
    };
    Bodies bodies = new Bodies(vertx, config, shared.bodiesHeld);
    return new Gateway(
        chain,
        ground.time(),
        Gateway.routes(ground.bus(), bodies, limits, ground.health(), ground.http()),
        bodies,
        shared.addresses,
        ground.http());
  }

  private static HttpServerOptions options(EdgeConfig config) {
    HttpServerOptions options = new HttpServerOptions();
    options
        .setMaxHeaderSize(config.headerLimit())
        .setMaxInitialLineLength(LINE_LIMIT)
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(true)
        .setIdleTimeout((int) config.idleTimeout().toMillis())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setTcpNoDelay(true);
    return options;
  }

  /** What could not be parsed as HTTP has no route and no chain. */
  private void malformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    boolean line = cause instanceof TooLongHttpLineException;
    boolean head = cause instanceof TooLongHttpHeaderException;
    int status = line ? 414 : head ? 431 : 400;
    String detail =
        line
            ? "the request line is longer than " + LINE_LIMIT + " bytes"
            : head
                ? "the headers are larger than edge.header_limit"
                : "this is not well-formed HTTP";
    ground.http().noRoute("OTHER").record(status, 0);
    String correlationId = UUID.randomUUID().toString();
    HttpServerResponse response = request.response();
    Observe.mark(response, correlationId);
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, Problems.PROBLEM_JSON)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(Problems.body(status, Problem.INVALID.because(detail), "", correlationId))
        .onComplete(sent -> request.connection().close());
  }

  private static Throwable explained(Throwable failure, EdgeConfig config) {
    return failure instanceof BindException
        ? new IllegalStateException(
            "edge.port %d is taken on %s; set SLUICE_EDGE_PORT or edge.port in sluice.yaml to another"
                .formatted(config.port(), config.host()),
            failure)
        : failure;
  }
}
