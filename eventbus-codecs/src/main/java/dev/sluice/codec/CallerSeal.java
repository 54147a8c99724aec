package dev.sluice.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a caller for its way to another node, and checks the signature there: {@code
 * base64url(json) . expiry . base64url(HMAC-SHA-256)} under the cluster's shared secret. Without
 * it, whoever reaches the bus port could be anybody.
 *
 * <p>A seal holds for a minute and is made once per caller and half minute; checked seals are
 * remembered until they end. Both memories are bounded: when full they are emptied, which costs one
 * HMAC a caller and nothing else. Clocks of nodes may differ by {@link #SKEW_SECONDS}.
 */
public final class CallerSeal {
  /** The shortest secret accepted: 256 bits written in base64 or hex have more. */
  public static final int MIN_SECRET = 32;

  static final int SKEW_SECONDS = 30;
  private static final int HOLDS_SECONDS = 60;
  private static final int REMEMBERED = 10_000;
  private static final int MAX_LENGTH = 16 * 1024;

  private static final System.Logger LOG = System.getLogger(CallerSeal.class.getName());
  private static final long WARN_EVERY_SECONDS = 10;

  private static final ObjectReader READER = ContractJson.tolerant().readerFor(Caller.class);
  private static final ObjectWriter WRITER = ContractJson.tolerant().writerFor(Caller.class);

  private record Checked(Caller caller, long expiry) {}

  private record Made(String seal, long expiry) {}

  private final SecretKeySpec key;
  private final LongSupplier epochSeconds;
  private final AtomicLong warnedAt = new AtomicLong();
  private final ConcurrentHashMap<Caller, Made> made = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Checked> checked = new ConcurrentHashMap<>();

  /**
   * @param secret at least {@link #MIN_SECRET} characters, the same on every node of the cluster
   * @param epochSeconds the wall clock
   */
  public CallerSeal(String secret, LongSupplier epochSeconds) {
    if (secret.length() < MIN_SECRET) {
      throw new IllegalArgumentException(
          "the cluster secret must have at least " + MIN_SECRET + " characters");
    }
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.epochSeconds = epochSeconds;
  }

  String seal(Caller caller) throws JsonProcessingException {
    long now = epochSeconds.getAsLong();
    Made known = made.get(caller);
    if (known != null && known.expiry - now > HOLDS_SECONDS / 2) {
      return known.seal;
    }
    long expiry = now + HOLDS_SECONDS;
    String signed = base64(WRITER.writeValueAsBytes(caller)) + "." + expiry;
    String seal = signed + "." + base64(mac(signed));
    if (made.size() >= REMEMBERED) {
      made.clear();
    }
    made.put(caller, new Made(seal, expiry));
    return seal;
  }

  /**
   * The caller under a seal.
   *
   * @throws Failure UNAVAILABLE when the seal is broken, foreign or too old
   */
  Caller open(String seal) {
    long now = epochSeconds.getAsLong();
    Checked known = checked.get(seal);
    if (known == null) {
      known = check(seal);
      if (checked.size() >= REMEMBERED) {
        checked.clear();
      }
      checked.put(seal, known);
    }
    if (known.expiry + SKEW_SECONDS < now || known.expiry > now + HOLDS_SECONDS + SKEW_SECONDS) {
      throw refused("is too old, or the clocks of the nodes differ by more than 30 s");
    }
    return known.caller;
  }

  private Checked check(String seal) {
    int second = seal.lastIndexOf('.');
    int first = second < 0 ? -1 : seal.lastIndexOf('.', second - 1);
    if (first < 0 || seal.length() > MAX_LENGTH) {
      throw refused("is malformed");
    }
    try {
      byte[] given = Base64.getUrlDecoder().decode(seal.substring(second + 1));
      if (!MessageDigest.isEqual(given, mac(seal.substring(0, second)))) {
        throw refused("does not hold; do all nodes have the same node.secret?");
      }
      long expiry = Long.parseLong(seal.substring(first + 1, second));
      Caller caller = READER.readValue(Base64.getUrlDecoder().decode(seal.substring(0, first)));
      return new Checked(caller, expiry);
    } catch (IOException | IllegalArgumentException e) {
      throw refused("is malformed");
    }
  }

  /**
   * An operator's mistake, not a client's: the client is told that it is not served, the log why.
   */
  private Failure refused(String why) {
    long now = epochSeconds.getAsLong();
    long last = warnedAt.get();
    if (now - last >= WARN_EVERY_SECONDS && warnedAt.compareAndSet(last, now)) {
      LOG.log(System.Logger.Level.WARNING, "a call from another node is refused: its seal " + why);
    }
    return Problem.UNAVAILABLE.because("the nodes of this cluster do not trust each other");
  }

  private byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
