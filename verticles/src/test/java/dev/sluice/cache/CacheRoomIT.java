package dev.sluice.cache;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestGround;
import dev.sluice.contract.Cache;
import dev.sluice.contract.Problem;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.OutgoingRecord;
import dev.sluice.platform.kafka.Topics;
import dev.sluice.platform.kafka.TransactionalProducer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The room alone; the edge is another room on the same bus. */
@ExtendWith(Servers.Extension.class)
class CacheRoomIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final List<Cache.Purge> asked = new CopyOnWriteArrayList<>();
  private TestGround node;
  private TransactionalProducer producer;

  @BeforeEach
  void deploy(Servers servers) throws Exception {
    node = new TestGround(servers, List.of(), Map.of());
    await(node.vertx().deployVerticle(new CacheVerticle(node.ground())));
    producer =
        await(
            TransactionalProducer.open(
                node.vertx(),
                node.ground().config().get(KafkaConfig.SECTION),
                "cache-" + UUID.randomUUID()));
  }

  @AfterEach
  void close() throws Exception {
    await(producer.close());
    node.close();
  }

  @Test
  void whileNoEdgeIsThereEventsWait() throws Exception {
    String tag = "t" + UUID.randomUUID();
    publish(tag, tag, tag + "-2");
    until("it was tried more than once", SOON, () -> figure("cache_batches_failed") > 1);
    assertThat(figure("cache_events_refused")).isZero();
    Room edge = edge();
    until("it is purged", SOON, () -> asked.contains(tag(tag + "-2")));
    assertThat(asked).contains(tag(tag));
    await(edge.close());
  }

  @Test
  void whatNoEdgeEverDoesIsPassedOver() throws Exception {
    Room edge = edge();
    String tag = "t" + UUID.randomUUID();
    publish("refused-" + tag, "broken-" + tag, tag);
    until("what comes behind is purged", SOON, () -> asked.contains(tag(tag)));
    assertThat(figure("cache_events_refused")).isEqualTo(2);
    assertThat(figure("cache_batches_failed")).isZero();
    await(edge.close());
  }

  private Room edge() throws Exception {
    Room edge =
        node.ground()
            .bus()
            .room("edge")
            .serve(
                Cache.Purge.class,
                (purge, call) -> {
                  asked.add(purge);
                  String tag = String.valueOf(purge.tag());
                  if (tag.startsWith("broken")) {
                    throw new IllegalStateException("a defect");
                  }
                  return tag.startsWith("refused")
                      ? Future.failedFuture(Problem.INVALID.because("not this one"))
                      : Future.succeededFuture(new Cache.Purged(1, true));
                });
    await(edge.open());
    return edge;
  }

  private static Cache.Purge tag(String tag) {
    return new Cache.Purge(null, null, tag, null);
  }

  private void publish(String... tags) throws Exception {
    await(
        producer.publish(
            Stream.of(tags)
                .map(
                    tag ->
                        new OutgoingRecord(
                            Topics.CACHE,
                            "k",
                            Buffer.buffer(
                                """
                                {"eventType":"cache.invalidated","eventId":"%s",
                                 "timestamp":"2026-01-01T00:00:00Z","data":{"tag":"%s"}}
                                """
                                    .formatted(UUID.randomUUID(), tag)),
                            Map.of()))
                .toList()));
  }

  private double figure(String name) {
    return node.ground().metrics().registry().get(name).functionCounter().count();
  }
}
