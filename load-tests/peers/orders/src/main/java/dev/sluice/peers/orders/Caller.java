package dev.sluice.peers.orders;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Who asks.
 *
 * @param all whether the orders of others are seen too
 */
record Caller(UUID userId, boolean all) {

  static Caller of(Jwt token) {
    Collection<String> permissions = token.getClaimAsStringList("permissions");
    return new Caller(
        UUID.fromString(token.getSubject()),
        (permissions == null ? List.of() : permissions).contains("admin:orders"));
  }
}
