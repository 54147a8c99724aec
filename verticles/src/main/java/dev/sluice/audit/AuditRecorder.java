package dev.sluice.audit;

import dev.sluice.platform.kafka.ReceivedEvent;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of events down, one statement a batch. Its failure is the consumer's sign to offer
 * the batch again; entries that are there already are left as they are.
 */
final class AuditRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(AuditRecorder.class);

  private final AuditStore store;
  private final LongAdder skipped = new LongAdder();

  AuditRecorder(AuditStore store) {
    this.store = store;
  }

  Future<Void> record(List<ReceivedEvent> events) {
    List<AuditRow> rows = new ArrayList<>(events.size());
    for (ReceivedEvent event : events) {
      AuditRow.of(event).ifPresentOrElse(rows::add, () -> skip(event));
    }
    return rows.isEmpty() ? Future.succeededFuture() : store.insert(rows);
  }

  /** Events passed over since the start because they make no sense. */
  long skipped() {
    return skipped.sum();
  }

  private void skip(ReceivedEvent event) {
    skipped.increment();
    LOG.error(
        "the event {} at {}-{}@{} has no usable name or time and is not recorded",
        event.eventId(),
        event.topic(),
        event.partition(),
        event.offset());
  }
}
