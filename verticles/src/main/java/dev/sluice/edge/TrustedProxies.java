package dev.sluice.edge;

import dev.sluice.edge.guard.Network;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
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

  private final List<Network> networks;
  private final EdgeConfig.ProxyHeader header;

  TrustedProxies(List<String> networks, EdgeConfig.ProxyHeader header) {
    this.networks = networks.stream().map(Network::parse).toList();
    this.header = header;
  }

  /**
   * @param peer the address at the other end of the connection
   * @return the client's, in the usual form of its kind
   */
  String client(String peer, MultiMap headers) {
    if (networks.isEmpty() && peer.indexOf(':') < 0) {
      return peer; // the common case, for which nothing is to be made
    }
    byte[] address = Network.bytes(peer);
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

  /** Whether there are any. */
  boolean any() {
    return !networks.isEmpty();
  }

  boolean trusts(String peer) {
    if (networks.isEmpty()) {
      return false;
    }
    byte[] address = Network.bytes(peer);
    return address != null && trusts(address);
  }

  /** Whether it is one of ours; an address of 4 or 16 bytes. */
  boolean trusts(byte[] address) {
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
      return end > 0 && isPort(node.substring(end + 1))
          ? Network.bytes(node.substring(1, end))
          : null;
    }
    int colon = node.indexOf(':');
    boolean port = colon > 0 && colon == node.lastIndexOf(':');
    if (port) {
      return isPort(node.substring(colon)) ? Network.bytes(node.substring(0, colon)) : null;
    }
    return Network.bytes(node);
  }

  /** Such as {@code :4711}, or nothing. RFC 7239 allows a made-up one, such as {@code :_x}. */
  private static boolean isPort(String text) {
    return text.isEmpty() || PORT.matcher(text).matches();
  }

  private static String text(byte[] address) {
    return NetUtil.bytesToIpAddress(address);
  }
}
