package dev.sluice.load;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** Clients on 64 connections, each of which asks again when it was answered. */
final class CostLoad {
  static final int CLIENTS = 64;

  private final Vertx vertx;
  private final HttpClientAgent client;
  private long number;

  CostLoad(Vertx vertx) {
    this.vertx = vertx;
    this.client = client(vertx);
  }

  static HttpClientAgent client(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions().setTcpNoDelay(true).setDecompressionSupported(false),
        new PoolOptions().setHttp1MaxSize(CLIENTS));
  }

  /**
   * Sends so many requests.
   *
   * @param line a port, how many, the path, and a header or nothing, with a tab between them
   * @return the nanoseconds that took; or what went wrong, which begins with a letter
   */
  String run(String line) {
    String[] parts = line.split("\t", -1);
    Promise<String> done = Promise.promise();
    Run run =
        new Run(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2], parts[3], done);
    vertx.runOnContext(
        here -> {
          for (int i = 0; i < CLIENTS; i++) {
            run.next();
          }
        });
    LimitedNode.wait(done.future());
    return done.future().result();
  }

  private final class Run {
    private final RequestOptions options;
    private final String path;
    private final int all;
    private final Promise<String> done;
    private final long begun = System.nanoTime();
    private int sent;
    private int answered;

    Run(int port, int all, String path, String header, Promise<String> done) {
      this.all = all;
      this.path = path;
      this.done = done;
      this.options = new RequestOptions().setHost("127.0.0.1").setPort(port).setURI(path);
      if (!header.isEmpty()) {
        options.putHeader(header.split(": ", 2)[0], header.split(": ", 2)[1]);
      }
    }

    void next() {
      if (sent == all) {
        return;
      }
      sent++;
      if (path.contains("{n}")) {
        options.setURI(path.replace("{n}", Long.toString(number++)));
      }
      client
          .request(options)
          .compose(HttpClientRequest::send)
          .onComplete(this::answered, this::failed);
    }

    private void answered(HttpClientResponse response) {
      if (response.statusCode() != 200) {
        failed(new IllegalStateException("status " + response.statusCode()));
      }
      response.exceptionHandler(this::failed);
      response.endHandler(end -> ended());
    }

    private void ended() {
      answered++;
      if (answered == all) {
        done.tryComplete(Long.toString(System.nanoTime() - begun));
      } else {
        next();
      }
    }

    private void failed(Throwable why) {
      done.tryComplete("failed: " + why);
    }
  }
}
