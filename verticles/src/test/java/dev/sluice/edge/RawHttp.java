package dev.sluice.edge;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** HTTP as it stands on the wire, one byte a character, with nothing put right on the way. */
final class RawHttp implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  /** An answer; header names are lower case. */
  record Reply(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.get(name);
    }
  }

  RawHttp(String url) throws IOException {
    URI target = URI.create(url);
    socket = new Socket(target.getHost(), target.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /**
   * Writes byte by byte, each in a packet of its own; stops when the other side does not want more.
   */
  void drip(String text) throws IOException {
    socket.setTcpNoDelay(true);
    try {
      for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
    } catch (java.net.SocketException closed) {
      return; // what it said before can still be read
    }
  }

  /** Writes a little more, unless there is an answer, or the other side has closed. */
  boolean dripUntilAnswered(String text) throws IOException {
    try {
      if (in.available() == 0) {
        write(text);
      }
    } catch (java.net.SocketException closed) {
      return true;
    }
    return in.available() > 0;
  }

  /** Writes, and tells whether the other side has closed for good. */
  boolean refuses(String text) throws IOException {
    try {
      write(text);
      return false;
    } catch (java.net.SocketException closed) {
      return true;
    }
  }

  /** The next answer to anything but HEAD; waits for it. */
  Reply read() throws IOException {
    Reply head = readHead();
    int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
    return new Reply(
        head.status, head.headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  /** The status of the next answer; -1 if the other side closes without one. */
  int readOrEnd() throws IOException {
    in.mark(1);
    int first = -1;
    try {
      first = in.read();
    } catch (java.net.SocketException reset) {
      return -1;
    }
    if (first < 0) {
      return -1;
    }
    in.reset();
    return read().status();
  }

  /** The head of the next answer, without a body. */
  Reply readHead() throws IOException {
    String line = line();
    int status = Integer.parseInt(line.substring(9, 12));
    Map<String, String> headers = new HashMap<>();
    for (String next = line(); !next.isEmpty(); next = line()) {
      int colon = next.indexOf(':');
      headers.put(
          next.substring(0, colon).toLowerCase(Locale.ROOT), next.substring(colon + 1).trim());
    }
    return new Reply(status, headers, "");
  }

  /** Waits until the other side has closed; true when it sent nothing more before. */
  boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  /** What comes until the other side closes. */
  String rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try {
      in.transferTo(rest);
    } catch (java.net.SocketException reset) {
      return rest.toString(StandardCharsets.ISO_8859_1); // which is an end too
    }
    return rest.toString(StandardCharsets.ISO_8859_1);
  }

  /** Closes with a reset, as a client that dies. */
  void abort() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed after: " + line.toString(StandardCharsets.ISO_8859_1));
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
