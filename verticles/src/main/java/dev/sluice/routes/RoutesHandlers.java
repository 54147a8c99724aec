package dev.sluice.routes;

import dev.sluice.codec.Caller;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Routes;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.db.KeyedChanges;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.outbox.Category;
import dev.sluice.platform.outbox.Outbox;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the room of the routes does with each request. */
final class RoutesHandlers {
  /** All versions are of one thing, so their events have one key, and keep their order. */
  private static final String KEY = "table";

  /** Keys whose day is over go with each change, and each change adds one at most. */
  private static final int FORGOTTEN_AT_ONCE = 100;

  private final RoutesConfig config;
  private final RoutesStore store;
  private final KeyedChanges<Routes.Store, Routes.Stored> changes;
  private final Outbox outbox;
  private final Bus bus;
  private final Time time;

  RoutesHandlers(
      RoutesConfig config,
      RoutesStore store,
      KeyedChanges<Routes.Store, Routes.Stored> changes,
      Outbox outbox,
      Bus bus,
      Time time) {
    this.config = config;
    this.store = store;
    this.changes = changes;
    this.outbox = outbox;
    this.bus = bus;
    this.time = time;
  }

  Future<Routes.Stored> current(Routes.Current request, Envelope call) {
    return store.current(request.known());
  }

  Future<Routes.Stored> version(Routes.Version request, Envelope call) {
    return store
        .version(request.version())
        .map(
            found ->
                found.orElseThrow(
                    () ->
                        Problem.NOT_FOUND.because(
                            "there is no version "
                                + request.version()
                                + " of the routes; the last "
                                + config.keep()
                                + " are kept")));
  }

  Future<Routes.Page> versions(Routes.Versions request, Envelope call) {
    int limit = request.limit();
    RoutesCursor after = RoutesCursor.parse(request.cursor());
    // One more than asked for, to know whether another page follows.
    return store
        .page(after, limit + 1)
        .map(found -> found.size() > limit ? cut(found.subList(0, limit)) : last(found));
  }

  Future<Routes.Stored> store(Routes.Store request, Envelope call) {
    return changes
        .once(request, call, tx -> replace(tx, request, call))
        .onSuccess(
            stored -> {
              // Also for an answer given again: the telling may be what went wrong before.
              bus.publish(new Routes.Changed(stored.version(), stored.comment()));
              changes.forget(FORGOTTEN_AT_ONCE);
            });
  }

  /** Without the basis: who asks again after an answer was lost finds his own version there. */
  static byte[] identity(Routes.Store request) {
    String comment = request.comment() == null ? "-" : "+" + request.comment();
    // Neither text can have a 0 in it.
    return (comment + '\0' + request.document()).getBytes(StandardCharsets.UTF_8);
  }

  private Future<Routes.Stored> replace(SqlConnection tx, Routes.Store request, Envelope call) {
    return store
        .advance(tx, request.basis())
        .compose(
            version ->
                version.isPresent()
                    ? add(tx, version.get(), request, call)
                    : store.head(tx).compose(head -> stale(request.basis(), head)));
  }

  private Future<Routes.Stored> add(
      SqlConnection tx, long version, Routes.Store request, Envelope call) {
    Routes.Stored stored =
        new Routes.Stored(
            version,
            request.document(),
            author(call.caller()),
            // What PostgreSQL can keep, so that an answer says the same as the next read.
            time.now().truncatedTo(ChronoUnit.MICROS),
            request.comment());
    return store
        .insert(tx, stored)
        .compose(inserted -> store.prune(tx, version - config.keep()))
        .compose(pruned -> announce(tx, stored, call))
        .map(withoutDocument(stored));
  }

  private Future<?> announce(SqlConnection tx, Routes.Stored stored, Envelope call) {
    Map<String, String> headers = new HashMap<>(Outbox.headers(call));
    if (call.caller().userId() != null) {
      headers.put("userId", call.caller().userId().toString());
    }
    Routes.Changed changed = new Routes.Changed(stored.version(), stored.comment());
    return outbox.append(tx, changed, Category.SYSTEM, Topics.ROUTES, KEY, headers);
  }

  private static String author(Caller caller) {
    return switch (caller.kind()) {
      case USER -> caller.email() == null ? "user " + caller.userId() : caller.email();
      case KEY -> "key " + caller.id();
      case NODE -> "node " + caller.id();
      case ANONYMOUS -> "anonymous"; // the room's door lets none in
    };
  }

  private static Routes.Stored withoutDocument(Routes.Stored stored) {
    return new Routes.Stored(
        stored.version(), null, stored.author(), stored.at(), stored.comment());
  }

  private static Future<Routes.Stored> stale(long basis, long head) {
    return Future.failedFuture(
        Problem.CONFLICT.because(
            "the change was made from version "
                + basis
                + " of the routes, the newest is "
                + head
                + "; read it and make the change again"));
  }

  private static Routes.Page cut(List<Routes.Entry> page) {
    return new Routes.Page(page, new RoutesCursor(page.get(page.size() - 1).version()).text());
  }

  private static Routes.Page last(List<Routes.Entry> page) {
    return new Routes.Page(page, null);
  }
}
