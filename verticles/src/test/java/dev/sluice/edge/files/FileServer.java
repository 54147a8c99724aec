package dev.sluice.edge.files;

import static dev.sluice.Waiting.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A server with one route, {@code /files/*}, and a client that sends what it is told. */
final class FileServer {
  private static final String PREFIX = "/files";
  private static final int PATIENCE_MILLIS = 20_000;

  final AtomicLong sent = new AtomicLong();
  private final HttpServer server;

  FileServer(Vertx vertx, StaticFiles files) throws Exception {
    server =
        await(
            vertx
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> files.serve(new Served(request)))
                .listen());
  }

  int port() {
    return server.actualPort();
  }

  void close() throws Exception {
    await(server.close());
  }

  /** Names are in lower case. */
  record Reply(int status, Map<String, String> headers, Buffer content) {
    byte[] body() {
      return content.getBytes();
    }

    String header(String name) {
      return headers.get(name);
    }

    String text() {
      return content.toString();
    }
  }

  /**
   * @param line such as {@code GET /files/a}
   */
  Reply ask(String line, String... headers) throws IOException {
    try (Socket socket = open(line, headers)) {
      return parse(socket.getInputStream().readAllBytes());
    }
  }

  Socket open(String line, String... headers) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
    socket.setSoTimeout(PATIENCE_MILLIS);
    StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\nHost: a\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("Connection: close\r\n\r\n");
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  static Reply parse(byte[] bytes) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = all.indexOf("\r\n\r\n");
    Map<String, String> headers = new TreeMap<>();
    String[] lines = all.substring(0, end).split("\r\n", -1);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.merge(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    return new Reply(
        Integer.parseInt(lines[0].substring(9, 12)),
        headers,
        Buffer.buffer(bytes).getBuffer(end + 4, bytes.length));
  }

  private final class Served implements FileRequest {
    private final HttpServerRequest request;
    private boolean begun;

    Served(HttpServerRequest request) {
      this.request = request;
    }

    @Override
    public HttpServerRequest request() {
      return request;
    }

    @Override
    public HttpServerResponse response() {
      return request.response();
    }

    @Override
    public String path() {
      return request.path();
    }

    @Override
    public String rest() {
      String path = request.path();
      if (!path.startsWith(PREFIX)) {
        return null;
      }
      String rest = path.substring(PREFIX.length());
      return rest.isEmpty() ? rest : rest.substring(1);
    }

    @Override
    public boolean begin(int status) {
      if (response().closed()) {
        return false;
      }
      begun = true;
      response().setStatusCode(status).putHeader("X-Edge", "yes");
      return true;
    }

    @Override
    public void sent(int bytes) {
      sent.addAndGet(bytes);
    }

    @Override
    public void fail(int status, Throwable cause) {
      if (begun) {
        response().reset();
      } else {
        response().setStatusCode(status).end(String.valueOf(cause.getMessage()));
      }
    }

    @Override
    public boolean hasBody() {
      return request.version() == HttpVersion.HTTP_1_1
          && request.headers().contains("Content-Length");
    }

    @Override
    public void passOverBody() {
      request.resume();
    }
  }
}
