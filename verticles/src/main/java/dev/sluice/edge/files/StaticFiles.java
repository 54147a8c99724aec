package dev.sluice.edge.files;

import dev.sluice.contract.Problem;
import dev.sluice.edge.http.Conditions;
import dev.sluice.edge.transform.AcceptEncoding;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves the files of a folder (RFC 9110): conditional requests, parts, forms that were compressed
 * beforehand ({@code app.js.br}, {@code app.js.gz}). There are no lists of folders. Thread-safe,
 * one for all event loops.
 *
 * <p>Files are looked for on workers, and sent by the kernel or in small parts as fast as the
 * client reads. At most {@link #MOST_UNDER_WAY} requests are under way, each with one open file;
 * others are answered with 503.
 */
public final class StaticFiles {
  static final int MOST_UNDER_WAY = 4096;

  private static final CharSequence NO_SNIFF =
      HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final int MOVED = 301;
  private static final int NOT_MODIFIED = 304;
  private static final String ALLOWED = "GET, HEAD";

  private final Vertx vertx;
  private final Time time;
  private final Lookup lookup;
  private final CharSequence cacheControl;
  private final int most;
  private final AtomicInteger underWay = new AtomicInteger();

  private StaticFiles(Vertx vertx, Time time, Lookup lookup, String cacheControl, int most) {
    this.most = most;
    this.vertx = vertx;
    this.time = time;
    this.lookup = lookup;
    this.cacheControl = HttpHeaders.createOptimized(cacheControl);
  }

  /**
   * @param configFolder what the folder is seen from, if it is not absolute
   * @param open whether anybody may ask: what is only for some must not be kept by caches that
   *     serve all (RFC 9111, section 5.2.2.7)
   * @throws IllegalArgumentException if the folder is not there
   */
  public static StaticFiles of(
      FilesConfig config, Path configFolder, boolean open, Vertx vertx, Time time) {
    return of(config, configFolder, open, vertx, time, MOST_UNDER_WAY);
  }

  static StaticFiles of(
      FilesConfig config, Path configFolder, boolean open, Vertx vertx, Time time, int most) {
    Path folder = configFolder.resolve(config.path()).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "path: a folder that is there, which " + folder + " is not");
    }
    long seconds = config.maxAge().toSeconds();
    String cacheControl =
        seconds == 0 ? "no-cache" : (open ? "public" : "private") + ", max-age=" + seconds;
    return new StaticFiles(vertx, time, new Lookup(folder, config.index()), cacheControl, most);
  }

  /** Requests that are being answered. */
  public int underWay() {
    return underWay.get();
  }

  /** Answers. */
  public void serve(FileRequest in) {
    HttpServerRequest request = in.request();
    boolean head = request.method().equals(HttpMethod.HEAD);
    if (!head && !request.method().equals(HttpMethod.GET)) {
      in.response().putHeader(HttpHeaders.ALLOW, ALLOWED);
      in.fail(405, Problem.INVALID.because("files can be asked for with " + ALLOWED + " only"));
      return;
    }
    String raw = in.rest() == null ? in.path().substring(1) : in.rest();
    String path = AskedPath.of(raw);
    if (path == null) {
      nothing(in);
      return;
    }
    if (underWay.incrementAndGet() > most) {
      underWay.decrementAndGet();
      in.fail(
          503,
          Problem.UNAVAILABLE
              .because("too many files are being sent")
              .retryAfter(Duration.ofSeconds(1)));
      return;
    }
    Conditions conditions = Conditions.of(head, request.headers());
    AcceptEncoding accepted = accepted(request.headers());
    boolean slash = in.path().endsWith("/");
    vertx
        .executeBlocking(() -> lookup.find(path, slash, conditions, accepted, time.now()), false)
        .onComplete((answer, failure) -> answer(in, answer, failure));
  }

  private void answer(FileRequest in, FileAnswer answer, Throwable failure) {
    if (failure != null) {
      underWay.decrementAndGet();
      in.fail(500, failure);
      return;
    }
    Future<Void> done;
    try {
      done = write(in, answer);
    } catch (RuntimeException e) {
      done = Future.failedFuture(e);
    }
    done.onComplete(
        sent -> {
          underWay.decrementAndGet();
          answer.close();
          if (sent.failed()) {
            broke(in, sent.cause());
          } else if (in.hasBody()) {
            in.passOverBody();
          }
        });
  }

  /** The client must not take what it has for the whole file. */
  private static void broke(FileRequest in, Throwable cause) {
    if (in.response().closed()) {
      return; // it has gone, which is nobody's fault
    }
    in.fail(500, cause);
    if (in.request().version() != HttpVersion.HTTP_2) {
      in.request().connection().close(); // a response that was sent as a file cannot be reset
    }
  }

  private Future<Void> write(FileRequest in, FileAnswer answer) {
    if (answer instanceof FileAnswer.Form form) {
      return form(in, form);
    }
    if (answer instanceof FileAnswer.WithSlash) {
      return withSlash(in);
    }
    if (answer instanceof FileAnswer.NoSuchPart part) {
      in.response().putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + part.size());
      in.fail(416, Problem.INVALID.because("the file has " + part.size() + " bytes"));
    } else if (answer instanceof FileAnswer.ConditionFailed) {
      in.fail(412, Problem.CONFLICT.because("the file is not the one the condition is about"));
    } else {
      nothing(in);
    }
    return Future.succeededFuture();
  }

  private static void nothing(FileRequest in) {
    in.fail(404, Problem.NOT_FOUND.because("there is no such file"));
  }

  /** Relative, so that a path of two slashes does not become another host. */
  private Future<Void> withSlash(FileRequest in) {
    String path = in.path();
    String query = in.request().query();
    HttpServerResponse response = in.response();
    response
        .putHeader(
            HttpHeaders.LOCATION,
            "./"
                + path.substring(path.lastIndexOf('/') + 1)
                + "/"
                + (query == null ? "" : "?" + query))
        .putHeader(HttpHeaders.CACHE_CONTROL, cacheControl)
        .putHeader(HttpHeaders.CONTENT_LENGTH, "0");
    return in.begin(MOVED) ? response.end() : Future.succeededFuture();
  }

  private Future<Void> form(FileRequest in, FileAnswer.Form form) {
    HttpServerResponse response = in.response();
    MultiMap headers = response.headers();
    headers.set(HttpHeaders.CACHE_CONTROL, cacheControl);
    headers.set(HttpHeaders.ETAG, form.tag());
    headers.set(HttpHeaders.LAST_MODIFIED, form.modified());
    if (form.varies()) {
      headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    }
    if (form.status() == NOT_MODIFIED) {
      return in.begin(NOT_MODIFIED) ? response.end() : Future.succeededFuture();
    }
    headers.set(HttpHeaders.CONTENT_TYPE, form.type());
    headers.set(NO_SNIFF, "nosniff");
    headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
    headers.set(HttpHeaders.CONTENT_LENGTH, Long.toString(form.length()));
    if (form.coding() != null) {
      headers.set(HttpHeaders.CONTENT_ENCODING, form.coding());
    }
    if (form.range() != null) {
      headers.set(HttpHeaders.CONTENT_RANGE, form.range());
    }
    if (!in.begin(form.status())) {
      return Future.succeededFuture();
    }
    return form.content() == null || form.length() == 0
        ? response.end()
        : FileBody.send(vertx, in, form);
  }

  private static AcceptEncoding accepted(MultiMap headers) {
    List<String> lines = headers.getAll(HttpHeaders.ACCEPT_ENCODING);
    return AcceptEncoding.of(lines.isEmpty() ? null : String.join(",", lines));
  }
}
