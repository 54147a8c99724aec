package dev.sluice.edge;

import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds a client's address behind the proxies that are ours. Each proxy adds whom it heard from at
 * the right end, so the list is walked from there, and what stands to the left of the first address
 * that is not ours is what that address claims: it is not looked at. From a peer that is not ours
 * no header is believed at all.
 *
 * <p>Only one header is read, the one our proxies write: the other one they may pass on as the
 * client made it up.
 */
final class TrustedProxies {
  private static final Pattern PORT = Pattern.compile(":(\\d{1,5}|_[A-Za-z0-9._-]{1,15})");

  /** Proxies in a row that are looked at; the list could be as long as the headers may be. */
  static final int MOST_HOPS = 20;

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private final List<Network> networks;
  private final EdgeConfig.ProxyHeader header;

  /** All addresses that begin with the same bits. */
  private static final class Network {
    private final byte[] address;
    private final int prefix;

    private Network(byte[] address, int prefix) {
      this.address = address;
      this.prefix = prefix;
    }

    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = prefix / 8;
      int rest = prefix % 8;
      return Arrays.equals(address, 0, whole, other, 0, whole)
          && (rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0);
    }
  }

  TrustedProxies(List<String> networks, EdgeConfig.ProxyHeader header) {
    this.networks = networks.stream().map(TrustedProxies::network).toList();
    this.header = header;
  }

  /** Throws IllegalArgumentException for what is neither an address nor a network. */
  static void check(String network) {
    Object parsed = network(network);
    assert parsed != null;
  }

  /**
   * @param peer the address at the other end of the connection
   * @return the client's, in the usual form of its kind
   */
  String client(String peer, MultiMap headers) {
    if (networks.isEmpty() && peer.indexOf(':') < 0) {
      return peer; // the common case, for which nothing is to be made
    }
    byte[] address = bytes(peer);
    if (networks.isEmpty() || address == null || !trusts(address)) {
      return address == null ? peer : text(address);
    }
    List<String> hops = hops(headers.getAll(header.field()));
    for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MOST_HOPS); i--) {
      byte[] hop = node(hops.get(i));
      if (hop == null) {
        break; // whoever wrote this, the one to its right is the last we know of
      }
      address = hop;
      if (!trusts(hop)) {
        break;
      }
    }
    return text(address);
  }

  private boolean trusts(byte[] address) {
    for (Network network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** The nodes named, over all lines, the nearest last; null for an element that names none. */
  private List<String> hops(List<String> lines) {
    List<String> hops = new ArrayList<>();
    for (String line : lines) {
      if (header == EdgeConfig.ProxyHeader.FORWARDED) {
        split(line, ',').forEach(element -> hops.add(forNode(element)));
      } else {
        // There are no quotes here: one a client wrote must not hide what our proxy added.
        for (String element : line.split(",", -1)) {
          hops.add(element.strip());
        }
      }
    }
    return hops;
  }

  /** The value of {@code for=} in an element of {@code Forwarded} (RFC 7239, section 4). */
  private static String forNode(String element) {
    for (String pair : split(element, ';')) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase("for")) {
        String value = pair.substring(equals + 1).strip();
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
      }
    }
    return null;
  }

  /** Splits, but not within quotes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(begin, i));
        begin = i + 1;
      }
    }
    parts.add(text.substring(begin));
    return parts;
  }

  /** An address, which may have a port, and brackets if it is IPv6; null for anything else. */
  private static byte[] node(String node) {
    if (node == null || node.isEmpty()) {
      return null;
    }
    if (node.charAt(0) == '[') {
      int end = node.indexOf(']');
      return end > 0 && isPort(node.substring(end + 1)) ? bytes(node.substring(1, end)) : null;
    }
    int colon = node.indexOf(':');
    boolean port = colon > 0 && colon == node.lastIndexOf(':');
    if (port) {
      return isPort(node.substring(colon)) ? bytes(node.substring(0, colon)) : null;
    }
    return bytes(node);
  }

  /** Such as {@code :4711}, or nothing. RFC 7239 allows a made-up one, such as {@code :_x}. */
  private static boolean isPort(String text) {
    return text.isEmpty() || PORT.matcher(text).matches();
  }

  private static Network network(String text) {
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

  /** 4 or 16; an IPv4 address written as IPv6 is one of 4. Never asks a name server. */
  static byte[] bytes(String literal) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
    if (bytes == null || bytes.length != IPV6_BYTES) {
      return bytes;
    }
    for (int i = 0; i < IPV6_BYTES - IPV4_BYTES; i++) {
      if (bytes[i] != (i < 10 ? 0 : (byte) 0xff)) {
        return bytes;
      }
    }
    return Arrays.copyOfRange(bytes, IPV6_BYTES - IPV4_BYTES, IPV6_BYTES);
  }

  private static String text(byte[] address) {
    return NetUtil.bytesToIpAddress(address);
  }
}
