package dev.sluice.platform.kafka;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes batches, each of them whole or not at all for readers of committed records, and in
 * order. Opening one fences every older producer of the same transactional id: what those had not
 * committed is aborted, and they can never commit again. After any failure the producer is of no
 * use; close it and open another, which also settles what the failed batch left open.
 */
public final class TransactionalProducer {

  /**
   * Longer than any batch takes; readers of committed records wait this long for a dead producer.
   */
  private static final Duration TRANSACTION_LIMIT = Duration.ofSeconds(15);

  private final Vertx vertx;
  private final KafkaProducer<String, byte[]> producer;

  private TransactionalProducer(Vertx vertx, KafkaProducer<String, byte[]> producer) {
    this.vertx = vertx;
    this.producer = producer;
  }

  /** Opens a producer and fences older ones; bounded by the delivery time-out. */
  public static Future<TransactionalProducer> open(
      Vertx vertx, KafkaConfig config, String transactionalId) {
    Map<String, String> properties =
        config.properties(
            Map.of(
                "client.id",
                transactionalId,
                "transactional.id",
                transactionalId,
                "transaction.timeout.ms",
                KafkaConfig.millis(TRANSACTION_LIMIT),
                "enable.idempotence",
                "true",
                "acks",
                "all",
                "linger.ms",
                "0",
                "delivery.timeout.ms",
                KafkaConfig.millis(config.deliveryTimeout()),
                "max.block.ms",
                KafkaConfig.millis(config.deliveryTimeout())));
    return vertx
        .executeBlocking(
            () ->
                KafkaProducer.create(
                    vertx, properties, new StringSerializer(), new ByteArraySerializer()),
            false)
        .map(created -> new TransactionalProducer(vertx, created))
        .compose(
            opened ->
                opened
                    .producer
                    .initTransactions()
                    .map(opened)
                    .onFailure(failure -> opened.close()));
  }

  /**
   * Publishes the batch in one transaction. Fails with {@link RefusedException} when the brokers
   * will never take it, and with the client's own exception otherwise, after which it is not known
   * whether the batch was committed.
   */
  public Future<Void> publish(List<OutgoingRecord> batch) {
    return topicsAreKnown(batch)
        .compose(known -> producer.beginTransaction())
        .compose(begun -> send(batch))
        .compose(sent -> producer.commitTransaction());
  }

  /** Drops what is not committed and lets go of the brokers, without waiting for them. */
  public Future<Void> close() {
    // Not through the wrapper first: its calls queue up behind a commit that may hang.
    return vertx
        .executeBlocking(
            () -> {
              producer.unwrap().close(Duration.ZERO);
              return null;
            },
            false)
        .eventually(() -> producer.close(1))
        .otherwiseEmpty()
        .mapEmpty();
  }

  /**
   * Asks for the partitions first, because a send to a topic whose brokers are away blocks its
   * thread for the whole time-out, each send anew.
   */
  private Future<Void> topicsAreKnown(List<OutgoingRecord> batch) {
    Future<?> asked = Future.succeededFuture();
    for (String topic : batch.stream().map(OutgoingRecord::topic).distinct().toList()) {
      asked = asked.compose(known -> producer.partitionsFor(topic));
    }
    return asked.<Void>mapEmpty().recover(TransactionalProducer::sorted);
  }

  private Future<Void> send(List<OutgoingRecord> batch) {
    return vertx
        .executeBlocking(() -> handOver(batch), false)
        .compose(
            sent ->
                Future.join(sent)
                    .<Void>mapEmpty()
                    .recover(
                        first ->
                            sorted(
                                sent.stream()
                                    .map(Future::cause)
                                    .filter(TransactionalProducer::isFinal)
                                    .findFirst()
                                    .orElse(first))));
  }

  /**
   * The whole batch in one go, up to the first record that is refused at once. Not by the wrapper's
   * send: it reports such a record twice, the second time as an error in the log.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback hears the same
  private List<Future<Void>> handOver(List<OutgoingRecord> batch) {
    List<Future<Void>> sent = new ArrayList<>(batch.size());
    for (OutgoingRecord outgoing : batch) {
      Promise<Void> acknowledged = Promise.promise();
      sent.add(acknowledged.future());
      try {
        producer.unwrap().send(record(outgoing), (place, failure) -> settle(acknowledged, failure));
      } catch (KafkaException | IllegalStateException refused) {
        settle(acknowledged, refused);
        break;
      }
    }
    return sent;
  }

  private static void settle(Promise<Void> acknowledged, Exception failure) {
    if (failure == null) {
      acknowledged.tryComplete();
    } else {
      acknowledged.tryFail(failure);
    }
  }

  private static ProducerRecord<String, byte[]> record(OutgoingRecord outgoing) {
    KafkaProducerRecord<String, byte[]> written =
        KafkaProducerRecord.create(outgoing.topic(), outgoing.key(), outgoing.value().getBytes());
    outgoing.headers().forEach(written::addHeader);
    return written.record();
  }

  private static Future<Void> sorted(Throwable failure) {
    return Future.failedFuture(isFinal(failure) ? new RefusedException(failure) : failure);
  }

  private static boolean isFinal(Throwable failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof InvalidTopicException
        || failure instanceof InvalidRecordException;
  }
}
