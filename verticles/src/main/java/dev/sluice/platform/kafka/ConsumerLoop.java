package dev.sluice.platform.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The polling thread of an {@link EventConsumer}.
 *
 * <p>While a batch is being handled, or waits to be tried again, all partitions are paused and
 * polling goes on: a consumer that stops to poll is put out of its group, and what it had is
 * handled twice at the same time. A partition that moves to another member meanwhile is given up in
 * order: its part of the batch gets two seconds to finish and is committed, or is forgotten here
 * and handled there.
 *
 * <p>Progress that could not be committed (the broker is away) is kept and committed later; the
 * handled events are not handled again for that, unless this process ends first.
 */
final class ConsumerLoop implements Runnable, ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerLoop.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(2);
  private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(2);
  private static final long TICK_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5000;

  private final Map<String, Object> properties;
  private final Set<String> topics;
  private final String group;
  private final Function<List<ReceivedEvent>, CompletableFuture<Void>> handler;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final LongAdder handled = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();

  private volatile Consumer<String, byte[]> consumer;
  private ReceivedBatch batch;
  private String failure = "";
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  ConsumerLoop(
      KafkaConfig config,
      Set<String> topics,
      String group,
      Function<List<ReceivedEvent>, CompletableFuture<Void>> handler) {
    this.topics = Set.copyOf(topics);
    this.group = group;
    this.handler = handler;
    this.properties = config.consumer(group);
  }

  long handled() {
    return handled.sum();
  }

  long failures() {
    return failures.sum();
  }

  long unreadable() {
    return unreadable.sum();
  }

  /** Asks the loop to end; from any thread. */
  void stop() {
    stopping.countDown();
    Consumer<String, byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
  }

  @Override
  public void run() {
    while (!isStopping()) {
      try {
        consumer =
            new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(topics, this);
        while (!isStopping()) {
          step();
        }
      } catch (WakeupException | InterruptException asked) {
        LOG.debug("consumer of {} is asked to stop", group);
      } catch (RuntimeException e) {
        // Whatever it is: a thread that ends here would end the consumer for good, and silently.
        LOG.error("consumer of {} failed and starts anew", group, e);
        idle(LONGEST_PAUSE_MILLIS / 5);
      } finally {
        leave();
      }
    }
  }

  private void step() {
    commit();
    ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
    if (records.isEmpty()) {
      return;
    }
    batch = new ReceivedBatch(records);
    batch.unreadable().forEach(this::passOver);
    consumer.pause(consumer.assignment());
    for (int failed = 0; !batch.isEmpty() && !isStopping(); failed++) {
      if (failed > 0) {
        keepPolling(pauseAfter(failed));
      }
      if (!batch.isEmpty() && tryOnce()) {
        break;
      }
    }
    batch = null;
    consumer.resume(consumer.paused());
  }

  private boolean tryOnce() {
    List<ReceivedEvent> events = batch.events();
    running = events.isEmpty() ? CompletableFuture.completedFuture(null) : handler.apply(events);
    while (!finished(TICK_MILLIS)) {
      if (isStopping()) {
        finished(HAND_OVER_LIMIT.toMillis());
        break;
      }
      stayMember();
    }
    if (!succeeded()) {
      if (running.isCompletedExceptionally()) {
        failures.increment();
        LOG.warn("consumer of {}: {} events are tried again: {}", group, events.size(), failure);
      }
      return false;
    }
    handled.add(events.size());
    uncommitted.putAll(batch.next());
    return true;
  }

  /** Whether the handler has come to an end, waiting for it that long. */
  private boolean finished(long millis) {
    try {
      running.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      failure = String.valueOf(e.getCause());
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private boolean succeeded() {
    return running.isDone() && !running.isCompletedExceptionally();
  }

  private void keepPolling(long millis) {
    for (long waited = 0; waited < millis && !isStopping(); waited += TICK_MILLIS) {
      stayMember();
      idle(TICK_MILLIS);
    }
  }

  /**
   * Polls with all partitions paused: brings nothing, and tells the group that this member lives.
   */
  private void stayMember() {
    try {
      consumer.poll(Duration.ZERO);
    } catch (WakeupException asked) {
      LOG.debug("consumer of {} is asked to stop", group);
    }
  }

  private void commit() {
    if (uncommitted.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(Map.copyOf(uncommitted), COMMIT_LIMIT);
      uncommitted.clear();
    } catch (WakeupException | InterruptException asked) {
      throw asked;
    } catch (KafkaException e) {
      LOG.warn("consumer of {}: progress is committed later: {}", group, e.toString());
    }
  }

  private void leave() {
    Consumer<String, byte[]> leaving = consumer;
    consumer = null;
    batch = null;
    if (leaving == null) {
      return;
    }
    if (!uncommitted.isEmpty()) {
      commitLast(leaving);
    }
    uncommitted.clear();
    try {
      leaving.close(CloseOptions.timeout(COMMIT_LIMIT));
    } catch (KafkaException e) {
      LOG.debug("consumer of {}: left without a word", group, e);
    }
  }

  private void commitLast(Consumer<String, byte[]> leaving) {
    try {
      leaving.commitSync(Map.copyOf(uncommitted), COMMIT_LIMIT);
    } catch (WakeupException asked) {
      commitLast(leaving); // the wake-up of stop() came late; it comes once
    } catch (KafkaException e) {
      LOG.warn("consumer of {}: the last events will come again: {}", group, e.toString());
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    if (batch != null) {
      consumer.pause(assigned);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    if (batch != null && batch.next().keySet().stream().anyMatch(revoked::contains)) {
      finished(HAND_OVER_LIMIT.toMillis());
      if (succeeded()) {
        uncommitted.putAll(batch.next());
      }
    }
    commit();
    onPartitionsLost(revoked);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    uncommitted.keySet().removeAll(lost);
    if (batch != null) {
      batch.drop(lost);
    }
  }

  private void passOver(String where) {
    unreadable.increment();
    LOG.error("consumer of {}: the record {} is not an event and is passed over", group, where);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void idle(long millis) {
    try {
      if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
        LOG.debug("consumer of {}: stopping", group);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static long pauseAfter(int failures) {
    return Math.min(TICK_MILLIS << Math.min(failures - 1, 10), LONGEST_PAUSE_MILLIS);
  }
}
