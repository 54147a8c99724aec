package dev.sluice.devstack.demo;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Random;

/** The pages of one server, by the first part of their path; what follows is their number. */
final class DemoPages implements Handler<HttpServerRequest> {
  static final String PLAIN = "text/plain; charset=utf-8";

  static final String INDEX =
      """
      /echo              what came: method, path, query, headers and a body of up to 1 MB, as JSON
      /headers           the headers that came, as JSON
      /delay/{ms}        an answer after 0 to 30000 ms
      /status/{code}     an answer with this status, 200 to 599; 429 and 503 have a Retry-After
      /flaky/{percent}   503 in so many of a hundred requests, 0 to 100
      /cache/{seconds}   may be kept so long, up to 86400; has an ETag, and the number of the answer
      /stream/{n}        n lines, one each 100 ms, up to 3000, and a trailer
      /bytes/{n}         n bytes, up to 1073741824, with a Content-Length
      /upload            how many bytes came, and their SHA-256
      /sse               an event each second, for up to an hour
      /websocket         what it is sent comes back; with ?tick a text comes each second, too
      """;

  private final String name;
  private final EchoPages echo;
  private final AnswerPages answers;
  private final StreamPages streams;
  private final SocketPage sockets;

  /**
   * @param name what this server calls itself
   * @param random decides which requests of /flaky fail
   */
  DemoPages(Vertx vertx, String name, Random random) {
    this.name = name;
    this.echo = new EchoPages(name);
    this.answers = new AnswerPages(vertx, name, random);
    this.streams = new StreamPages(vertx, name);
    this.sockets = new SocketPage(vertx, name);
  }

  @Override
  public void handle(HttpServerRequest request) {
    request.response().putHeader("X-Demo-Target", name);
    try {
      serve(request);
    } catch (IllegalArgumentException wrongNumber) {
      text(request.response(), 400, wrongNumber.getMessage() + "\n");
    }
  }

  private void serve(HttpServerRequest request) {
    String path = request.path() == null ? "" : request.path();
    int slash = path.indexOf('/', 1);
    String page = slash < 0 ? path : path.substring(0, slash);
    String rest = slash < 0 ? "" : path.substring(slash + 1);
    switch (page) {
      case "/" -> text(request.response(), 200, INDEX);
      case "/echo" -> echo.everything(request); // whatever follows, so that rewrites can be seen
      case "/headers" -> echo.headers(request);
      case "/delay" -> answers.delay(request, number("ms", rest, 0, 30_000));
      case "/status" -> answers.status(request, number("code", rest, 200, 599));
      case "/flaky" -> answers.flaky(request, number("percent", rest, 0, 100));
      case "/cache" -> answers.cache(request, number("seconds", rest, 0, 86_400));
      case "/stream" -> streams.lines(request, number("n", rest, 1, 3000));
      case "/bytes" -> streams.bytes(request, number("n", rest, 0, 1 << 30));
      case "/upload" -> streams.upload(request);
      case "/sse" -> streams.events(request);
      case "/websocket" -> sockets.open(request);
      default -> text(request.response(), 404, "There is no " + path + " here, but:\n\n" + INDEX);
    }
  }

  static void text(HttpServerResponse response, int status, String text) {
    response.setStatusCode(status).putHeader("Content-Type", PLAIN).end(text);
  }

  private static int number(String name, String text, int min, int max) {
    String right = "{" + name + "} must be a whole number from " + min + " to " + max;
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notOne) {
      // Falls through to the one message for both.
    }
    throw new IllegalArgumentException(right + ", was '" + text + "'");
  }
}
