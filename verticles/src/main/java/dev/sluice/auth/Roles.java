package dev.sluice.auth;

import java.util.List;

/** What each role may do. */
final class Roles {
  static final String USER = "user";
  static final String ADMIN = "admin";

  private Roles() {}

  /** The permissions of all {@code roles} together; an unknown one has none. */
  static List<String> permissions(List<String> roles) {
    return roles.stream().flatMap(role -> of(role).stream()).distinct().toList();
  }

  private static List<String> of(String role) {
    return switch (role) {
      case USER -> List.of("read:orders", "write:orders", "read:audit");
      case ADMIN -> List.of("*:*");
      default -> List.of();
    };
  }
}
