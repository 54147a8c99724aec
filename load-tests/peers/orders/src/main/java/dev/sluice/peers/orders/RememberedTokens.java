package dev.sluice.peers.orders;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/**
 * Does not check a signature twice within a minute, as Sluice does not; the end of the token is
 * looked at every time.
 */
final class RememberedTokens implements ReactiveJwtDecoder {
  private static final int MOST = 20_000;

  private final ReactiveJwtDecoder decoder;
  private final InstantSource clock;
  private final Cache<String, Jwt> checked;

  RememberedTokens(ReactiveJwtDecoder decoder, Duration remember, InstantSource clock) {
    this.decoder = decoder;
    this.clock = clock;
    this.checked =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(remember)
            .executor(Runnable::run)
            .build();
  }

  @Override
  public Mono<Jwt> decode(String token) {
    Jwt known = checked.getIfPresent(token);
    if (known == null) {
      return decoder.decode(token).doOnNext(jwt -> checked.put(token, jwt));
    }
    Instant end = known.getExpiresAt();
    return end != null && end.isAfter(clock.instant())
        ? Mono.just(known)
        : Mono.error(() -> new BadJwtException("the access token has expired"));
  }
}
