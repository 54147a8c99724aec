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
