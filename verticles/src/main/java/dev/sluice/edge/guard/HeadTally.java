package dev.sluice.edge.guard;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;

/**
 * Counts the header lines that matter while their names go by, and judges the head once it is
 * whole. So a good request pays for comparing a few lengths, and for a look at its {@code Host}.
 */
final class HeadTally {
  private static final int LONGEST_NAME = 256;
  private static final AsciiString SETTINGS = AsciiString.cached("http2-settings");

  private final int mostHeaders;
  private String authority;
  private int headers;
  private int hosts;
  private int lengths;
  private int codings;
  private int expectations;
  private int connections;
  private boolean upgrade;
  private boolean oldWebSocket;

  HeadTally(int mostHeaders) {
    this.mostHeaders = mostHeaders;
  }

  boolean chunked() {
    return codings > 0;
  }

  void startOver() {
    authority = null;
    headers = 0;
    hosts = 0;
    lengths = 0;
    codings = 0;
    expectations = 0;
    connections = 0;
    upgrade = false;
    oldWebSocket = false;
  }

  /** Nobody behind this sees an absolute target; its host is compared with the field's later. */
  String originForm(String target) {
    int begin = Heads.authority(target);
    if (begin == 0) {
      return target;
    }
    int end = begin;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    authority = target.substring(begin, end);
    String rest = target.substring(end);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /** The name of one more header line, as it came; throws what is wrong with it. */
  void name(byte[] line, int start, int length) {
    if (++headers > mostHeaders) {
      throw new Refused(
          Fault.HEADERS, "there are more header lines than edge.header_count, " + mostHeaders);
    }
    switch (length) {
      case 0 -> throw new Refused(Fault.SYNTAX, "a header line is 'name: value'");
      case 4 -> hosts += is("host", line, start);
      case 6 -> expectations += is("expect", line, start);
      case 7 -> upgrade |= is("upgrade", line, start) > 0;
      case 10 -> connections += is("connection", line, start);
      case 14 -> {
        lengths += is("content-length", line, start);
        upgrade |= is("http2-settings", line, start) > 0;
      }
      case 17 -> codings += is("transfer-encoding", line, start);
      case 18 -> oldWebSocket |= is("sec-websocket-key1", line, start) > 0;
      default -> {
        if (length > LONGEST_NAME) {
          throw new Refused(Fault.HEADERS, "the name of a header is longer than " + LONGEST_NAME);
        }
      }
    }
  }

  /** 1 if this is the name, in whatever case. */
  private static int is(String name, byte[] line, int start) {
    for (int i = 0; i < name.length(); i++) {
      if ((line[start + i] | 0x20) != name.charAt(i)) {
        return 0;
      }
    }
    return 1;
  }

  /** Everything is there up to the body; returns what is wrong, or null. */
  Refused judge(HttpRequest request) {
    HttpHeaders fields = request.headers();
    Refused wrong = judgeFraming(fields);
    if (wrong == null) {
      wrong = judgeHost(request, fields);
    }
    if (wrong == null && expectations > 0) {
      boolean known =
          expectations == 1 && "100-continue".equalsIgnoreCase(fields.get(HttpHeaderNames.EXPECT));
      wrong = known ? null : new Refused(Fault.EXPECTATION, "only 100-continue can be expected");
    }
    for (int i = 0; i < connections && wrong == null; i++) {
      wrong =
          Heads.connection(
              connections == 1
                  ? fields.get(HttpHeaderNames.CONNECTION)
                  : fields.getAll(HttpHeaderNames.CONNECTION).get(i));
    }
    if (wrong == null && upgrade) {
      keepWebSocketsOnly(fields);
    }
    return wrong;
  }

  private Refused judgeFraming(HttpHeaders fields) {
    if (lengths > 1 || (lengths > 0 && codings > 0)) {
      return new Refused(
          Fault.FRAMING, "a body has one Content-Length, or is chunked, and not both");
    }
    if (oldWebSocket) {
      // A draft of 2010 has a body without any sign of it, which the decoder still knows.
      return new Refused(Fault.FRAMING, "WebSockets are those of RFC 6455");
    }
    if (codings > 1) {
      return new Refused(Fault.FRAMING, "there is one Transfer-Encoding line");
    }
    return codings == 0 ? null : Heads.coding(fields.get(HttpHeaderNames.TRANSFER_ENCODING));
  }

  private Refused judgeHost(HttpRequest request, HttpHeaders fields) {
    if (hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return authority == null || Heads.isHost(authority)
          ? null
          : new Refused(Fault.HOST, "the host in the target is no host");
    }
    if (hosts != 1) {
      return new Refused(Fault.HOST, "there is one Host line");
    }
    String host = fields.get(HttpHeaderNames.HOST);
    if (!Heads.isHost(host)) {
      return new Refused(Fault.HOST, "Host is a name or an address, with a port or without");
    }
    return authority == null || authority.equalsIgnoreCase(host)
        ? null
        : new Refused(Fault.HOST, "the host in the target is not that of Host");
  }

  /**
   * Other upgrades are offers we do not take (RFC 9110, section 7.8), of which nobody behind us
   * should hear: an upstream that took one would leave us out of the conversation.
   */
  private static void keepWebSocketsOnly(HttpHeaders fields) {
    if (!"websocket".equalsIgnoreCase(fields.get(HttpHeaderNames.UPGRADE))
        || fields.getAll(HttpHeaderNames.UPGRADE).size() > 1) {
      fields.remove(HttpHeaderNames.UPGRADE);
    }
    fields.remove(SETTINGS);
  }
}
