package dev.sluice.edge.guard;

import java.util.Arrays;
import java.util.List;

/**
 * Networks that are allowed and networks that are denied, of which the most exact one that an
 * address belongs to decides. A trie by bits, one for IPv4 and one for IPv6, in plain arrays: a
 * look-up takes as many steps as the longest prefix has bits, however many networks there are, and
 * one of IPv4 allocates nothing. Immutable.
 */
final class Networks {
  private static final byte NOTHING = 0;
  private static final byte ALLOWED = 1;
  private static final byte DENIED = 2;

  private final Trie ipv4 = new Trie();
  private final Trie ipv6 = new Trie();
  private final boolean allowedByDefault;

  /**
   * Throws IllegalArgumentException for what is no network. Where both have the same one, it is
   * denied.
   *
   * @param allow who may come; empty: everybody
   */
  Networks(List<String> allow, List<String> deny) {
    allow.forEach(network -> add(network, ALLOWED));
    deny.forEach(network -> add(network, DENIED));
    allowedByDefault = allow.isEmpty();
  }

  private void add(String text, byte verdict) {
    Network network = Network.parse(text);
    (network.isIpv4() ? ipv4 : ipv6).add(network, verdict);
  }

  /**
   * Whether an address may come; one that is none, such as a host name, may only if nobody has to
   * be on a list.
   */
  boolean allows(String address) {
    byte verdict;
    if (address.indexOf(':') < 0) {
      long bits = Ipv4.parse(address);
      verdict = bits < 0 ? NOTHING : ipv4.find(bits);
    } else {
      byte[] bytes = Network.bytes(address);
      verdict = bytes == null ? NOTHING : bytes.length == 4 ? ipv4.find(bytes) : ipv6.find(bytes);
    }
    return verdict == ALLOWED || (verdict == NOTHING && allowedByDefault);
  }

  /** Two children a node, 0 for none; the root is node 0. */
  private static final class Trie {
    private int[] children = new int[2];
    private byte[] verdicts = new byte[1];
    private int nodes = 1;

    void add(Network network, byte verdict) {
      int node = 0;
      for (int place = 0; place < network.prefix(); place++) {
        int child = 2 * node + network.bit(place);
        if (children[child] == 0) {
          if (nodes == verdicts.length) {
            children = Arrays.copyOf(children, 4 * nodes);
            verdicts = Arrays.copyOf(verdicts, 2 * nodes);
          }
          children[child] = nodes++;
        }
        node = children[child];
      }
      verdicts[node] = (byte) Math.max(verdicts[node], verdict);
    }

    byte find(long bits) {
      byte found = NOTHING;
      int node = 0;
      for (int place = 31; place >= 0; place--) {
        node = children[2 * node + (int) (bits >> place & 1)];
        if (node == 0) {
          break;
        }
        found = verdicts[node] == NOTHING ? found : verdicts[node];
      }
      return found;
    }

    byte find(byte[] address) {
      byte found = NOTHING;
      int node = 0;
      for (int place = 0; place < 8 * address.length; place++) {
        node = children[2 * node + Network.bit(address, place)];
        if (node == 0) {
          break;
        }
        found = verdicts[node] == NOTHING ? found : verdicts[node];
      }
      return found;
    }
  }
}
