package dev.sluice.edge;

import java.util.List;

/**
 * Requests as bytes, one byte a character. They know nothing of who serves them: {@code /target} is
 * what a refused head asks for, {@link #BODY} begins one whose head is right.
 */
public final class FramingCases {
  /** What hides behind each bad request; nobody may ever serve it. */
  public static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Where {@link #BODY} is sent. */
  static final String TAKES_BODIES = "/api/v1/auth/login";

  private static final String HOST = "Host: a\r\n";
  private static final String GET = "GET /target HTTP/1.1\r\n" + HOST;
  private static final String POST = "POST /target HTTP/1.1\r\n" + HOST;
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
  private static final String BODY =
      "POST "
          + TAKES_BODIES
          + " HTTP/1.1\r\n"
          + HOST
          + "Content-Type: application/json\r\n"
          + CHUNKED
          + "\r\n";

  /**
   * @param status of the answer
   */
  public record Case(String name, int status, String bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private FramingCases() {}

  private static Case c(String name, int status, String bytes) {
    return new Case(name, status, bytes);
  }

  /** Refused for their head: nobody behind the gateway hears of them. */
  public static List<Case> badHeads() {
    return List.of(
        // Where the body ends.
        c("CL and TE", 400, POST + "Content-Length: 5\r\n" + CHUNKED + "\r\n0\r\n\r\n"),
        c("TE and CL", 400, POST + CHUNKED + "Content-Length: 5\r\n\r\n0\r\n\r\n"),
        c("TE and CL 0", 400, POST + CHUNKED + "Content-Length: 0\r\n\r\n0\r\n\r\n"),
        c("TE not chunked", 400, POST + "Transfer-Encoding: identity\r\n\r\n"),
        c("TE xchunked", 400, POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        c("TE chunked, identity", 400, te("chunked, identity")),
        c("TE chunked, gzip", 400, te("chunked, gzip")),
        c("TE gzip, chunked", 501, te("gzip, chunked")),
        c("TE identity, chunked", 501, te("identity, chunked")),
        c("TE chunked, chunked", 400, te("chunked, chunked")),
        c("TE chunked,", 400, te("chunked,")),
        c("TE , chunked", 400, te(", chunked")),
        c("TE empty", 400, te("")),
        c("TE chunked in quotes", 400, te("\"chunked\"")),
        c("TE chunked;q=1", 400, te("chunked;q=1")),
        c("TE after VT", 400, te("\u000bchunked")),
        c("TE with NUL", 400, te("chunked\0")),
        c("TE chunk ed", 400, te("chunk ed")),
        c("two TE lines", 400, POST + CHUNKED + CHUNKED + "\r\n0\r\n\r\n"),
        c("TE chunked then identity", 400, two("chunked", "identity")),
        c("TE identity then chunked", 400, two("identity", "chunked")),
        c("TE name with space", 400, POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        c("TE name with tab", 400, POST + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
        c("TE on a folded line", 400, POST + "X: y\r\n " + CHUNKED + "\r\n0\r\n\r\n"),
        c("TE value folded", 400, POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        c("TE in HTTP/1.0", 400, "POST /target HTTP/1.0\r\n" + CHUNKED + "\r\n0\r\n\r\n"),
        c("CL twice, different", 400, POST + cl("5") + cl("6") + "\r\n12345"),
        c("CL twice, the same", 400, POST + cl("5") + cl("5") + "\r\n12345"),
        c("CL twice in HTTP/1.0", 400, "POST /t HTTP/1.0\r\n" + cl("0") + cl("35") + "\r\n"),
        c("CL list", 400, POST + cl("5, 5") + "\r\n12345"),
        c("CL list of two", 400, POST + cl("5, 6") + "\r\n12345"),
        c("CL +5", 400, POST + cl("+5") + "\r\n12345"),
        c("CL -5", 400, POST + cl("-5") + "\r\n12345"),
        c("CL -0", 400, POST + cl("-0") + "\r\n"),
        c("CL 5 5", 400, POST + cl("5 5") + "\r\n12345"),
        c("CL 0x5", 400, POST + cl("0x5") + "\r\n12345"),
        c("CL 5.0", 400, POST + cl("5.0") + "\r\n12345"),
        c("CL 5e0", 400, POST + cl("5e0") + "\r\n12345"),
        c("CL empty", 400, POST + cl("") + "\r\n12345"),
        c("CL in letters", 400, POST + cl("five") + "\r\n12345"),
        c("CL 2^63", 400, POST + cl("9223372036854775808") + "\r\n12345"),
        c("CL 2^64 + 5", 400, POST + cl("18446744073709551621") + "\r\n12345"),
        c("CL superscript", 400, POST + cl("\u00b2") + "\r\n12"),
        c("CL name with space", 400, POST + "Content-Length : 5\r\n\r\n12345"),
        c("CL folded", 400, POST + "Content-Length: 3\r\n 5\r\n\r\n12345"),
        c("old WebSocket", 400, GET + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n"),
        c("Connection: content-length", 400, POST + nominate("close, Content-Length") + "12345"),
        c("Connection: host", 400, POST + nominate("keep-alive, host") + "12345"),
        c("Connection: forwarded", 400, POST + nominate("X-Forwarded-For") + "12345"),
        c("two Connection lines", 400, POST + "Connection: close\r\n" + nominate("host") + "12345"),
        // Lines and names.
        c("folded", 400, GET + "X: a\r\n b\r\n\r\n"),
        c("folded with a tab", 400, GET + "X: a\r\n\tb\r\n\r\n"),
        c("folded to nothing", 400, GET + "X: a\r\n \r\n\r\n"),
        c("first header after a space", 400, "GET /target HTTP/1.1\r\n Host: a\r\n\r\n"),
        c("space before colon", 400, GET + "X : a\r\n\r\n"),
        c("space in a name", 400, GET + "X Y: a\r\n\r\n"),
        c("no name", 400, GET + ": a\r\n\r\n"),
        c("no colon", 400, GET + "X\r\n\r\n"),
        c("NUL in a name", 400, GET + "X\0Y: a\r\n\r\n"),
        c("a name that is not ASCII", 400, GET + "X\u00e4: a\r\n\r\n"),
        c("brackets in a name", 400, GET + "X[]: a\r\n\r\n"),
        c("NUL in a value", 400, GET + "X: a\0b\r\n\r\n"),
        c("CR in a value", 400, GET + "X: a\rY: b\r\n\r\n"),
        c("bell in a value", 400, GET + "X: a\u0007\r\n\r\n"),
        c("form feed in a value", 400, GET + "X: a\fb\r\n\r\n"),
        c("DEL in a value", 400, GET + "X: a\u007fb\r\n\r\n"),
        c("bare LF after a header", 400, GET + "X: a\nY: b\r\n\r\n"),
        c("bare LF after the line", 400, "GET /target HTTP/1.1\nHost: a\r\n\r\n"),
        c("bare LF at the end", 400, GET + "\n"),
        c("only bare LFs", 400, "GET /target HTTP/1.1\nHost: a\n\n"),
        c("CR CR LF", 400, GET + "X: a\r\r\n\r\n"),
        c("bare CR as a line end", 400, "GET /target HTTP/1.1\rHost: a\r\r"),
        c("a name of 300", 431, GET + "x".repeat(300) + ": a\r\n\r\n"),
        c("101 headers", 431, GET + "X: a\r\n".repeat(100) + "\r\n"),
        c("17 KB of headers", 431, GET + "X: " + "a".repeat(17 * 1024) + "\r\n\r\n"),
        // The request line.
        c("a line of 9 KB", 414, "GET /" + "a".repeat(9 * 1024) + " HTTP/1.1\r\n" + HOST + "\r\n"),
        c("HTTP/0.9", 400, "GET /target\r\n"),
        c("HTTP/1.2", 505, line("GET /target HTTP/1.2")),
        c("HTTP/2.0", 505, line("GET /target HTTP/2.0")),
        c("HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        c("HTTP/01.1", 400, line("GET /target HTTP/01.1")),
        c("http/1.1", 400, line("GET /target http/1.1")),
        c("ICY/1.1", 400, line("GET /target ICY/1.1")),
        c("space at the end", 400, line("GET /target HTTP/1.1 ")),
        c("space at the beginning", 400, line(" GET /target HTTP/1.1")),
        c("two spaces", 400, line("GET  /target HTTP/1.1")),
        c("two spaces before the version", 400, line("GET /target  HTTP/1.1")),
        c("tab", 400, line("GET\t/target HTTP/1.1")),
        c("tab before the version", 400, line("GET /target\tHTTP/1.1")),
        c("form feed", 400, line("GET\f/target HTTP/1.1")),
        c("CR between", 400, line("GET\r/target HTTP/1.1")),
        c("space in the target", 400, line("GET /target /smuggled HTTP/1.1")),
        c("NUL in the target", 400, line("GET /tar\0get HTTP/1.1")),
        c("control in the target", 400, line("GET /tar\u0001get HTTP/1.1")),
        c("UTF-8 in the target", 400, line("GET /t\u00c3\u00a4 HTTP/1.1")),
        c("fragment", 400, line("GET /target#top HTTP/1.1")),
        c("backslash", 400, line("GET /..\\target HTTP/1.1")),
        c("no target", 400, line("GET HTTP/1.1")),
        c("target without slash", 400, line("GET target HTTP/1.1")),
        c("another scheme", 400, line("GET ftp://a/target HTTP/1.1")),
        c("absolute of another host", 400, line("GET http://b/target HTTP/1.1")),
        c("absolute of another port", 400, line("GET http://a:81/target HTTP/1.1")),
        c("absolute with user", 400, line("GET http://u@a/target HTTP/1.1")),
        c("absolute without host", 400, line("GET http:///target HTTP/1.1")),
        c("absolute with two hosts", 400, line("GET http://b\\@a/target HTTP/1.1")),
        c("authority", 400, line("GET a:80 HTTP/1.1")),
        c("asterisk without OPTIONS", 400, line("GET * HTTP/1.1")),
        c("CONNECT", 501, line("CONNECT a:80 HTTP/1.1")),
        c("TRACE", 501, line("TRACE /target HTTP/1.1")),
        c("TRACK", 501, line("TRACK /target HTTP/1.1")),
        c("method in lower case", 400, line("get /target HTTP/1.1")),
        c("method with a colon", 400, line("GE:T /target HTTP/1.1")),
        c("method with NUL", 400, line("GE\0T /target HTTP/1.1")),
        c("method of 40", 400, line("G".repeat(40) + " /target HTTP/1.1")),
        // The host.
        c("no Host", 400, "GET /target HTTP/1.1\r\n\r\n"),
        c("two Hosts", 400, GET + HOST + "\r\n"),
        c("two Hosts in HTTP/1.0", 400, "GET /target HTTP/1.0\r\n" + HOST + HOST + "\r\n"),
        c("empty Host", 400, host("")),
        c("Host list", 400, host("a, b")),
        c("Host with space", 400, host("a b")),
        c("Host with slash", 400, host("a/b")),
        c("Host with user", 400, host("u@a")),
        c("Host with a port of letters", 400, host("a:b")),
        c("Host with port 65536", 400, host("a:65536")),
        c("Host not ASCII", 400, host("\u00e4")),
        c("Host half an IPv6 address", 400, host("[::1")),
        c("Expect something else", 417, GET + "Expect: 200-ok\r\n\r\n"),
        c("Expect twice", 417, GET + "Expect: 100-continue\r\nExpect: x\r\n\r\n"));
  }

  /** Refused in the middle of their body: the connection ends, and nothing after it is read. */
  public static List<Case> badBodies() {
    return List.of(
        c("size -1", 400, BODY + "-1\r\n"),
        c("size 0x2", 400, BODY + "0x2\r\n{}\r\n0\r\n\r\n"),
        c("size +2", 400, BODY + "+2\r\n{}\r\n0\r\n\r\n"),
        c("size with space before", 400, BODY + " 2\r\n{}\r\n0\r\n\r\n"),
        c("size with space after", 400, BODY + "2 \r\n{}\r\n0\r\n\r\n"),
        c("size with tab after", 400, BODY + "2\t\r\n{}\r\n0\r\n\r\n"),
        c("two sizes", 400, BODY + "2 2\r\n{}\r\n0\r\n\r\n"),
        c("size with NUL", 400, BODY + "2\0\r\n{}\r\n0\r\n\r\n"),
        c("size with VT", 400, BODY + "2\u000b\r\n{}\r\n0\r\n\r\n"),
        c("size with underscore", 400, BODY + "0_2\r\n{}\r\n0\r\n\r\n"),
        c("no size", 400, BODY + "\r\n{}\r\n0\r\n\r\n"),
        c("only an extension", 400, BODY + ";a=b\r\n{}\r\n0\r\n\r\n"),
        c("size 2^31", 400, BODY + "80000000\r\n{}\r\n"),
        c("size 2^32 + 2", 400, BODY + "100000002\r\n{}\r\n0\r\n\r\n"),
        c("size 2^64 + 2", 400, BODY + "10000000000000002\r\n{}\r\n0\r\n\r\n"),
        c("size of many zeros", 400, BODY + "0".repeat(20) + "2\r\n{}\r\n0\r\n\r\n"),
        c("bare LF after size", 400, BODY + "2\n{}\r\n0\r\n\r\n"),
        c("bare CR after size", 400, BODY + "2\r{}\r\n0\r\n\r\n"),
        c("no CR LF after data", 400, BODY + "2\r\n{}0\r\n\r\n"),
        c("LF after data", 400, BODY + "2\r\n{}\n0\r\n\r\n"),
        c("data longer than size", 400, BODY + "2\r\n{}}}\r\n0\r\n\r\n"),
        c("LF in an extension", 400, BODY + "2;a\nGET\r\n{}\r\n0\r\n\r\n"),
        c("CR in an extension", 400, BODY + "2;a\rb\r\n{}\r\n0\r\n\r\n"),
        c("NUL in an extension", 400, BODY + "2;a\0b\r\n{}\r\n0\r\n\r\n"),
        c("17 KB of extensions", 400, BODY + ("1;" + "a".repeat(1024) + "\r\n \r\n").repeat(17)),
        c("bare LF at the end", 400, BODY + "2\r\n{}\r\n0\r\n\n"),
        c("bare LF after the last size", 400, BODY + "2\r\n{}\r\n0\n\r\n"),
        c("trailer CL", 400, BODY + "2\r\n{}\r\n0\r\nContent-Length: 3\r\n\r\n"),
        c("trailer TE", 400, BODY + "2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        c("trailer Host", 400, BODY + "2\r\n{}\r\n0\r\nhost: b\r\n\r\n"),
        c("trailer folded", 400, BODY + "2\r\n{}\r\n0\r\nX: a\r\n b\r\n\r\n"),
        c("trailer without colon", 400, BODY + "2\r\n{}\r\n0\r\nX\r\n\r\n"),
        c("trailer with space before colon", 400, BODY + "2\r\n{}\r\n0\r\nX : y\r\n\r\n"),
        c("trailer with NUL", 400, BODY + "2\r\n{}\r\n0\r\nX: \0\r\n\r\n"));
  }

  /** Unusual and right: each is answered, and so is what comes after it on the connection. */
  public static List<Case> good() {
    String login = "{\"email\":\"nobody@example.com\",\"password\":\"wrong-password\"}";
    String size = Integer.toHexString(login.length());
    String chunk = login + "\r\n0\r\n\r\n";
    return List.of(
        c("nothing unusual", 404, GET + "\r\n"),
        c("CR LF before the line", 404, "\r\n\r\n" + GET + "\r\n"),
        c("no space after the colon", 404, "GET /target HTTP/1.1\r\nHost:a\r\n\r\n"),
        c("spaces and tabs around a value", 404, GET + "X: \t  a \t \r\n\r\n"),
        c("empty value", 404, GET + "X:\r\n\r\n"),
        c("tab within a value", 404, GET + "X: a\tb\r\n\r\n"),
        c("Latin-1 in a value", 404, GET + "X: \u00e4\r\n\r\n"),
        c("names in odd case", 404, "GET /target HTTP/1.1\r\nhOST: a\r\ncONTENT-lENGTH: 0\r\n\r\n"),
        c("every character of a name", 404, GET + "a!#$%&'*+-.^_`|~0: a\r\n\r\n"),
        c("100 headers", 404, GET + "X: a\r\n".repeat(99) + "\r\n"),
        c("Host with port", 404, host("example.com:8080")),
        c("Host IPv6", 404, host("[2001:db8::1]:8080")),
        c("Host with underscore", 404, host("my_service.example.com")),
        c("absolute of the same host", 404, line("GET http://A/target HTTP/1.1")),
        c("absolute without path", 404, line("GET http://a?q=1 HTTP/1.1")),
        c("absolute is served like origin", 200, line("GET http://a/health/live HTTP/1.1")),
        c("asterisk", 400, line("OPTIONS * HTTP/1.1")),
        c("query of odd characters", 404, line("GET /target?q={\"a\":[1|2]}&b=%23^`<> HTTP/1.1")),
        c("double slash", 404, line("GET //target HTTP/1.1")),
        c("a method nobody knows", 404, line("VERSION-CONTROL /target HTTP/1.1")),
        c("GET with a body", 404, GET + cl("5") + "\r\n12345"),
        c("CL with leading zeros", 404, POST + cl("0005") + "\r\n12345"),
        c("CL with spaces around", 404, POST + "Content-Length:  \t5 \r\n\r\n12345"),
        c("HTTP/1.0 kept alive", 404, "GET /target HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        c("h2c is not taken", 404, GET + upgrade("h2c") + "HTTP2-Settings: AAMAAABk\r\n\r\n"),
        c("another upgrade", 404, GET + upgrade("TLS/1.0") + "\r\n"),
        c("chunked", 401, BODY + size + "\r\n" + chunk),
        c("chunked in odd case", 401, BODY.replace("chunked", "cHuNkEd") + size + "\r\n" + chunk),
        c(
            "size in upper case",
            401,
            BODY + size.toUpperCase(java.util.Locale.ROOT) + "\r\n" + chunk),
        c("size with zeros", 401, BODY + "0000" + size + "\r\n" + chunk),
        c("extension", 401, BODY + size + ";a=b;c=\"d e\"\r\n" + chunk),
        c("extension after a space", 401, BODY + size + " ;a=b\r\n" + chunk),
        c("trailers", 401, BODY + size + "\r\n" + login + "\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n"),
        c("many small chunks", 401, BODY + small(login) + "0\r\n\r\n"));
  }

  private static String small(String text) {
    StringBuilder chunks = new StringBuilder();
    text.chars().forEach(c -> chunks.append("1\r\n").append((char) c).append("\r\n"));
    return chunks.toString();
  }

  private static String te(String value) {
    return POST + "Transfer-Encoding: " + value + "\r\n\r\n0\r\n\r\n";
  }

  private static String two(String first, String second) {
    return POST
        + "Transfer-Encoding: "
        + first
        + "\r\nTransfer-Encoding: "
        + second
        + "\r\n\r\n0\r\n\r\n";
  }

  private static String cl(String value) {
    return "Content-Length: " + value + "\r\n";
  }

  private static String nominate(String options) {
    return cl("5") + "Connection: " + options + "\r\n\r\n";
  }

  private static String line(String line) {
    return line + "\r\n" + HOST + "\r\n";
  }

  private static String host(String host) {
    return "GET /target HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  private static String upgrade(String to) {
    return "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + to + "\r\n";
  }
}
