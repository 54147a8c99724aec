package dev.sluice.audit;

import dev.sluice.codec.Envelope;
import dev.sluice.contract.Audit;
import io.vertx.core.Future;
import java.util.List;

/** What the audit room does with each request. */
final class AuditHandlers {
  private final AuditStore store;

  AuditHandlers(AuditStore store) {
    this.store = store;
  }

  Future<Audit.Page> find(Audit.Find request, Envelope call) {
    int limit = request.limit();
    AuditCursor after = AuditCursor.parse(request.cursor());
    // One more than asked for, to know whether another page follows.
    return store
        .page(AuditScope.of(call.caller()), after, request.resource(), limit + 1)
        .map(found -> found.size() > limit ? cut(found.subList(0, limit)) : last(found));
  }

  private static Audit.Page cut(List<Audit.Entry> page) {
    return new Audit.Page(page, new AuditCursor(page.get(page.size() - 1).id()).text());
  }

  private static Audit.Page last(List<Audit.Entry> page) {
    return new Audit.Page(page, null);
  }
}
