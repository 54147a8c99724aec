package dev.sluice.edge.guard;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Ends connections at once, whatever still waits to be sent on them. Vert.x closes a connection
 * only when all that was written to it has left, and has no limit for that: one whose other side
 * does not read would stay open for as long as that side likes. To be used on the connection's
 * event loop.
 */
public final class Cut {
  private Cut() {}

  /** Cuts it, unless it is closed already. */
  static void off(Channel channel) {
    // From the first handler on, it does not come to the one that would wait.
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first != null) {
      var unused = first.close();
    }
  }

  public static void off(NetSocket socket) {
    off(channel(socket));
  }

  public static void off(HttpConnection connection) {
    off(channel(connection));
  }

  /** Cuts the connection of a request that was reset, if that waits to be sent. */
  public static void offWhenStuck(HttpClientRequest request) {
    // With HTTP/2 the connection is that of others too.
    if (request.version() != HttpVersion.HTTP_2) {
      Channel channel = channel(request.connection());
      if (channel.isOpen() && !channel.isWritable()) {
        off(channel);
      }
    }
  }

  /** Whether it is not closed, if only because there is something to be sent before. */
  public static boolean isOpen(NetSocket socket) {
    return channel(socket).isOpen();
  }

  public static boolean isOpen(HttpConnection connection) {
    return channel(connection).isOpen();
  }

  private static Channel channel(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
  }

  private static Channel channel(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }
}
