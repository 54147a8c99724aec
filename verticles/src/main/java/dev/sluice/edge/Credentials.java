package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Finds out who asks: a token in {@code Authorization: Bearer}, a key in {@code X-API-Key}, or
 * nobody. With both, the token says who and the key says in which tier. Whether that somebody may
 * is for {@link Endpoint#requires} to say.
 */
final class Credentials implements Step {
  private static final CharSequence API_KEY = HttpHeaders.createOptimized("X-API-Key");
  private static final String BEARER = "Bearer ";

  private final Tokens tokens;
  private final ApiKeys keys;
  private final Addresses addresses;
  private final Limits limits;

  Credentials(Tokens tokens, ApiKeys keys, Addresses addresses, Limits limits) {
    this.tokens = tokens;
    this.addresses = addresses;
    this.keys = keys;
    this.limits = limits;
  }

  static boolean shown(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.AUTHORIZATION)
        || request.headers().contains(API_KEY);
  }

  @Override
  public boolean request(Exchange exchange) {
    String authorization = exchange.request.getHeader(HttpHeaders.AUTHORIZATION);
    String key = exchange.request.getHeader(API_KEY);
    if ((authorization == null && key == null) || !exchange.endpoint.limited()) {
      return true; // nobody, or a probe, which is answered whoever asks
    }
    if (key != null && addresses.guesses(exchange.address()) && !keys.remembers(key)) {
      exchange.fail(tooManyGuesses());
      return false;
    }
    Future<Client> known = authorization == null ? keys.resolve(key) : token(authorization);
    if (authorization != null && key != null) {
      known =
          Future.all(known, keys.resolve(key))
              .map(both -> inTier(both.resultAt(0), both.resultAt(1)));
    }
    if (known.succeeded()) {
      exchange.client = known.result();
      return true;
    }
    known.onComplete(
        (client, failure) -> {
          if (failure == null) {
            exchange.client = client;
            exchange.proceed();
          } else if (failure instanceof Failure f && f.problem() == Problem.UNAUTHENTICATED) {
            if (key != null) {
              addresses.wasWrong(
                  exchange.address()); // a wrong token has cost the auth room nothing
            }
            limits.wrongCredentials(exchange, failure);
          } else {
            limits.wrongCredentials(exchange, failure); // it has cost as much
          }
        });
    return false;
  }

  private static Failure tooManyGuesses() {
    return Problem.LIMITED
        .because("too many wrong credentials came from this address")
        .retryAfter(Addresses.WHILE);
  }

  private Future<Client> token(String authorization) {
    return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? tokens.verify(authorization.substring(BEARER.length()).trim())
        : Future.failedFuture(
            Problem.UNAUTHENTICATED.because("'Authorization' must be 'Bearer <token>'"));
  }

  private static Client inTier(Client client, Client key) {
    Caller user = client.caller();
    Caller both =
        new Caller(
            user.kind(),
            user.userId(),
            user.id(),
            user.email(),
            user.roles(),
            user.permissions(),
            key.caller().tier());
    // Counted as the key: many accounts do not make its limit larger.
    return new Client(both, client.user(), key.key(), key.bucket());
  }
}
