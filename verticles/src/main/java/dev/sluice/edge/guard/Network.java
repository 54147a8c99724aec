package dev.sluice.edge.guard;

import io.netty.util.NetUtil;
import java.util.Arrays;

/**
 * All addresses that begin with the same bits, such as {@code 10.0.0.0/8}, {@code fd00::/8} or the
 * one address {@code 192.0.2.7}.
 */
public final class Network {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private final byte[] address;
  private final int prefix;

  private Network(byte[] address, int prefix) {
    this.address = address;
    this.prefix = prefix;
  }

  /** Throws IllegalArgumentException for what is neither an address nor a network. */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("'" + text + "' is no address or network");
    }
    int bits = address.length * 8;
    int prefix = bits;
    if (slash >= 0) {
      String digits = text.substring(slash + 1);
      prefix = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
    }
    if (prefix < 1 || prefix > bits) {
      throw new IllegalArgumentException("the prefix in '" + text + "' is not of 1 to " + bits);
    }
    return new Network(address, prefix);
  }

  /** Whether the address, of 4 or 16 bytes, is one of these. */
  public boolean contains(byte[] other) {
    if (other.length != address.length) {
      return false;
    }
    int whole = prefix / 8;
    int rest = prefix % 8;
    return Arrays.equals(address, 0, whole, other, 0, whole)
        && (rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0);
  }

  boolean isIpv4() {
    return address.length == IPV4_BYTES;
  }

  /** How many bits they begin with. */
  int prefix() {
    return prefix;
  }

  /** The bit at a place, 0 being the first. */
  int bit(int place) {
    return bit(address, place);
  }

  static int bit(byte[] address, int place) {
    return (address[place >> 3] >> (7 - (place & 7))) & 1;
  }

  /** The first and the last address. */
  byte[] first() {
    return end((byte) 0);
  }

  byte[] last() {
    return end((byte) 0xff);
  }

  private byte[] end(byte filled) {
    byte[] end = address.clone();
    for (int i = 0; i < end.length; i++) {
      int kept = Math.min(8, Math.max(0, prefix - 8 * i));
      int mask = 0xff << (8 - kept);
      end[i] = (byte) ((end[i] & mask) | (filled & ~mask));
    }
    return end;
  }

  /**
   * 4 or 16, null for what is no address; an IPv4 address written as IPv6 is one of 4. Never asks a
   * name server.
   */
  public static byte[] bytes(String literal) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
    return bytes == null ? null : plain(bytes);
  }

  /** The 4 bytes of an IPv4 address written as IPv6; any other address as it is. */
  static byte[] plain(byte[] bytes) {
    if (bytes.length != IPV6_BYTES) {
      return bytes;
    }
    for (int i = 0; i < IPV6_BYTES - IPV4_BYTES; i++) {
      if (bytes[i] != (i < 10 ? 0 : (byte) 0xff)) {
        return bytes;
      }
    }
    return Arrays.copyOfRange(bytes, IPV6_BYTES - IPV4_BYTES, IPV6_BYTES);
  }
}
