package dev.sluice.platform.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * A setting that is one value: its type, its limits, how it is read and what to say when it is
 * wrong.
 */
final class Scalar implements Shape {

  enum Kind {
    INT,
    LONG,
    SIZE,
    DURATION,
    BOOLEAN,
    TEXT,
    TEXTS,
    CHOICE
  }

  private final Kind kind;
  private final Class<?> type;
  private final Setting setting;
  private final String preset;

  private Scalar(Kind kind, Class<?> type, Setting setting, String preset) {
    this.kind = kind;
    this.type = type;
    this.setting = setting;
    this.preset = preset;
  }

  /**
   * The scalar for a Java type, List standing for List of String; empty when the type is no scalar.
   *
   * @param preset the default; for the values of a Map it is empty, since their annotation holds
   *     the one of the Map
   */
  static Optional<Scalar> of(Class<?> type, Setting setting, String preset) {
    boolean size = setting.unit().equals(Setting.BYTES);
    Kind kind = null;
    if (type == int.class || type == Integer.class) {
      kind = size ? Kind.SIZE : Kind.INT;
    } else if (type == long.class || type == Long.class) {
      kind = size ? Kind.SIZE : Kind.LONG;
    } else if (type == boolean.class || type == Boolean.class) {
      kind = Kind.BOOLEAN;
    } else if (type == String.class) {
      kind = Kind.TEXT;
    } else if (type == Duration.class) {
      kind = Kind.DURATION;
    } else if (type == List.class) {
      kind = Kind.TEXTS;
    } else if (type.isEnum()) {
      kind = Kind.CHOICE;
    }
    return kind == null ? Optional.empty() : Optional.of(new Scalar(kind, type, setting, preset));
  }

  Kind kind() {
    return kind;
  }

  Setting setting() {
    return setting;
  }

  /** The only right values, as they are written; empty: any. */
  List<String> options() {
    return kind == Kind.CHOICE
        ? Arrays.stream(type.getEnumConstants()).map(Scalar::choice).toList()
        : List.of(setting.allowed());
  }

  boolean isList() {
    return kind == Kind.TEXTS;
  }

  boolean isSecret() {
    return setting.secret();
  }

  /** What is read when nothing is written. */
  String preset() {
    return preset;
  }

  /** Whether the type asks for limits and the annotation lacks one of them. */
  boolean lacksLimits() {
    boolean wanted =
        switch (kind) {
          case INT, LONG, SIZE, DURATION -> true;
          case BOOLEAN, TEXT, TEXTS, CHOICE -> false;
        };
    return wanted && (setting.min() == Long.MIN_VALUE || setting.max() == Long.MAX_VALUE);
  }

  /** The value written by this text; empty when it is not right. */
  Optional<Object> read(String text) {
    return switch (kind) {
      case INT, LONG -> inLimits(wholeNumber(text)).map(this::boxed);
      case SIZE -> inLimits(Amounts.bytes(text)).map(this::boxed);
      case DURATION -> inLimits(Amounts.millis(text)).map(Duration::ofMillis);
      case BOOLEAN ->
          text.equals("true") || text.equals("false")
              ? Optional.of(Boolean.valueOf(text))
              : Optional.empty();
      case TEXT -> isRightText(text) ? Optional.of(text) : Optional.empty();
      case TEXTS -> read(split(text));
      case CHOICE ->
          Arrays.stream(type.getEnumConstants())
              .filter(c -> choice(c).equals(text))
              .map(Object.class::cast)
              .findFirst();
    };
  }

  /** The value written by a list; empty when this is no list or one of the entries is not right. */
  Optional<Object> read(List<String> texts) {
    boolean right =
        isList()
            && texts.size() >= setting.min()
            && texts.size() <= setting.max()
            && texts.stream().allMatch(this::isAllowed);
    return right ? Optional.of(List.copyOf(texts)) : Optional.empty();
  }

  /** What would be right, as the end of a sentence: {@code a whole number from 1 to 65535}. */
  String right() {
    return switch (kind) {
      case INT, LONG -> "a whole number" + range(Long::toString);
      case SIZE -> "a size" + range(Amounts::size) + ", such as 512KB or 10MB";
      case DURATION ->
          "a duration" + range(Amounts::duration) + ", such as 250ms, 5s, 2m, 1h or 7d";
      case BOOLEAN -> "true or false";
      case TEXT -> setting.allowed().length > 0 ? choices() : "a text" + counted("characters");
      case TEXTS ->
          "a list"
              + counted("entries")
              + (setting.allowed().length > 0 ? ", each " + choices() : "");
      case CHOICE -> choices();
    };
  }

  /** The limits alone, for the reference: {@code 1 to 65535}; empty when there are none. */
  String limits() {
    String text =
        switch (kind) {
          case INT, LONG -> range(Long::toString).replaceFirst("^ from ", "");
          case SIZE -> range(Amounts::size).replaceFirst("^ from ", "");
          case DURATION -> range(Amounts::duration).replaceFirst("^ from ", "");
          case BOOLEAN -> "true, false";
          case TEXT ->
              setting.allowed().length > 0
                  ? String.join(", ", setting.allowed())
                  : counted("characters").replaceFirst("^ of ", "");
          case TEXTS ->
              setting.allowed().length > 0
                  ? choices()
                  : counted("entries").replaceFirst("^ of ", "");
          case CHOICE -> choices().replaceFirst("^one of ", "");
        };
    return text.strip();
  }

  private Object boxed(long number) {
    // Two statements, because a conditional expression would turn the int back into a long.
    if (isInt()) {
      return (int) number;
    }
    return number;
  }

  private Optional<Long> inLimits(OptionalLong number) {
    return number.isPresent() && number.getAsLong() >= min() && number.getAsLong() <= max()
        ? Optional.of(number.getAsLong())
        : Optional.empty();
  }

  private boolean isInt() {
    return type == int.class || type == Integer.class;
  }

  long min() {
    return isInt() ? Math.max(setting.min(), Integer.MIN_VALUE) : setting.min();
  }

  long max() {
    return isInt() ? Math.min(setting.max(), Integer.MAX_VALUE) : setting.max();
  }

  private boolean isRightText(String text) {
    if (text.isEmpty() && preset.isEmpty()) {
      return true; // "not set", which is what the default says
    }
    int length = text.codePointCount(0, text.length());
    return length >= setting.min() && length <= setting.max() && isAllowed(text);
  }

  private boolean isAllowed(String text) {
    return setting.allowed().length == 0 || Arrays.asList(setting.allowed()).contains(text);
  }

  private static OptionalLong wholeNumber(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  private String range(LongFunction<String> format) {
    boolean below = min() != Long.MIN_VALUE;
    boolean above = max() != Long.MAX_VALUE;
    if (below && above) {
      return " from " + format.apply(min()) + " to " + format.apply(max());
    }
    return (below ? " from " + format.apply(min()) : "")
        + (above ? " up to " + format.apply(max()) : "");
  }

  private String counted(String things) {
    boolean below = setting.min() != Long.MIN_VALUE;
    boolean above = setting.max() != Long.MAX_VALUE;
    if (below && above) {
      return " of " + setting.min() + " to " + setting.max() + " " + things;
    }
    if (below) {
      return " of at least " + setting.min() + " " + things;
    }
    return above ? " of at most " + setting.max() + " " + things : "";
  }

  private String choices() {
    return "one of " + String.join(", ", options());
  }

  private static String choice(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }
}
