package dev.sluice.platform.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What one poll brought, by partition, and where each partition goes on after it. */
final class ReceivedBatch {
  private final Map<TopicPartition, List<ReceivedEvent>> events = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
  private final List<String> unreadable = new ArrayList<>();

  ReceivedBatch(ConsumerRecords<String, byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      List<ReceivedEvent> readable = new ArrayList<>();
      for (ConsumerRecord<String, byte[]> read : records.records(partition)) {
        ReceivedEvent.of(read)
            .ifPresentOrElse(readable::add, () -> unreadable.add(partition + "@" + read.offset()));
        next.put(partition, new OffsetAndMetadata(read.offset() + 1));
      }
      events.put(partition, readable);
    }
  }

  /** The events in order within each partition. */
  List<ReceivedEvent> events() {
    return events.values().stream().flatMap(List::stream).toList();
  }

  /** Records that are no events, as {@code topic-partition@offset}. */
  List<String> unreadable() {
    return unreadable;
  }

  Map<TopicPartition, OffsetAndMetadata> next() {
    return Map.copyOf(next);
  }

  /** Forgets partitions that now belong to another member of the group. */
  void drop(Collection<TopicPartition> gone) {
    events.keySet().removeAll(gone);
    next.keySet().removeAll(gone);
  }

  boolean isEmpty() {
    return next.isEmpty();
  }
}
