package dev.sluice.edge.guard;

import java.util.Locale;

/** What can be wrong with a request before it has a route, and the status that says so. */
public enum Fault {
  /** Bytes that are not HTTP. */
  SYNTAX(400),
  /** Where the body ends can be read in two ways (RFC 9112, sections 6 and 7.1). */
  FRAMING(400),
  /** The request line: its spaces, its target. */
  TARGET(400),
  /** None, two, or one that is no host (RFC 9112, section 3.2). */
  HOST(400),
  /** {@code Connection} names a field that is not the connection's (RFC 9110, section 7.6.1). */
  CONNECTION(400),
  /** The head, or all of it up to now, took too long. */
  SLOW(408),
  /** The request line is too long. */
  LINE(414),
  /** {@code Expect} asks for something other than 100-continue (RFC 9110, section 10.1.1). */
  EXPECTATION(417),
  /** Too many header lines, or too long. */
  HEADERS(431),
  /** CONNECT, TRACE, TRACK. */
  METHOD(501),
  /** A transfer coding besides chunked (RFC 9112, section 6.1). */
  CODING(501),
  /** Anything but HTTP/1.0 and HTTP/1.1. */
  VERSION(505);

  private final int status;

  Fault(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** For metrics and logs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
