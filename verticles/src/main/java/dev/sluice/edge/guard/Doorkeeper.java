package dev.sluice.edge.guard;

import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.List;

/**
 * Receives the connections of one event loop: counts them, makes their reading strict, and looks at
 * all of them a few times in the time the shortest limit allows, closing those that are too slow.
 * So no request needs a timer or a look at the clock; a limit is kept to within a quarter, or a
 * second.
 *
 * <p>HTTP/2 connections are counted, and watched for responses nobody takes; their frames are bound
 * by settings of the server.
 */
public final class Doorkeeper {
  private static final String DECODER = "httpDecoder";
  private static final long LONGEST_ROUND_MILLIS = 1000;
  private static final long SHORTEST_ROUND_MILLIS = 25;

  private final Vertx vertx;
  private final Time time;
  private final OpenConnections all;
  private final HttpServerOptions options;
  private final HeadLimits limits;
  private final SlowConfig slow;
  private final Counter slowHeads;
  private final Counter slowBodies;
  private final Counter slowResponses;
  private final List<Client> clients = new ArrayList<>();
  private long timer;

  /**
   * @param options those of the server whose connections these are
   */
  public Doorkeeper(
      Vertx vertx,
      Time time,
      OpenConnections all,
      HttpServerOptions options,
      HeadLimits limits,
      SlowConfig slow,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.time = time;
    this.all = all;
    this.options = options;
    this.limits = limits;
    this.slow = slow;
    this.slowHeads = counter(meters, "head");
    this.slowBodies = counter(meters, "body");
    this.slowResponses = counter(meters, "response");
  }

  private static Counter counter(MeterRegistry meters, String what) {
    return Counter.builder("connections.slow")
        .description("Connections closed because the client was too slow, by what it was slow at.")
        .tags("at", what)
        .register(meters);
  }

  /** Begins to watch; on the event loop of the connections. */
  public void open() {
    long shortest = Math.min(slow.head().toMillis(), slow.response().toMillis());
    shortest = Math.min(shortest, slow.bodyGrace().toMillis()) / 4;
    long round = Math.max(SHORTEST_ROUND_MILLIS, Math.min(LONGEST_ROUND_MILLIS, shortest));
    timer = vertx.setPeriodic(round, now -> look(time.nanos()));
  }

  public void close() {
    vertx.cancelTimer(timer);
  }

  /**
   * Takes a new connection, or closes it because there are too many.
   *
   * @param left called when one that was taken is closed
   * @return whether it was taken
   */
  public boolean receive(HttpConnection connection, Runnable left) {
    Channel channel = ((ConnectionBase) connection).channel();
    java.net.SocketAddress peer = channel.remoteAddress();
    if (!all.enter(peer)) {
      close(channel);
      return false;
    }
    ClientCertificates.note(connection, channel);
    ChannelPipeline pipeline = channel.pipeline();
    StrictDecoder decoder = null;
    if (pipeline.get(DECODER) != null) {
      decoder = new StrictDecoder(options, limits.count());
      pipeline.replace(DECODER, DECODER, decoder);
    }
    Client client = new Client(channel, decoder, time.nanos());
    client.place = clients.size();
    clients.add(client);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              all.leave(peer);
              forget(client);
              left.run();
            });
    return true;
  }

  /**
   * Takes a connection on the port for HTTP/2 in clear text. One that begins as HTTP/1.1, if only
   * to be upgraded, is closed: its first request was read before anybody could be strict about it.
   */
  public boolean receiveHttp2(HttpConnection connection, Runnable left) {
    Channel channel = ((ConnectionBase) connection).channel();
    if (channel.pipeline().get(DECODER) != null) {
      close(channel);
      return false;
    }
    return receive(connection, left);
  }

  /** What is wrong with a request that came by HTTP/2, or null. */
  public Refused judgeHttp2(HttpServerRequest request) {
    return Heads.http2(request, limits.count());
  }

  private static void close(Channel channel) {
    var unused = channel.close();
  }

  /** The last one takes the place of the one that goes. */
  private void forget(Client client) {
    Client last = clients.remove(clients.size() - 1);
    if (last != client) {
      clients.set(client.place, last);
      last.place = client.place;
    }
  }

  private void look(long now) {
    // From the end, because a connection that is closed here leaves the list at once.
    for (int i = clients.size() - 1; i >= 0; i--) {
      if (i < clients.size()) {
        look(clients.get(i), now);
      }
    }
  }

  private void look(Client client, long now) {
    if (client.isResponseStuck(now, slow.response().toNanos())) {
      slowResponses.increment();
      Cut.off(client.channel);
      return;
    }
    StrictDecoder decoder = client.decoder;
    ChannelHandlerContext reader = decoder == null ? null : client.reader();
    if (reader == null) {
      return; // HTTP/2, or a WebSocket by now
    }
    switch (decoder.part()) {
      case NOTHING, HEAD -> {
        if (client.isHeadLate(now, slow.head().toNanos())) {
          slowHeads.increment();
          if (decoder.part() == StrictDecoder.Part.HEAD) {
            decoder.refuseSlow(reader);
          } else {
            close(client.channel); // an answer to nothing would be taken for that to what comes
          }
        }
      }
      case BODY, CHUNKS -> {
        if (slow.bodyRate() > 0
            && client.isBodyLate(now, slow.bodyGrace().toNanos(), slow.bodyRate())) {
          slowBodies.increment();
          decoder.refuseSlow(reader);
        }
      }
      case RUBBISH -> {
        // Refused already; it is closed with the answer, and stuck if nobody takes that.
      }
    }
  }

  /** One connection, and what was seen of it when it was last looked at. */
  private static final class Client {
    final Channel channel;
    final StrictDecoder decoder;
    int place;

    private long head;
    private long headSince;
    private long bodySince;
    private long bodyHead = -1;
    private long bodyBytes;
    private long waiting;
    private long taken;
    private Object write;
    private long stuckSince;

    Client(Channel channel, StrictDecoder decoder, long now) {
      this.channel = channel;
      this.decoder = decoder;
      this.head = 1; // the first one is due from the beginning
      this.headSince = now;
    }

    ChannelHandlerContext reader() {
      return channel.pipeline().context(decoder);
    }

    boolean isHeadLate(long now, long limit) {
      boolean due = decoder.part() == StrictDecoder.Part.HEAD || decoder.heads() == 0;
      if (!due) {
        return false;
      }
      long current = Math.max(1, decoder.heads());
      if (current != head) {
        head = current;
        headSince = now;
      }
      return now - headSince > limit && channel.config().isAutoRead();
    }

    boolean isBodyLate(long now, long grace, int rate) {
      long bytes = decoder.bodyBytes();
      if (bodyHead != decoder.heads() || !channel.config().isAutoRead()) {
        bodyHead = decoder.heads();
        bodySince = now;
        bodyBytes = bytes;
        return false;
      }
      if (now - bodySince < grace) {
        return false;
      }
      boolean late = (bytes - bodyBytes) < (now - bodySince) / 1_000_000_000.0 * rate;
      bodySince = now;
      bodyBytes = bytes;
      return late;
    }

    /** Whether something waits to be sent, and nothing of it has gone for so long. */
    boolean isResponseStuck(long now, long limit) {
      ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
      long pending = out == null ? 0 : out.totalPendingWriteBytes();
      if (pending == 0) {
        waiting = 0;
        return false;
      }
      Object current = out.current();
      long progress = out.currentProgress();
      if (pending != waiting || progress != taken || current != write) {
        waiting = pending;
        taken = progress;
        write = current;
        stuckSince = now;
        return false;
      }
      return now - stuckSince > limit;
    }
  }
}
