package dev.sluice.edge;

import static io.netty.buffer.Unpooled.wrappedBuffer;

import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * One request of HTTP/2 in clear text as it stands on the wire (RFC 9113), its headers as literals
 * (RFC 7541, section 6.2.2), which no library has looked at.
 */
final class RawHttp2 {
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM_AND_HEADERS = 5;
  private static final int PRIORITY = 0x20;
  private static final int PATIENCE_MILLIS = 20_000;

  private RawHttp2() {}

  /**
   * The status of a GET with one header more, which is not looked at; -1 if the stream or the
   * connection is ended instead.
   */
  static int get(int port, String path, String name, String value)
      throws IOException, Http2Exception {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(0x82); // :method GET
    head.write(0x86); // :scheme http
    head.write(0x04);
    string(head, path);
    head.write(0x01);
    string(head, "127.0.0.1:" + port);
    head.write(0x00);
    string(head, name);
    string(head, value);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      frame(out, SETTINGS, 0, 0, new byte[0]);
      frame(out, HEADERS, END_STREAM_AND_HEADERS, 1, head.toByteArray());
      out.flush();
      return answer(new DataInputStream(socket.getInputStream()));
    } catch (EOFException | SocketException closed) {
      return -1;
    }
  }

  private static int answer(DataInputStream in) throws IOException, Http2Exception {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      in.skipNBytes(4); // the stream
      byte[] payload = in.readNBytes(length);
      if (type == HEADERS) {
        int at = (flags & PRIORITY) != 0 ? 5 : 0;
        Http2Headers head =
            new DefaultHttp2HeadersDecoder()
                .decodeHeaders(1, wrappedBuffer(payload, at, length - at));
        return Integer.parseInt(head.status().toString());
      }
      if (type == RST_STREAM || type == GOAWAY) {
        return -1;
      }
    }
  }

  private static void string(ByteArrayOutputStream head, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    head.write(bytes.length); // all of them are shorter than 127 bytes, and not in Huffman code
    head.writeBytes(bytes);
  }

  private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload)
      throws IOException {
    out.write(
        new byte[] {
          (byte) (payload.length >> 16),
          (byte) (payload.length >> 8),
          (byte) payload.length,
          (byte) type,
          (byte) flags,
          0,
          0,
          0,
          (byte) stream
        });
    out.write(payload);
  }
}
