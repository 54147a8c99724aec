package dev.sluice.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.codec.Caller;
import dev.sluice.contract.Auth;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks access tokens on one event loop, without asking anybody. Make one an event loop: JWTAuth
 * holds a lock while it verifies.
 *
 * <p>Before any cryptography a token must be short, in three parts, and signed with RS256 by a key
 * we know; JWTAuth itself would take an unsigned token when it has no keys, a token without an end,
 * and one with critical extensions it does not understand. What was checked is remembered for at
 * most a minute; end and session are looked at every time.
 */
final class Tokens {
  private static final int LONGEST = 4096;
  private static final int REMEMBERED = 20_000;
  private static final int LEEWAY_SECONDS = 30;
  private static final Duration REMEMBER = Duration.ofMinutes(1);

  private record Checked(Client client, long expiresAt) {}

  private final Vertx vertx;
  private final KeyRing ring;
  private final Time time;
  private final String issuer;
  private final Cache<String, Checked> checked;
  private List<Auth.Jwk> keys = List.of();
  private JWTAuth verifier;

  Tokens(Vertx vertx, KeyRing ring, Time time, String issuer) {
    this.vertx = vertx;
    this.ring = ring;
    this.time = time;
    this.issuer = issuer;
    this.checked =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(REMEMBER)
            .ticker(time::nanos)
            .executor(Runnable::run)
            .build();
  }

  /** Whose token it is; fails with UNAUTHENTICATED, or UNAVAILABLE while no keys are known. */
  Future<Client> verify(String token) {
    try {
      Optional<Client> client = check(token);
      return client.isPresent()
          ? Future.succeededFuture(client.get())
          : Loop.here(ring.refresh())
              .transform(asked -> Future.succeededFuture(afterRefresh(token)));
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
  }

  private Client afterRefresh(String token) {
    return check(token)
        .orElseThrow(
            () ->
                ring.keys().isEmpty()
                    ? Problem.UNAVAILABLE
                        .because("tokens cannot be checked until the auth room has given its keys")
                        .retryAfter(Duration.ofSeconds(1))
                    : wrong("is signed with an unknown key"));
  }

  /** Empty when its key is not known (yet). */
  private Optional<Client> check(String token) {
    Checked known = checked.getIfPresent(token);
    if (known == null) {
      if (!signedByAKnownKey(token)) {
        return Optional.empty();
      }
      known = verifySignature(token);
      checked.put(token, known);
    }
    if (known.expiresAt <= time.now().getEpochSecond()) {
      throw wrong("has expired");
    }
    if (ring.hasEnded(known.client.caller().id())) {
      throw wrong("belongs to a session that was ended");
    }
    return Optional.of(known.client);
  }

  private boolean signedByAKnownKey(String token) {
    int dot = token.indexOf('.');
    int second = token.indexOf('.', dot + 1);
    if (token.length() > LONGEST || dot < 1 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw wrong("is malformed");
    }
    JsonObject header;
    try {
      header =
          new JsonObject(
              new String(
                  Base64.getUrlDecoder().decode(token.substring(0, dot)), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | DecodeException e) {
      throw wrong("is malformed");
    }
    if (!"RS256".equals(header.getValue("alg")) || header.containsKey("crit")) {
      throw wrong("is not signed with RS256");
    }
    useNewKeys();
    Object kid = header.getValue("kid");
    return keys.stream().anyMatch(key -> key.kid().equals(kid));
  }

  private void useNewKeys() {
    List<Auth.Jwk> current = ring.keys();
    if (current == keys || current.isEmpty()) {
      return;
    }
    // Tokens come from other nodes, whose clocks may be ahead. The end is checked here, exactly.
    JWTAuthOptions options =
        new JWTAuthOptions()
            .setJWTOptions(new JWTOptions().setIssuer(issuer).setLeeway(LEEWAY_SECONDS));
    current.forEach(key -> options.addJwk(JsonObject.mapFrom(key)));
    verifier = JWTAuth.create(vertx, options);
    keys = current;
    checked.invalidateAll();
  }

  private Checked verifySignature(String token) {
    try {
      // It throws, rather than failing its future, when a claim is of a wrong type.
      Future<User> verified = verifier.authenticate(new TokenCredentials(token));
      if (!verified.succeeded()) {
        throw wrong("is not valid, or has expired");
      }
      JsonObject claims = verified.result().attributes().getJsonObject("accessToken");
      Long expiresAt = claims.getLong("exp");
      UUID subject = UUID.fromString(claims.getString("sub"));
      JsonObject metadata = claims.getJsonObject("metadata", new JsonObject());
      if (expiresAt == null) {
        throw wrong("has no end");
      }
      Caller caller =
          new Caller(
              Caller.Kind.USER,
              subject,
              claims.getString("sid", ""),
              claims.getString("email"),
              texts(claims.getJsonArray("roles")),
              texts(claims.getJsonArray("permissions")),
              metadata.getString("tier", ""));
      return new Checked(Client.of(caller), expiresAt);
    } catch (ClassCastException | IllegalArgumentException | NullPointerException e) {
      throw wrong("lacks claims");
    }
  }

  private static List<String> texts(JsonArray array) {
    return array == null ? List.of() : array.stream().map(String.class::cast).toList();
  }

  private static Failure wrong(String why) {
    return Problem.UNAUTHENTICATED.because("the access token " + why);
  }
}
