package dev.sluice.platform.db;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.Connection;
import io.vertx.sqlclient.internal.SqlConnectionBase;

/**
 * Reaches the socket below a connection of the driver. Its own {@code close()} hands a pooled
 * connection back, or says good-bye and waits for the server to hang up; neither ends a connection
 * whose server is paused or gone without a word.
 */
final class Sockets {

  private Sockets() {}

  /** Closes the socket without a word; all that is pending on it fails as closed. */
  static void cut(SqlConnection connection) {
    cut(channelOf(connection));
  }

  /**
   * From the head of the pipeline, that is below the driver's encoder: it turns every other close
   * into a good-bye to a server that does not listen, the one of Vert.x's socket and of its idle
   * time-out too.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // what is pending hears of it anyway
  static void cut(Channel channel) {
    ChannelHandlerContext head = channel.pipeline().firstContext();
    if (head != null) { // null once it is closed
      head.close();
    }
  }

  static Channel channelOf(SqlConnection connection) {
    Connection inner = ((SqlConnectionBase<?>) connection).unwrap();
    while (!(inner instanceof SocketConnectionBase)) {
      Connection next = inner.unwrap();
      if (next == inner) {
        throw new IllegalStateException("no socket below " + inner.getClass());
      }
      inner = next;
    }
    return ((SocketConnectionBase) inner).socket().channelHandlerContext().channel();
  }
}
