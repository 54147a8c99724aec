package dev.sluice.contract;

import java.util.List;
import java.util.regex.Pattern;

/** The checks records make of themselves; each failure names the field and says what is right. */
final class Check {
  private Check() {}

  static <T> T present(String field, T value) {
    if (value == null) {
      throw Problem.field(field, "is missing");
    }
    return value;
  }

  static int range(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw Problem.field(field, "must be from " + min + " to " + max + ", was " + value);
    }
    return value;
  }

  /** Length in characters; the value itself is not repeated, it may be a secret. */
  static String text(String field, String value, int min, int max) {
    present(field, value);
    if (value.length() < min || value.length() > max) {
      throw Problem.field(
          field, "must have " + min + " to " + max + " characters, has " + value.length());
    }
    return value;
  }

  /**
   * Text that may be long: counted as it is written, in bytes of UTF-8, and without what cannot be
   * written down, NUL and halves of surrogate pairs.
   *
   * @return the number of bytes
   */
  static int document(String field, String value, int maxBytes) {
    present(field, value);
    long bytes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        throw Problem.field(
            field, "must be text; at " + i + " there is the character U+%04X".formatted((int) c));
      } else {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    if (bytes > maxBytes) {
      throw Problem.field(field, "must have at most " + maxBytes + " bytes, has " + bytes);
    }
    return (int) bytes;
  }

  static String matches(String field, String value, Pattern pattern, String meaning) {
    present(field, value);
    if (!pattern.matcher(value).matches()) {
      throw Problem.field(field, "must be " + meaning);
    }
    return value;
  }

  static <T> List<T> list(String field, List<T> value, int min, int max) {
    present(field, value);
    if (value.size() < min || value.size() > max) {
      throw Problem.field(
          field, "must have " + min + " to " + max + " entries, has " + value.size());
    }
    for (int i = 0; i < value.size(); i++) {
      present(field + "[" + i + "]", value.get(i));
    }
    return List.copyOf(value);
  }

  /** Lists of answers: absent means empty, so that a field may be added to an old contract. */
  static <T> List<T> copy(List<T> value) {
    return value == null ? List.of() : List.copyOf(value);
  }
}
