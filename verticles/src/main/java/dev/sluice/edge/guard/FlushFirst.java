package dev.sluice.edge.guard;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Sends what was written before the connection is closed. Vert.x closes a connection whose body is
 * broken in the same turn in which it tells the request's handler; without this the handler's
 * answer would never leave.
 */
final class FlushFirst extends ChannelOutboundHandlerAdapter {
  private static final String NAME = "flushFirst";

  private FlushFirst() {}

  /** Puts one between the handler and the network. */
  static void before(ChannelHandlerContext ctx) {
    if (ctx.pipeline().get(NAME) == null) {
      ctx.pipeline().addBefore(ctx.name(), NAME, new FlushFirst());
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    ctx.flush();
    var unused = ctx.close(promise);
  }
}
