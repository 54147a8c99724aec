package dev.sluice.platform.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.regex.Pattern;

/**
 * Describes one component of a section's record. A component may be an {@code int}, {@code long},
 * {@code boolean}, {@code String}, {@code Duration}, an enum, a {@code List<String>}, another
 * record, a {@code List} of records, or a {@code Map<String, V>} whose keys the user chooses and
 * whose V is a record or one of the scalar types. Every component needs this annotation.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /**
   * {@link #unit} of an int or long that is a size and reads {@code 512KB} or {@code 10MB} (1 KB is
   * 1024 bytes).
   */
  String BYTES = "bytes";

  /** What the keys of a Map may be. */
  enum Keys {
    /** Names of the configuration's own things. */
    NAME("[A-Za-z0-9_.$*-]{1,200}", "names of letters, digits and _.-$*"),
    /** Names that go into addresses, metrics and logs. */
    ENTITY(
        "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}",
        "names of 1 to 100 letters, digits and _.- that begin with a letter or a digit"),
    /** Names of header fields: a token of RFC 9110, section 5.6.2. */
    TOKEN("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}", "names of header fields, such as X-Request-Id"),
    /** Any text. */
    TEXT("[^\\x00-\\x1f\\x7f]{1,200}", "names of 1 to 200 characters");

    private final Pattern pattern;
    private final String right;

    Keys(String pattern, String right) {
      this.pattern = Pattern.compile(pattern);
      this.right = right;
    }

    boolean allow(String name) {
      return pattern.matcher(name).matches();
    }

    /** As it is written in a JSON Schema too. */
    String pattern() {
      return pattern.pattern();
    }

    String right() {
      return right;
    }
  }

  /** One sentence: what it does. Ends up in docs/configuration.md. */
  String doc();

  /**
   * The default, written as a user would write it: {@code 8080}, {@code 5s}, {@code 10MB}, {@code
   * true}, {@code a, b}. For a Map it is YAML in flow style, such as {@code {free: {rate: 10}, pro:
   * {rate: 100}}}. Empty is right only for String ("not set"), List, Map and nested records (which
   * have their own defaults). A List of records has no other default than empty.
   */
  String def() default "";

  /**
   * Smallest right value: of a number itself, of a Duration in milliseconds, of a size in bytes, of
   * a String in characters, of a List in entries, of a Map the one of each scalar value. Numbers,
   * durations and sizes must declare it.
   */
  long min() default Long.MIN_VALUE;

  /**
   * Largest right value, in the units of {@link #min}. Numbers, durations and sizes must declare
   * it.
   */
  long max() default Long.MAX_VALUE;

  /** {@link #BYTES} makes a number a size. Any other text is only shown in the reference. */
  String unit() default "";

  /** The right keys of a Map. */
  Keys keys() default Keys.NAME;

  /** The only right values of a String or of the entries of a List; empty: any. */
  String[] allowed() default {};

  /**
   * Whether the value is never shown, and may come from a file named by {@code SLUICE_<KEY>_FILE}.
   */
  boolean secret() default false;
}
