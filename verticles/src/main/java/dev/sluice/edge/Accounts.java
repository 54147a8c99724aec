package dev.sluice.edge;

import dev.sluice.contract.Contract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names the account a request is for without naming its owner: an address is kept nowhere, only an
 * HMAC of it under the secret of the nodes, which nobody else can compute from a list of addresses.
 * One an event loop.
 */
final class Accounts {
  private static final String FIELD = "email";
  private static final String ALGORITHM = "HmacSHA256";

  /** Of 32; enough that no two accounts share a bucket. */
  private static final int BYTES = 16;

  private final Mac mac;

  Accounts(String secret) {
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(
          new SecretKeySpec(
              ("account in limits:" + secret).getBytes(StandardCharsets.UTF_8), ALGORITHM));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** Whether requests of this type name an account. */
  static boolean named(Class<? extends Contract> contract) {
    return accessor(contract) != null;
  }

  /** Such as {@code account:0123...}; null for a request that names none. */
  String of(Contract request) {
    Method accessor = accessor(request.getClass());
    if (accessor == null) {
      return null;
    }
    try {
      String email = String.valueOf(accessor.invoke(request)).strip().toLowerCase(Locale.ROOT);
      byte[] hash = mac.doFinal(email.getBytes(StandardCharsets.UTF_8));
      return "account:" + HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("contracts are public, and their accessors only read", e);
    }
  }

  private static Method accessor(Class<? extends Contract> contract) {
    for (RecordComponent field : contract.getRecordComponents()) {
      if (field.getName().equals(FIELD) && field.getType() == String.class) {
        return field.getAccessor();
      }
    }
    return null;
  }
}
