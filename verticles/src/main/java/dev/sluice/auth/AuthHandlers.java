package dev.sluice.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractJson;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Auth;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.db.Database;
import dev.sluice.platform.db.Idempotency;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.outbox.Outbox;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the auth room answers. */
final class AuthHandlers {
  /** Two tabs may trade the same refresh token at once; only later reuse is taken for theft. */
  private static final Duration REUSE_GRACE = Duration.ofSeconds(10);

  private final AuthConfig config;
  private final Database database;
  private final AuthStore store;
  private final Passwords passwords;
  private final SigningKeys keys;
  private final Secrets secrets;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Bus bus;
  private final Time time;

  AuthHandlers(
      AuthConfig config,
      Database database,
      AuthStore store,
      Passwords passwords,
      SigningKeys keys,
      Secrets secrets,
      Outbox outbox,
      Idempotency idempotency,
      Bus bus,
      Time time) {
    this.config = config;
    this.database = database;
    this.store = store;
    this.passwords = passwords;
    this.keys = keys;
    this.secrets = secrets;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.bus = bus;
    this.time = time;
  }

  Future<Auth.User> register(Auth.Register request, Envelope call) {
    Auth.User user =
        new Auth.User(
            UuidCreator.getTimeOrderedEpoch(),
            request.email(),
            List.of(Roles.USER),
            "free",
            time.now().truncatedTo(ChronoUnit.MICROS));
    return passwords
        .hash(request.password())
        .compose(
            hash ->
                database.inTransaction(
                    tx ->
                        idempotency.once(
                            tx,
                            "anyone registering " + request.email(),
                            call.idempotencyKey(),
                            secrets.fingerprint(request.email() + "\n" + request.password()),
                            AuthHandlers::user,
                            AuthHandlers::text,
                            () -> add(tx, new AuthStore.Account(user, hash), call))));
  }

  Future<Auth.Tokens> login(Auth.Login request, Envelope call) {
    return store
        .byEmail(request.email())
        .compose(
            found ->
                passwords
                    .matches(
                        request.password(), found.map(AuthStore.Account::passwordHash).orElse(null))
                    .compose(
                        matches ->
                            matches
                                ? open(found.orElseThrow().user(), call)
                                : Future.failedFuture(
                                    Problem.UNAUTHENTICATED.because(
                                        "the address or the password is wrong"))));
  }

  Future<Auth.Tokens> refresh(Auth.RefreshToken request, Envelope call) {
    Instant now = time.now();
    String next = secrets.token();
    String old = Secrets.sha256(request.refreshToken());
    return store
        .rotate(old, Secrets.sha256(next), now, now.plus(config.refreshTtl()))
        .compose(
            traded ->
                traded.isPresent()
                    ? tokens(traded.get().user(), traded.get().sessionId(), next)
                    : refuse(old, now));
  }

  Future<Auth.LoggedOut> logout(Auth.Logout request, Envelope call) {
    if (call.caller().kind() != Caller.Kind.USER) {
      return Future.failedFuture(
          Problem.INVALID.because("only a session can be ended, and an API key has none"));
    }
    return end(call.caller().id()).map(new Auth.LoggedOut());
  }

  /** Answered from the token alone, so it works while the database is away. */
  Future<Auth.User> me(Auth.Me request, Envelope call) {
    Caller caller = call.caller();
    return caller.userId() == null
        ? Future.failedFuture(Problem.NOT_FOUND.because("a node has no account"))
        : Future.succeededFuture(
            new Auth.User(caller.userId(), caller.email(), caller.roles(), caller.tier(), null));
  }

  Future<Auth.Key> resolveKey(Auth.ResolveKey request, Envelope call) {
    return store
        .key(request.sha256())
        .map(found -> found.orElseThrow(() -> Problem.NOT_FOUND.because("nobody has this key")));
  }

  Future<Auth.KeySet> publicKeys(Auth.PublicKeys request, Envelope call) {
    return Future.succeededFuture(new Auth.KeySet(keys.published()));
  }

  Future<Auth.Sessions> endedSessions(Auth.EndedSessions request, Envelope call) {
    return store
        .endedSince(time.now().minus(config.accessTtl()), config.accessTtl())
        .map(Auth.Sessions::new);
  }

  private Future<Auth.User> add(SqlConnection tx, AuthStore.Account account, Envelope call) {
    Auth.User user = account.user();
    return store
        .add(tx, account)
        .compose(
            added ->
                outbox.append(
                    tx,
                    new Auth.Registered(user.id()),
                    Topics.USERS,
                    user.id().toString(),
                    headers(call, user.id())))
        .map(user);
  }

  private static Auth.User user(String stored) {
    try {
      return ContractJson.tolerant().readValue(stored, Auth.User.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored answer cannot be read", e);
    }
  }

  private static String text(Auth.User user) {
    try {
      return ContractJson.tolerant().writeValueAsString(user);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written", e);
    }
  }

  private Future<Auth.Tokens> open(Auth.User user, Envelope call) {
    Instant now = time.now();
    String session = secrets.token();
    String refresh = secrets.token();
    return database
        .inTransaction(
            tx ->
                store
                    .addSession(
                        tx,
                        session,
                        user.id(),
                        Secrets.sha256(refresh),
                        now,
                        now.plus(config.refreshTtl()))
                    .compose(
                        added ->
                            outbox.append(
                                tx,
                                new Auth.LoggedIn(user.id(), session),
                                Topics.USERS,
                                // The row it inserts is the session's, so that is whose events
                                // are in order; the user's row is not locked by a login.
                                session,
                                headers(call, user.id()))))
        .compose(opened -> tokens(user, session, refresh));
  }

  /** A refresh token that was traded before is in two hands: the session ends for both. */
  private Future<Auth.Tokens> refuse(String oldSha256, Instant now) {
    Failure refused = Problem.UNAUTHENTICATED.because("the refresh token is not good any more");
    return store
        .endReused(oldSha256, now, REUSE_GRACE)
        .compose(
            ended -> {
              ended.ifPresent(this::tellTheEdges);
              return Future.failedFuture(refused);
            });
  }

  private Future<Void> end(String session) {
    return store.endSession(session, time.now()).onSuccess(ended -> tellTheEdges(session));
  }

  private void tellTheEdges(String session) {
    bus.publish(new Auth.SessionEnded(session, time.now().plus(config.accessTtl())));
  }

  private Future<Auth.Tokens> tokens(Auth.User user, String session, String refresh) {
    long now = time.now().getEpochSecond();
    List<String> permissions = Roles.permissions(user.roles());
    JsonObject claims =
        new JsonObject()
            .put("iss", config.issuer())
            .put("sub", user.id().toString())
            .put("user_id", user.id().toString())
            .put("email", user.email())
            .put("sid", session)
            .put("jti", UUID.randomUUID().toString())
            .put("iat", now)
            .put("exp", now + config.accessTtl().toSeconds())
            .put("roles", new JsonArray(user.roles()))
            .put("permissions", new JsonArray(permissions))
            .put("scopes", new JsonArray().add("read:api").add("write:api"))
            .put("metadata", new JsonObject().put("tier", user.tier()));
    // Not behind the bulkhead: what could be refused was refused before a session was changed.
    return keys.sign(claims)
        .map(token -> new Auth.Tokens(token, refresh, "Bearer", config.accessTtl().toSeconds()));
  }

  private static Map<String, String> headers(Envelope call, UUID user) {
    Map<String, String> headers = new HashMap<>(Outbox.headers(call));
    headers.put("userId", user.toString());
    return headers;
  }
}
