package dev.sluice.edge.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The country of each address, out of a file of comma-separated values. A line is {@code
 * first,last,CC} or {@code network,CC}, values may stand in quotes, and what follows the country is
 * not looked at; the six columns of the old GeoIP files ({@code first,last,number,number,CC,name})
 * are understood as well. IPv4 and IPv6 may be mixed. Sorted arrays and a binary search: 18 bytes a
 * line of IPv4. Immutable.
 */
final class CountryTable {
  private static final int MOST_LINES = 4_000_000;
  private static final int COUNTRY = 26 * 26;

  /** No country is known; also the answer for an address that is in no line. */
  static final int UNKNOWN = -1;

  private final long[] first4;
  private final long[] last4;
  private final short[] country4;
  private final long[] first6; // the high and the low half, one after the other
  private final long[] last6;
  private final short[] country6;

  private record Range4(long first, long last, short country) {}

  /** Halves of addresses; the numbers have no sign. */
  private record Range6(
      long firstHigh, long firstLow, long lastHigh, long lastLow, short country) {}

  private CountryTable(List<Range4> four, List<Range6> six) {
    four.sort(Comparator.comparingLong(Range4::first));
    six.sort((a, b) -> compare(a.firstHigh, a.firstLow, b.firstHigh, b.firstLow));
    first4 = four.stream().mapToLong(Range4::first).toArray();
    last4 = four.stream().mapToLong(Range4::last).toArray();
    country4 = new short[four.size()];
    for (int i = 0; i < country4.length; i++) {
      country4[i] = four.get(i).country;
    }
    first6 = six.stream().flatMapToLong(r -> LongStream.of(r.firstHigh, r.firstLow)).toArray();
    last6 = six.stream().flatMapToLong(r -> LongStream.of(r.lastHigh, r.lastLow)).toArray();
    country6 = new short[six.size()];
    for (int i = 0; i < country6.length; i++) {
      country6[i] = six.get(i).country;
    }
  }

  /** Blocks. An IOException names the line that is wrong, and what would have been right. */
  static CountryTable read(BufferedReader file) throws IOException {
    List<Range4> four = new ArrayList<>();
    List<Range6> six = new ArrayList<>();
    int number = 0;
    for (String line = file.readLine(); line != null; line = file.readLine()) {
      number++;
      if (number > MOST_LINES) {
        throw new IOException("it has more than " + MOST_LINES + " lines");
      }
      if (!line.isBlank() && line.charAt(0) != '#') {
        try {
          add(line, four, six);
        } catch (IllegalArgumentException e) {
          throw new IOException(
              "line %d is '%s'; expected first,last,CC or network,CC: %s"
                  .formatted(
                      number, line.length() > 80 ? line.substring(0, 80) : line, e.getMessage()),
              e);
        }
      }
    }
    if (four.isEmpty() && six.isEmpty()) {
      throw new IOException("it has no line with addresses and a country");
    }
    return new CountryTable(four, six);
  }

  private static void add(String line, List<Range4> four, List<Range6> six) {
    String[] values = line.split(",", -1);
    for (int i = 0; i < values.length; i++) {
      values[i] = unquoted(values[i].strip());
    }
    byte[] first;
    byte[] last;
    String name;
    if (values.length >= 2 && values[0].indexOf('/') > 0) {
      Network network = Network.parse(values[0]);
      first = network.first();
      last = network.last();
      name = values[1];
    } else if (values.length >= 3) {
      first = Network.bytes(values[0]);
      last = Network.bytes(values[1]);
      name = values.length >= 6 && isNumber(values[2]) ? values[4] : values[2];
    } else {
      throw new IllegalArgumentException("there are fewer than three values");
    }
    if (first == null || last == null || first.length != last.length) {
      throw new IllegalArgumentException("first and last are two addresses of one kind");
    }
    if (Arrays.compareUnsigned(first, last) > 0) {
      throw new IllegalArgumentException("first is not after last");
    }
    int country = name.equals("-") || name.equals("") ? UNKNOWN : code(name);
    if (country == UNKNOWN) {
      return; // reserved networks are in some of these files
    }
    if (first.length == 4) {
      four.add(new Range4(number(first), number(last), (short) country));
    } else {
      six.add(
          new Range6(
              half(first, 0), half(first, 8), half(last, 0), half(last, 8), (short) country));
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** Two letters as a number; throws IllegalArgumentException for anything else. */
  static int code(String name) {
    if (name.length() == 2) {
      int high = (name.charAt(0) & ~0x20) - 'A';
      int low = (name.charAt(1) & ~0x20) - 'A';
      if (high >= 0 && high < 26 && low >= 0 && low < 26) {
        return 26 * high + low;
      }
    }
    throw new IllegalArgumentException("a country is two letters, such as DE, not '" + name + "'");
  }

  /** How many codes there can be. */
  static int codes() {
    return COUNTRY;
  }

  private static long number(byte[] address) {
    return number(address, 0, address.length);
  }

  private static long half(byte[] address, int from) {
    return number(address, from, from + 8);
  }

  private static long number(byte[] address, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = (number << 8) | (address[i] & 0xff);
    }
    return number;
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    int byHigh = Long.compareUnsigned(high, otherHigh);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
  }

  int lines() {
    return country4.length + country6.length;
  }

  /** The country of an address as {@link #code} makes it, or {@link #UNKNOWN}. */
  int country(String address) {
    if (address.indexOf(':') < 0) {
      return country(Ipv4.parse(address));
    }
    byte[] bytes = Network.bytes(address);
    if (bytes == null) {
      return UNKNOWN;
    }
    return bytes.length == 4 ? country(number(bytes)) : country(bytes);
  }

  private int country(long address) {
    int at = Arrays.binarySearch(first4, address);
    at = at < 0 ? -at - 2 : at;
    return at >= 0 && address <= last4[at] ? country4[at] : UNKNOWN;
  }

  private int country(byte[] address) {
    long high = half(address, 0);
    long low = half(address, 8);
    int from = 0;
    int to = country6.length; // the first line that begins after the address
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (compare(first6[2 * middle], first6[2 * middle + 1], high, low) <= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    int at = from - 1;
    return at >= 0 && compare(high, low, last6[2 * at], last6[2 * at + 1]) <= 0
        ? country6[at]
        : UNKNOWN;
  }
}
