package dev.sluice.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name server (RFC 1035) that knows the IPv4 addresses it was told, which may be kept for no
 * time.
 */
final class FakeDns {
  private static final int HEADER = 12;
  private static final int TYPE_A = 1;

  private final DatagramSocket socket;
  private final Map<String, List<String>> names = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  FakeDns(Vertx vertx) {
    this.socket = vertx.createDatagramSocket();
  }

  /** The port, once it serves. */
  Future<Integer> open() {
    return socket
        .listen(0, "127.0.0.1")
        .map(
            listening -> {
              listening.handler(this::received);
              return listening.localAddress().port();
            });
  }

  /** From now on; no addresses at all means there is no such name. */
  void answer(String name, List<String> addresses) {
    names.put(name, addresses);
  }

  int asked() {
    return asked.get();
  }

  private void received(DatagramPacket packet) {
    asked.incrementAndGet();
    Buffer query = packet.data();
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    while (query.getByte(at) != 0) {
      int length = query.getByte(at);
      name.append(name.isEmpty() ? "" : ".").append(query.getString(at + 1, at + 1 + length));
      at += length + 1;
    }
    int type = query.getUnsignedShort(at + 1);
    int end = at + 5;
    List<String> addresses = names.getOrDefault(name.toString(), List.of());
    List<String> answers = type == TYPE_A ? addresses : List.of();
    Buffer reply =
        Buffer.buffer()
            .appendShort(query.getShort(0))
            .appendShort((short) (addresses.isEmpty() ? 0x8183 : 0x8180))
            .appendShort((short) 1)
            .appendShort((short) answers.size())
            .appendInt(0)
            .appendBuffer(query.getBuffer(HEADER, end));
    for (String address : answers) {
      // A pointer to the name in the question, A, IN, a time to live of 0, four bytes.
      reply.appendShort((short) 0xC00C).appendShort((short) 1).appendShort((short) 1);
      reply.appendInt(0).appendShort((short) 4);
      for (String part : address.split("\\.", -1)) {
        reply.appendByte((byte) Integer.parseInt(part));
      }
    }
    socket.send(reply, packet.sender().port(), packet.sender().host());
  }
}
