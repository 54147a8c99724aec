package dev.sluice.edge.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value with {@code {name}}s in it, taken apart once. Braces around anything that is no name are
 * themselves.
 */
final class ValueTemplate {
  private static final Pattern NAME = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_.-]*)}");
  private static final int LITERAL = -1;
  private static final int REST = -2;
  private static final int CLIENT_IP = -3;
  private static final int CLIENT_SUBJECT = -4;
  private static final int REQUEST_ID = -5;

  private final List<Piece> pieces;
  private final String constant; // null if there is a name in it
  private final String encodedConstant;

  /**
   * @param source an index of a parameter, or one of the above
   */
  private record Piece(int source, String literal, String encoded) {}

  private ValueTemplate(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
    boolean fixed = pieces.stream().allMatch(piece -> piece.source == LITERAL);
    this.constant = fixed ? joined(pieces, false) : null;
    this.encodedConstant = fixed ? joined(pieces, true) : null;
  }

  /**
   * @param parameters the names in the route's path, in order
   * @throws IllegalArgumentException if a name in it is not known
   */
  static ValueTemplate of(String where, String template, List<String> parameters) {
    List<Piece> pieces = new ArrayList<>();
    Matcher names = NAME.matcher(template);
    int at = 0;
    while (names.find()) {
      addLiteral(template.substring(at, names.start()), pieces);
      pieces.add(new Piece(source(where, names.group(1), parameters), null, null));
      at = names.end();
    }
    addLiteral(template.substring(at), pieces);
    return new ValueTemplate(pieces);
  }

  /** For a header field: one line of printable ASCII. Null if something in it is not known. */
  String header(TemplateValues values) {
    if (constant != null) {
      return constant;
    }
    StringBuilder text = new StringBuilder(64);
    for (Piece piece : pieces) {
      String value = piece.source == LITERAL ? piece.literal : value(piece.source, values);
      if (value == null) {
        return null;
      }
      text.append(piece.source == LITERAL ? value : PercentCoding.printable(value));
    }
    return text.toString();
  }

  /** For a query: percent-encoded. Null if something in it is not known. */
  String encoded(TemplateValues values) {
    if (encodedConstant != null) {
      return encodedConstant;
    }
    StringBuilder text = new StringBuilder(64);
    for (Piece piece : pieces) {
      if (piece.source == LITERAL) {
        text.append(piece.encoded);
        continue;
      }
      String value = value(piece.source, values);
      if (value == null) {
        return null;
      }
      // Raw, a segment of a path may have '&' and '=' in it, which would be parameters here.
      boolean raw = piece.source >= 0 || piece.source == REST;
      text.append(PercentCoding.encode(raw ? PercentCoding.decode(value, false) : value));
    }
    return text.toString();
  }

  private static String value(int source, TemplateValues values) {
    return switch (source) {
      case REST -> values.rest();
      case CLIENT_IP -> values.host();
      case CLIENT_SUBJECT -> values.subject();
      case REQUEST_ID -> values.correlationId();
      default -> values.parameters().get(source);
    };
  }

  private static int source(String where, String name, List<String> parameters) {
    return switch (name) {
      case "rest" -> REST;
      case "client.ip" -> CLIENT_IP;
      case "client.subject" -> CLIENT_SUBJECT;
      case "request.id" -> REQUEST_ID;
      default -> {
        int index = parameters.indexOf(name);
        if (index < 0) {
          throw new IllegalArgumentException(
              where
                  + ": '{"
                  + name
                  + "}' is none of the route's parameters "
                  + parameters
                  + ", and none of rest, client.ip, client.subject and request.id");
        }
        yield index;
      }
    };
  }

  private static void addLiteral(String text, List<Piece> pieces) {
    if (!text.isEmpty()) {
      pieces.add(new Piece(LITERAL, text, PercentCoding.encode(text)));
    }
  }

  private static String joined(List<Piece> pieces, boolean encoded) {
    StringBuilder text = new StringBuilder();
    pieces.forEach(piece -> text.append(encoded ? piece.encoded : piece.literal));
    return text.toString();
  }
}
