package dev.sluice.contract;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** What can be asked of, and heard from, the auth room. */
public sealed interface Auth extends Contract {
  /**
   * Enough to catch typing errors, and what no database can keep; whether it exists only a mail can
   * tell. At most 254 characters (RFC 5321).
   */
  Pattern EMAIL =
      Pattern.compile(
          "(?=.{1,254}$)[^@\\s\\p{Cc}\\p{Cs}]{1,64}@[^@\\s\\p{Cc}\\p{Cs}]{1,185}\\.[^@\\s.\\p{Cc}\\p{Cs}]{2,63}");

  /** Opens an account with tier {@code free} and role {@code user}. */
  @Requires(Requires.ANYONE)
  record Register(String email, String password) implements Auth, Request<User> {
    public Register {
      email = normal(email);
      Check.text("password", password, 10, 1024);
    }

    @Override
    public String toString() {
      return "Register[email=***, password=***]";
    }
  }

  @Requires(Requires.ANYONE)
  record Login(String email, String password) implements Auth, Request<Tokens> {
    public Login {
      email = normal(email);
      Check.text("password", password, 1, 1024);
    }

    @Override
    public String toString() {
      return "Login[email=***, password=***]";
    }
  }

  /** Trades a refresh token, once, for a new pair. */
  @Requires(Requires.ANYONE)
  record RefreshToken(String refreshToken) implements Auth, Request<Tokens> {
    public RefreshToken {
      Check.text("refreshToken", refreshToken, 20, 200);
    }

    @Override
    public String toString() {
      return "RefreshToken[***]";
    }
  }

  /** Ends the session the caller's access token belongs to. */
  @Requires(Requires.SIGNED_IN)
  @Idempotent
  record Logout() implements Auth, Request<LoggedOut> {}

  /** Who the caller is. */
  @Requires(Requires.SIGNED_IN)
  @Idempotent
  record Me() implements Auth, Request<User> {}

  /**
   * Whom an API key stands for.
   *
   * @param sha256 lower-case hex of the SHA-256 of the key; the key itself stays at the edge
   */
  @Requires(Requires.NODE)
  @Idempotent
  record ResolveKey(String sha256) implements Auth, Request<Key> {
    public ResolveKey {
      Check.text("sha256", sha256, 64, 64);
    }
  }

  /** The public keys that access tokens are signed with, for JWKS and for the edges. */
  @Requires(Requires.ANYONE)
  @Idempotent
  record PublicKeys() implements Auth, Request<KeySet> {}

  /** Sessions ended so lately that an access token of theirs may still be running. */
  @Requires(Requires.NODE)
  @Idempotent
  record EndedSessions() implements Auth, Request<Sessions> {}

  /**
   * @param tier {@code free}, {@code pro}, {@code enterprise} or {@code internal}
   */
  record User(
      UUID id,
      @MayBeAbsent String email,
      List<String> roles,
      String tier,
      @MayBeAbsent Instant createdAt)
      implements Auth {
    public User {
      roles = Check.copy(roles);
    }
  }

  /**
   * @param tokenType always {@code Bearer}
   * @param expiresIn seconds until the access token ends
   */
  record Tokens(String accessToken, String refreshToken, String tokenType, long expiresIn)
      implements Auth {
    @Override
    public String toString() {
      return "Tokens[***]";
    }
  }

  record LoggedOut() implements Auth {}

  /**
   * @param ownerId the account the key acts for
   * @param permissions what it may do, as {@code action:resource}
   */
  record Key(UUID keyId, UUID ownerId, String tier, List<String> permissions) implements Auth {
    public Key {
      permissions = Check.copy(permissions);
    }
  }

  /** A JSON Web Key Set (RFC 7517) of RSA public keys. */
  record KeySet(List<Jwk> keys) implements Auth {
    public KeySet {
      keys = Check.copy(keys);
    }
  }

  /** One RSA public key as RFC 7517 writes it. */
  record Jwk(String kty, String kid, String alg, String use, String n, String e) {}

  record Sessions(List<EndedSession> sessions) implements Auth {
    public Sessions {
      sessions = Check.copy(sessions);
    }
  }

  /**
   * @param until when the last access token of the session ends by itself
   */
  record EndedSession(String sessionId, Instant until) {}

  record Registered(UUID userId) implements Auth, Event {}

  record LoggedIn(UUID userId, String sessionId) implements Auth, Event {}

  /** Told to every edge, so that the session's access tokens stop working at once. */
  record SessionEnded(String sessionId, Instant until) implements Auth, Event {}

  private static String normal(String email) {
    // Lower case first: it can be longer.
    String lower = Check.present("email", email).toLowerCase(Locale.ROOT);
    return Check.matches("email", lower, EMAIL, "an e-mail address such as \"ada@example.com\"");
  }
}
