package dev.sluice.load.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * So many requests a second, evenly spaced, whether or not those before were answered: how long one
 * takes counts from when it was due, so what has to wait for a connection counts too (no
 * coordinated omission). One thread, on bare channels, which costs a fraction of what is measured.
 */
final class OpenClients implements AutoCloseable {
  private static final long NAP_NANOS = 20_000;
  private static final int ANSWER = 64 * 1024;

  private final Selector selector;
  private final byte[] request;
  private final Deque<Connection> free = new ArrayDeque<>();
  private final List<Connection> all = new ArrayList<>();
  private final Deque<Long> due = new ArrayDeque<>(); // what waits for a connection
  private long[] nanos = new long[1 << 16];
  private int answered;

  /**
   * What came of it.
   *
   * @param nanos how long each took, ascending; of those without an answer, how long they waited
   * @param failed how many these were
   */
  @SuppressWarnings("ArrayRecordComponent") // a million numbers, which nobody compares
  record Outcome(long[] nanos, int failed) {
    double millis(double percentile) {
      int at = (int) Math.ceil(nanos.length * percentile / 100) - 1;
      return nanos[Math.max(0, at)] / 1e6;
    }
  }

  /**
   * @param header a line without its end, or empty
   */
  OpenClients(int connections, int port, String path, String header) throws IOException {
    selector = Selector.open();
    String lines = header.isEmpty() ? "" : header + "\r\n";
    request =
        ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lines + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < connections; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      Connection connection = new Connection(channel);
      channel.register(selector, SelectionKey.OP_READ, connection);
      free.add(connection);
      all.add(connection);
    }
  }

  private static final class Connection {
    final SocketChannel channel;
    final byte[] bytes = new byte[ANSWER];
    final ByteBuffer in = ByteBuffer.wrap(bytes);
    long due;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /** Blocks for that long; what came in its first tenth is left out. */
  Outcome run(double perSecond, double seconds) throws IOException {
    answered = 0;
    due.clear();
    double spacing = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long begun = System.nanoTime();
    long counted = begun + (long) (seconds * 1e8);
    long end = begun + (long) (seconds * 1e9);
    long giveUp = end + TimeUnit.SECONDS.toNanos(2);
    long sent = 0;
    long now = begun;
    while (now < end || (isBusy() && now < giveUp)) {
      while (now < end && begun + (long) (sent * spacing) <= now) {
        due.add(begun + (long) (sent * spacing));
        sent++;
      }
      while (!due.isEmpty() && !free.isEmpty()) {
        send(free.poll(), due.poll());
      }
      if (selector.selectNow() > 0) {
        for (SelectionKey key : selector.selectedKeys()) {
          read((Connection) key.attachment(), counted);
        }
        selector.selectedKeys().clear();
      } else {
        LockSupport.parkNanos(NAP_NANOS);
      }
      now = System.nanoTime();
    }
    int failed = due.size() + all.size() - free.size();
    all.stream().filter(one -> !free.contains(one)).forEach(one -> due.add(one.due));
    for (long since : due) {
      took(now - since); // at least
    }
    long[] took = Arrays.copyOf(nanos, answered);
    Arrays.sort(took);
    return new Outcome(took, failed);
  }

  private boolean isBusy() {
    return !due.isEmpty() || free.size() < all.size();
  }

  private void send(Connection connection, long since) throws IOException {
    connection.due = since;
    ByteBuffer out = ByteBuffer.wrap(request);
    while (out.hasRemaining()) {
      int written = connection.channel.write(out); // a request fits into the socket's buffer
      if (written == 0) {
        Thread.onSpinWait();
      }
    }
  }

  private void read(Connection connection, long counted) throws IOException {
    ByteBuffer in = connection.in;
    if (connection.channel.read(in) < 0) {
      throw new IOException("a connection was closed");
    }
    if (isWhole(connection.bytes, in.position())) {
      in.clear();
      if (connection.due >= counted) {
        took(System.nanoTime() - connection.due);
      }
      free.add(connection);
    }
  }

  private void took(long time) {
    if (answered == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * nanos.length);
    }
    nanos[answered++] = time;
  }

  /** Answers are 200, with a length or in chunks; anything else ends the measurement. */
  private static boolean isWhole(byte[] bytes, int size) throws IOException {
    String text = new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return false;
    }
    if (!text.startsWith("HTTP/1.1 200")) {
      throw new IOException("answered with " + text.substring(0, text.indexOf('\r')));
    }
    String fields = text.substring(0, head + 2).toLowerCase(java.util.Locale.ROOT);
    int length = fields.indexOf("\r\ncontent-length:");
    if (length < 0) {
      return text.endsWith("0\r\n\r\n");
    }
    int from = length + "\r\ncontent-length:".length();
    int body = Integer.parseInt(fields.substring(from, fields.indexOf('\r', from)).strip());
    return text.length() >= head + 4 + body;
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : all) {
      connection.channel.close();
    }
    selector.close();
  }
}
