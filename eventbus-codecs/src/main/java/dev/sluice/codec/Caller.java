package dev.sluice.codec;

import java.util.List;
import java.util.UUID;

/**
 * On whose behalf something is asked.
 *
 * @param userId the account, or null for {@link Kind#ANONYMOUS} and {@link Kind#NODE}
 * @param id who exactly: a session for a user, a key's id, a node's name; for logs and limits
 * @param email only for users
 * @param permissions as {@code action:resource}; {@code *} on either side matches all
 * @param tier the rate-limit tier
 */
public record Caller(
    Kind kind,
    UUID userId,
    String id,
    String email,
    List<String> roles,
    List<String> permissions,
    String tier) {

  /** What kind of credentials stand behind a caller. */
  public enum Kind {
    ANONYMOUS,
    USER,
    KEY,
    NODE
  }

  public static final Caller ANONYMOUS =
      new Caller(Kind.ANONYMOUS, null, "anonymous", null, List.of(), List.of(), "free");

  public Caller {
    roles = List.copyOf(roles);
    permissions = List.copyOf(permissions);
  }

  /** A node speaking for itself; it may do everything. */
  public static Caller node(String name) {
    return new Caller(Kind.NODE, null, name, null, List.of(), List.of("*:*"), "internal");
  }

  /** {@code write:orders} is granted by itself, {@code write:*}, {@code write} or {@code *:*}. */
  public boolean may(String permission) {
    int colon = permission.indexOf(':');
    String action = colon < 0 ? permission : permission.substring(0, colon);
    for (String granted : permissions) {
      if (granted.equals(permission)
          || granted.equals("*:*")
          || granted.equals(action)
          || (granted.endsWith(":*")
              && granted.length() == action.length() + 2
              && granted.startsWith(action))) {
        return true;
      }
    }
    return false;
  }
}
