package dev.sluice.edge.files;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends an open file. Over HTTP/1 the kernel does; Vert.x cannot send an open file over HTTP/2, so
 * there a worker reads part after part, the next when the client has room for it.
 */
final class FileBody {
  private static final int PART_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final FileRequest in;
  private final HttpServerResponse to;
  private final FileAnswer.Form form;
  private final Promise<Void> done = Promise.promise();
  private long at;
  private long left;

  private FileBody(Vertx vertx, FileRequest in, FileAnswer.Form form) {
    this.vertx = vertx;
    this.in = in;
    this.to = in.response();
    this.form = form;
    this.at = form.first();
    this.left = form.length();
  }

  static Future<Void> send(Vertx vertx, FileRequest in, FileAnswer.Form form) {
    if (in.request().version() != HttpVersion.HTTP_2) {
      return in.response()
          .sendFile(form.content(), form.first(), form.length())
          .onSuccess(sent -> count(in, form.length()));
    }
    FileBody body = new FileBody(vertx, in, form);
    body.to.exceptionHandler(body.done::tryFail);
    body.to.closeHandler(gone -> body.done.tryFail(new EOFException("the client has gone")));
    body.next();
    return body.done.future();
  }

  private void next() {
    vertx.executeBlocking(this::read, false).onComplete(this::pass);
  }

  private Buffer read() throws IOException {
    ByteBuffer part = ByteBuffer.allocate((int) Math.min(PART_BYTES, left));
    while (part.hasRemaining()) {
      if (form.content().read(part, at + part.position()) < 0) {
        throw new EOFException("the file has become shorter");
      }
    }
    return Buffer.buffer(part.array());
  }

  private void pass(Buffer part, Throwable failure) {
    if (failure != null) {
      done.tryFail(failure);
      return;
    }
    if (done.future().isComplete()) {
      return;
    }
    at += part.length();
    left -= part.length();
    in.sent(part.length());
    if (left == 0) {
      to.closeHandler(null);
      to.end(part).onComplete(done::tryComplete, done::tryFail);
      return;
    }
    to.write(part);
    if (to.writeQueueFull()) {
      to.drainHandler(
          drained -> {
            to.drainHandler(null);
            next();
          });
    } else {
      next();
    }
  }

  private static void count(FileRequest in, long bytes) {
    for (long left = bytes; left > 0; left -= Integer.MAX_VALUE) {
      in.sent((int) Math.min(left, Integer.MAX_VALUE));
    }
  }
}
