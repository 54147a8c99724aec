package dev.sluice.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.sluice.contract.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * bcrypt over base64(HMAC-SHA-384(pepper, password)): bcrypt itself cuts a password at 72 bytes,
 * the digest has 64 characters whatever went in. The work is done on threads of its own; Vert.x
 * lets as much wait for those as there is memory, so a counter in front refuses what would wait too
 * long.
 */
final class Passwords {
  /** HMAC wants some key; without a pepper this one, which is no secret. */
  private static final String NO_PEPPER = "sluice";

  private static final Duration BUSY = Duration.ofSeconds(2);

  private final WorkerExecutor threads;
  private final int most;
  private final int cost;
  private final String pepper;
  private final AtomicInteger admitted = new AtomicInteger();

  Passwords(Vertx vertx, AuthConfig config) {
    this.threads =
        vertx.createSharedWorkerExecutor("sluice-passwords", config.threads(), 1, TimeUnit.MINUTES);
    this.most = config.threads() + config.hashQueue();
    this.cost = config.bcryptCost();
    this.pepper = config.pepper().isEmpty() ? NO_PEPPER : config.pepper();
  }

  Future<String> hash(String password) {
    return admit(() -> BCrypt.withDefaults().hashToString(cost, digest(password)));
  }

  /**
   * Whether this is the password. Without a stored hash it takes as long and says no, so that the
   * time does not tell whether the account exists.
   *
   * @param stored the account's hash, or null if there is no account
   */
  Future<Boolean> matches(String password, String stored) {
    return admit(
        () -> {
          if (stored == null) {
            BCrypt.withDefaults().hashToString(cost, digest(password));
            return false;
          }
          return BCrypt.verifyer().verify(digest(password), stored.toCharArray()).verified;
        });
  }

  private <T> Future<T> admit(Callable<T> work) {
    if (admitted.incrementAndGet() > most) {
      admitted.decrementAndGet();
      return Future.failedFuture(
          Problem.UNAVAILABLE.because("too many logins at once").retryAfter(BUSY));
    }
    return threads.executeBlocking(work, false).onComplete(done -> admitted.decrementAndGet());
  }

  /** Work that waits or is being done now. */
  int waiting() {
    return admitted.get();
  }

  Future<Void> close() {
    return threads.close();
  }

  private char[] digest(String password) {
    byte[] mac = Secrets.hmac("HmacSHA384", pepper, password);
    return new String(Base64.getEncoder().encode(mac), StandardCharsets.US_ASCII).toCharArray();
  }
}
