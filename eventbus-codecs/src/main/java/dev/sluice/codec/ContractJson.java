package dev.sluice.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mappers: tolerant between our own nodes, of which some are newer; strict towards clients,
 * whose typing errors should not pass for defaults. Enums are lower case, times ISO-8601, absent
 * and null are the same.
 */
public final class ContractJson {
  /** Deeper documents are refused before they are built; no contract is half as deep. */
  public static final int MAX_DEPTH = 32;

  private static final int MAX_DIGITS = 40;
  private static final Pattern WHERE = Pattern.compile("(?s)( \\(start marker at|\n).*");
  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '([^']{1,200})'");

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(MAX_DIGITS)
          .build();

  private static final ObjectMapper TOLERANT =
      common(JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build()))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final ObjectMapper WIRE =
      common(CBORMapper.builder(CBORFactory.builder().streamReadConstraints(LIMITS).build()))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final ObjectMapper STRICT = strictMapper();

  private ContractJson() {}

  /** JSON as our own nodes write it to Kafka and to tables: unknown fields are passed over. */
  public static ObjectMapper tolerant() {
    return TOLERANT;
  }

  /** JSON as clients send it. Read with it, and turn what it throws with {@link #failure}. */
  public static ObjectMapper strict() {
    return STRICT;
  }

  /** The form between nodes. To have JSON on the wire instead, return {@code TOLERANT}. */
  static ObjectMapper wire() {
    return WIRE;
  }

  /** What to tell a client whose JSON could not be read: which field, and what would be right. */
  public static Failure failure(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof StreamConstraintsException) {
        return Problem.INVALID.because(
            "The body is too deep, or has too long a number or text: at most "
                + (MAX_DEPTH + " levels and " + MAX_DIGITS + " digits"));
      }
      if (cause instanceof JsonParseException parse && parse.getOriginalMessage() != null) {
        Matcher twice = DUPLICATE.matcher(parse.getOriginalMessage());
        if (twice.lookingAt()) {
          return Problem.field(twice.group(1), "must be given once");
        }
      }
    }
    if (!(e instanceof JsonMappingException mapping)) {
      return Problem.INVALID.because("The body is not well-formed JSON: " + firstLine(e));
    }
    String path = path(mapping);
    for (Throwable cause = mapping.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof Failure failure) {
        return failure.under(path);
      }
    }
    if (mapping instanceof UnrecognizedPropertyException unknown) {
      return Problem.field(
          path,
          "is not a field here; known are "
              + unknown.getKnownPropertyIds().stream().sorted().toList());
    }
    if (mapping.getCause() instanceof InputCoercionException number) {
      return Problem.field(path, "must be " + expected(number.getTargetType()));
    }
    if (mapping instanceof InvalidFormatException format) {
      return Problem.field(path, "must be " + expected(format.getTargetType()));
    }
    if (mapping instanceof MismatchedInputException mismatch) {
      return path.isEmpty()
          ? Problem.INVALID.because("The body must be " + expected(mismatch.getTargetType()))
          : Problem.field(path, "must be " + expected(mismatch.getTargetType()));
    }
    return path.isEmpty()
        ? Problem.INVALID.because("The body is not well-formed JSON: " + firstLine(e))
        : Problem.field(path, "could not be read: " + firstLine(e));
  }

  private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B common(B builder) {
    return builder
        .addModule(new JavaTimeModule())
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .configure(EnumFeature.WRITE_ENUMS_TO_LOWERCASE, true)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
  }

  private static ObjectMapper strictMapper() {
    ObjectMapper mapper =
        common(JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build()))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    // ALLOW_COERCION_OF_SCALARS leaves numbers and booleans into strings open.
    mapper
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return mapper;
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      } else {
        path.append('[').append(step.getIndex()).append(']');
      }
    }
    return path.toString();
  }

  private static String expected(Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type.isEnum()) {
      String[] names =
          Arrays.stream(type.getEnumConstants())
              .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT))
              .toArray(String[]::new);
      return "one of " + String.join(", ", names);
    }
    if (type == UUID.class) {
      return "a UUID such as 0190f3c2-7c1a-7000-8000-000000000000";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a whole number in range";
    }
    if (Iterable.class.isAssignableFrom(type)) {
      return "an array";
    }
    if (type == java.time.Duration.class) {
      return "an ISO-8601 duration such as PT1S or PT15M";
    }
    if (java.time.temporal.TemporalAccessor.class.isAssignableFrom(type)) {
      return "an ISO-8601 time such as 2026-01-31T12:00:00Z";
    }
    return "an object";
  }

  private static String firstLine(IOException e) {
    String message =
        e instanceof com.fasterxml.jackson.core.JsonProcessingException j
            ? j.getOriginalMessage()
            : e.getMessage();
    // What follows is where, in terms of the parser's own classes.
    return WHERE.matcher(message).replaceFirst("");
  }

  /** Whether these bytes are JSON (a brace) rather than CBOR: either may come from another node. */
  static boolean looksLikeJson(byte first) {
    return first == '{';
  }

  static JsonParser parser(byte[] bytes) throws IOException {
    ObjectMapper mapper = bytes.length > 0 && looksLikeJson(bytes[0]) ? TOLERANT : WIRE;
    return mapper.createParser(bytes);
  }
}
