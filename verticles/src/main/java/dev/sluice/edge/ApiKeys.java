package dev.sluice.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.codec.Caller;
import dev.sluice.contract.Auth;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whom an API key stands for, by its SHA-256, as the auth room answered it. One a node, used by all
 * event loops. An answer is used for a minute (so a key taken away works that long); while the auth
 * room cannot be asked, an hour: after the first failure the old answer is given at once, and the
 * room is asked again behind it. Unknown keys are remembered for five seconds.
 */
final class ApiKeys {
  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration STALE = Duration.ofHours(1);
  private static final Duration UNKNOWN = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int MOST = 100_000;
  private static final int LONGEST = 200;

  /**
   * What is known of a key.
   *
   * @param client null for a key nobody has
   * @param learnt when the auth room said so
   * @param askAgain from when on it is to be asked again
   * @param doubted whether it was asked again since, in vain
   */
  private record Known(Client client, long learnt, long askAgain, boolean doubted) {}

  private final Bus bus;
  private final Time time;
  private final Cache<String, Known> known;
  private final Map<String, Future<Known>> asked = new ConcurrentHashMap<>();

  ApiKeys(Bus bus, Time time) {
    this.bus = bus;
    this.time = time;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(STALE)
            .ticker(time::nanos)
            .executor(Runnable::run)
            .build();
  }

  /**
   * The caller; fails with UNAUTHENTICATED for a key nobody has, UNAVAILABLE when it is not known.
   */
  Future<Client> resolve(String key) {
    if (key.isEmpty() || key.length() > LONGEST) {
      return Future.failedFuture(wrong());
    }
    String hash = sha256(key);
    long now = time.nanos();
    Known cached = known.getIfPresent(hash);
    if (cached != null && now - cached.askAgain < 0) {
      return result(cached);
    }
    boolean usable =
        cached != null && cached.client != null && now - cached.learnt < STALE.toNanos();
    Future<Known> answer = usable ? ask(hash).otherwise(failure -> doubt(hash, cached)) : ask(hash);
    return usable && cached.doubted ? result(cached) : answer.compose(ApiKeys::result);
  }

  /** Whether {@link #resolve} can answer without asking. */
  boolean remembers(String key) {
    return key.length() <= LONGEST && known.getIfPresent(sha256(key)) != null;
  }

  /** Many requests with one key that is not cached ask once. */
  private Future<Known> ask(String hash) {
    Promise<Known> mine = Promise.promise();
    Future<Known> others = asked.putIfAbsent(hash, mine.future());
    if (others != null) {
      return Loop.here(others);
    }
    bus.request(new Auth.ResolveKey(hash))
        .map(ApiKeys::client)
        .recover(
            failure ->
                failure instanceof Failure f && f.problem() == Problem.NOT_FOUND
                    ? Future.succeededFuture(null)
                    : Future.failedFuture(failure))
        .map(client -> learn(hash, client))
        .onComplete(
            done -> {
              asked.remove(hash);
              mine.handle(done);
            });
    return mine.future();
  }

  private Known learn(String hash, Client client) {
    long now = time.nanos();
    Duration good = client == null ? UNKNOWN : FRESH;
    Known fresh = new Known(client, now, now + good.toNanos(), false);
    known.put(hash, fresh);
    return fresh;
  }

  private Known doubt(String hash, Known old) {
    Known doubted = new Known(old.client, old.learnt, time.nanos() + AGAIN.toNanos(), true);
    known.put(hash, doubted);
    return doubted;
  }

  private static Future<Client> result(Known known) {
    return known.client == null
        ? Future.failedFuture(wrong())
        : Future.succeededFuture(known.client);
  }

  private static Client client(Auth.Key key) {
    return Client.of(
        new Caller(
            Caller.Kind.KEY,
            key.ownerId(),
            key.keyId().toString(),
            null,
            List.of(),
            key.permissions(),
            key.tier()));
  }

  private static Failure wrong() {
    return Problem.UNAUTHENTICATED.because("the key in 'X-API-Key' is not valid");
  }

  private static String sha256(String key) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
