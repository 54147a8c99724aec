package dev.sluice.platform.db;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeUnit;

/**
 * The Vert.x a pool is built with, to give logins a limit. The driver bounds the TCP connection
 * only; a server that is paused still gets those from its kernel, and a login there would take one
 * of the pool's places for ever. Here a connection on which no login was reported in time is cut.
 */
final class BoundedLogins extends VertxWrapper {
  private static final AttributeKey<Boolean> LOGGED_IN =
      AttributeKey.valueOf(BoundedLogins.class, "loggedIn");

  private final long limitMillis;

  BoundedLogins(Vertx vertx, long limitMillis) {
    super((VertxInternal) vertx);
    this.limitMillis = limitMillis;
  }

  /** To be called when the login is through: from now on the connection may be silent. */
  static void loggedIn(SqlConnection connection) {
    Sockets.channelOf(connection).attr(LOGGED_IN).set(true);
  }

  @Override
  public NetClient createNetClient(NetClientOptions options) {
    return new Client(delegate.createNetClient(options));
  }

  private Future<NetSocket> guarded(Future<NetSocket> connecting) {
    return connecting.onSuccess(
        socket -> {
          Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
          delegate.setTimer(
              limitMillis,
              over -> {
                if (channel.isOpen() && channel.attr(LOGGED_IN).get() == null) {
                  Sockets.cut(channel);
                }
              });
        });
  }

  private final class Client implements NetClient {
    private final NetClient client;

    Client(NetClient client) {
      this.client = client;
    }

    @Override
    public Future<NetSocket> connect(int port, String host) {
      return guarded(client.connect(port, host));
    }

    @Override
    public Future<NetSocket> connect(int port, String host, String serverName) {
      return guarded(client.connect(port, host, serverName));
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address) {
      return guarded(client.connect(address));
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address, String serverName) {
      return guarded(client.connect(address, serverName));
    }

    @Override
    public Future<NetSocket> connect(ConnectOptions options) {
      return guarded(client.connect(options));
    }

    @Override
    public Future<Void> shutdown(long timeout, TimeUnit unit) {
      return client.shutdown(timeout, unit);
    }

    @Override
    public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
      return client.updateSSLOptions(options, force);
    }

    @Override
    public boolean isMetricsEnabled() {
      return client.isMetricsEnabled();
    }
  }
}
