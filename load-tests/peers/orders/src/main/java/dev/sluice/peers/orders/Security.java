package dev.sluice.peers.orders;

import com.nimbusds.jose.jwk.RSAKey;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.HeaderSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.LogoutSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.RequestCacheSpec;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtGrantedAuthoritiesConverterAdapter;
import org.springframework.security.web.server.SecurityWebFilterChain;

/**
 * Who may do what: a bearer token signed with RS256, its issuer and end, and a permission for each
 * request. What an API without sessions and browsers does not need is off.
 */
@Configuration(proxyBeanMethods = false)
class Security {
  private static final String ORDERS = "/api/v1/orders";
  private static final int BITS = 2048;

  @Bean
  SecurityWebFilterChain chain(ServerHttpSecurity http) {
    return http.csrf(CsrfSpec::disable)
        .logout(LogoutSpec::disable)
        .requestCache(RequestCacheSpec::disable)
        // Sluice's answers have none of these either.
        .headers(HeaderSpec::disable)
        .authorizeExchange(
            requests ->
                requests
                    .pathMatchers(HttpMethod.POST, ORDERS)
                    .hasAuthority("write:orders")
                    .pathMatchers(HttpMethod.GET, ORDERS + "/*")
                    .hasAuthority("read:orders")
                    .anyExchange()
                    .denyAll())
        .oauth2ResourceServer(
            server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(permissions())))
        .build();
  }

  /** The claim that has them in Sluice's tokens. */
  private static ReactiveJwtAuthenticationConverter permissions() {
    JwtGrantedAuthoritiesConverter claim = new JwtGrantedAuthoritiesConverter();
    claim.setAuthoritiesClaimName("permissions");
    claim.setAuthorityPrefix("");
    ReactiveJwtAuthenticationConverter converter = new ReactiveJwtAuthenticationConverter();
    converter.setJwtGrantedAuthoritiesConverter(
        new ReactiveJwtGrantedAuthoritiesConverterAdapter(claim));
    return converter;
  }

  @Bean
  RSAKey ownKey() throws NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    KeyPair pair = generator.generateKeyPair();
    return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
        .privateKey(pair.getPrivate())
        .keyID("own")
        .build();
  }

  @Bean
  ReactiveJwtDecoder decoder(
      RSAKey ownKey,
      InstantSource clock,
      @Value("${jwks}") String jwks,
      @Value("${issuer}") String issuer,
      @Value("${remember-tokens}") Duration remember)
      throws Exception {
    NimbusReactiveJwtDecoder decoder =
        jwks.isEmpty()
            ? NimbusReactiveJwtDecoder.withPublicKey(ownKey.toRSAPublicKey()).build()
            : NimbusReactiveJwtDecoder.withJwkSetUri(jwks).build();
    decoder.setJwtValidator(JwtValidators.createDefaultWithIssuer(issuer));
    return remember.isZero() ? decoder : new RememberedTokens(decoder, remember, clock);
  }

  /** Says a token that is good for a day; none is made when somebody else's are taken. */
  @Bean
  @Order(2)
  ApplicationRunner ownToken(
      RSAKey ownKey,
      InstantSource clock,
      @Value("${jwks}") String jwks,
      @Value("${issuer}") String issuer) {
    return arguments -> {
      if (jwks.isEmpty()) {
        System.out.println("token " + OwnToken.sign(ownKey, issuer, clock.instant()));
      }
    };
  }
}
