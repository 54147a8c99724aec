package dev.sluice.peers.orders;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/** A token with the claims, and so about the length, of those that Sluice gives an account. */
final class OwnToken {
  private OwnToken() {}

  static String sign(RSAKey key, String issuer, Instant now) {
    UUID account = UUID.randomUUID();
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .issuer(issuer)
            .subject(account.toString())
            .claim("user_id", account.toString())
            .claim("email", "load@example.com")
            .claim("sid", UUID.randomUUID().toString())
            .id(UUID.randomUUID().toString())
            .issuedAt(now)
            .expiresAt(now.plus(Duration.ofDays(1)))
            .claim("roles", List.of("user"))
            .claim("permissions", List.of("read:orders", "write:orders"))
            .claim("scopes", List.of("read:api", "write:api"))
            .claim("metadata", Map.of("tier", "free"))
            .build();
    return new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(key)))
        .encode(
            JwtEncoderParameters.from(
                JwsHeader.with(SignatureAlgorithm.RS256).keyId(key.getKeyID()).build(), claims))
        .getTokenValue();
  }
}
