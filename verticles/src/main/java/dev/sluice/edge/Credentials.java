package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.edge.guard.ClientCertificates;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

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

  /** Whether there are any that the endpoint looks at. */
  static boolean shown(Exchange exchange) {
    int accepts = exchange.endpoint.accepts();
    MultiMap headers = exchange.request.headers();
    return ((accepts & Endpoint.TOKEN) != 0 && headers.contains(HttpHeaders.AUTHORIZATION))
        || ((accepts & Endpoint.KEY) != 0 && headers.contains(API_KEY))
        || ((accepts & Endpoint.CERTIFICATE) != 0
            && ClientCertificates.of(exchange.request.connection()) != null);
  }

  @Override
  public boolean request(Exchange exchange) {
    int accepts = exchange.endpoint.accepts();
    if (accepts == 0) {
      return true;
    }
    String authorization =
        (accepts & Endpoint.TOKEN) != 0
            ? exchange.request.getHeader(HttpHeaders.AUTHORIZATION)
            : null;
    String key = (accepts & Endpoint.KEY) != 0 ? exchange.request.getHeader(API_KEY) : null;
    if (authorization == null && key == null) {
      if ((accepts & Endpoint.CERTIFICATE) != 0) {
        byCertificate(exchange);
      }
      return true;
    }
    if (!exchange.endpoint.limited()) {
      return true; // a probe, which is answered whoever asks
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

  private static void byCertificate(Exchange exchange) {
    ClientCertificates.Identity shown = ClientCertificates.of(exchange.request.connection());
    if (shown != null) {
      exchange.client = Client.of(shown);
    }
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
    return new Client(both, client.user(), key.key(), key.bucket(), client.identity());
  }
}
