package dev.sluice.edge.guard;

/** Dotted addresses as numbers, without anything in between. */
final class Ipv4 {
  private Ipv4() {}

  /** 0 to 2^32-1, or -1 for what is no address of four decimal numbers. */
  static long parse(String text) {
    long address = 0;
    int part = 0;
    int digits = 0;
    int parts = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '.' : text.charAt(i);
      if (c >= '0' && c <= '9' && digits < 3) {
        part = 10 * part + c - '0';
        digits++;
      } else if (c == '.' && digits > 0 && part <= 255 && parts < 4) {
        address = (address << 8) | part;
        parts++;
        part = 0;
        digits = 0;
      } else {
        return -1;
      }
    }
    return parts == 4 ? address : -1;
  }
}
