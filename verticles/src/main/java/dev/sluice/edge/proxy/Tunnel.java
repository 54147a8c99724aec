package dev.sluice.edge.proxy;

import dev.sluice.edge.guard.Cut;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/**
 * A WebSocket between a client and an upstream: bytes go through as they are, so extensions and
 * subprotocols are theirs alone. A side that reads slowly stops the other one from being read. A
 * client that has been quiet for a while is sent a Ping; one that is quiet for longer is cut off.
 * The Pong goes on to the upstream, which ignores it (RFC 6455, section 5.5.3).
 */
final class Tunnel extends Deadlines.Limit {
  /** How long a client may take to read that the node goes away. */
  private static final long LEAVE_MILLIS = 1000;

  /** How long a side may take to read what it was sent before the other one closed. */
  private static final long LINGER_MILLIS = 10_000;

  private static final Buffer PING = Buffer.buffer(new byte[] {(byte) 0x89, 0});

  /** Status 1001: going away. */
  private static final Buffer GOING_AWAY =
      Buffer.buffer(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xe9});

  private final NetSocket client;
  private final NetSocket upstream;
  private final HttpConnection upstreamConnection;
  private final Deadlines deadlines;
  private final long pingMillis;
  private final long idleMillis;
  private final Runnable closed;
  private final FrameBoundary towardsClient = new FrameBoundary();
  private long quiet; // milliseconds without a byte of the client, as far as it was looked
  private boolean heard;
  private boolean leaving;
  private boolean over;

  /**
   * @param upstreamConnection the one that {@code upstream} is on
   * @param pingMillis 0: no pings
   * @param idleMillis 0: no limit
   * @param closed called once, when both sides are closed or about to be
   */
  Tunnel(
      NetSocket client,
      NetSocket upstream,
      HttpConnection upstreamConnection,
      Deadlines deadlines,
      long pingMillis,
      long idleMillis,
      Runnable closed) {
    this.client = client;
    this.upstream = upstream;
    this.upstreamConnection = upstreamConnection;
    this.deadlines = deadlines;
    this.pingMillis = pingMillis;
    this.idleMillis = idleMillis;
    this.closed = closed;
  }

  void open() {
    withoutIdleTimeout();
    client.exceptionHandler(e -> {}).closeHandler(gone -> close());
    upstream.exceptionHandler(e -> {}).closeHandler(gone -> close());
    client.handler(this::fromClient);
    upstream.handler(this::fromUpstream);
    look();
  }

  /** The node stops: tells the client, which is to connect to another. */
  void goAway() {
    if (!over && !leaving && towardsClient.between() && !towardsClient.closing()) {
      leaving = true;
      deadlines.in(LEAVE_MILLIS, this); // who does not read is not waited for
      client.write(GOING_AWAY).onComplete(sent -> close());
    } else {
      leaving = true;
      close();
    }
  }

  private void fromClient(Buffer bytes) {
    heard = true;
    upstream.write(bytes);
    if (upstream.writeQueueFull()) {
      client.pause();
      upstream.drainHandler(drained -> client.resume());
    }
  }

  private void fromUpstream(Buffer bytes) {
    towardsClient.pass(bytes);
    client.write(bytes);
    if (client.writeQueueFull()) {
      upstream.pause();
      client.drainHandler(drained -> upstream.resume());
    }
  }

  @Override
  protected void late() {
    if (leaving || over) {
      close();
      cut();
      return;
    }
    quiet = heard ? 0 : quiet + step();
    heard = false;
    if (idleMillis > 0 && quiet >= idleMillis) {
      goAway();
      return;
    }
    // With bytes still waiting to be written it is not the client that is quiet.
    if (pingMillis > 0
        && quiet > 0
        && towardsClient.between()
        && !towardsClient.closing()
        && !client.writeQueueFull()) {
      client.write(PING);
    }
    look();
  }

  private void look() {
    if (step() > 0) {
      deadlines.in(step(), this);
    }
  }

  private long step() {
    return pingMillis > 0 && (idleMillis == 0 || pingMillis < idleMillis) ? pingMillis : idleMillis;
  }

  private void close() {
    if (!over) {
      over = true;
      deadlines.cancel(this);
      client.close();
      upstream.close();
      closed.run();
      if (Cut.isOpen(client) || Cut.isOpen(upstreamConnection)) {
        deadlines.in(leaving ? LEAVE_MILLIS : LINGER_MILLIS, this);
      }
    }
  }

  /** For who has not read what came before the end. */
  private void cut() {
    deadlines.cancel(this);
    Cut.off(client);
    Cut.off(upstreamConnection);
  }

  /** The tunnel has its own; that of the listener is shorter. Towards upstreams there is none. */
  private void withoutIdleTimeout() {
    var pipeline = ((NetSocketInternal) client).channelHandlerContext().pipeline();
    if (pipeline.get("idle") != null) {
      pipeline.remove("idle");
    }
  }
}
