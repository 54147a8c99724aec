package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.contract.Cache;
import dev.sluice.edge.cache.Forgotten;
import dev.sluice.edge.cache.Purge;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.BusConfig;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.Time;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others are told of changes, and how often. */
class PurgeNewsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Time TIME = Time.system();

  private final Vertx vertx = Vertx.vertx();
  private final List<Cache.Forgotten> heard = new CopyOnWriteArrayList<>();
  private PurgeNews news;

  @BeforeEach
  void listen() throws Exception {
    CallerSeal seal =
        new CallerSeal("a secret of the tests of 32 characters", () -> TIME.now().getEpochSecond());
    new ContractCodec(seal, TIME::nanos).registerOn(vertx.eventBus());
    BusConfig config =
        Config.load(null, Map.of(), List.of(BusConfig.SECTION)).get(BusConfig.SECTION);
    Bus bus = new Bus(vertx, config, TIME, "n1");
    await(bus.room("others").hear(Cache.Forgotten.class, (told, call) -> heard.add(told)).open());
    news = new PurgeNews(vertx, bus);
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  /** All in one turn of the event loop. */
  private void change(Runnable changes) throws Exception {
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        turn -> {
          changes.run();
          done.complete();
        });
    await(done.future());
  }

  private static Forgotten uri(String uri) {
    return new Forgotten(List.of(Purge.uri(uri)), true);
  }

  private int told() {
    return heard.stream().mapToInt(message -> message.what().size()).sum();
  }

  @Test
  void theFirstIsToldAtOnceAndTheRestTogether() throws Exception {
    change(
        () -> {
          for (int i = 0; i < 1000; i++) {
            news.accept(uri("shop/" + i % 10));
          }
        });
    until("all are told", SOON, () -> told() == 11);
    assertThat(heard).hasSize(2);
    assertThat(heard.get(0).what()).containsExactly(new Cache.Purge("shop/0", null, null, null));
  }

  @Test
  void manyAreToldInFewMessagesAndNoneIsLost() throws Exception {
    change(
        () -> {
          for (int i = 0; i < 10_000; i++) {
            news.accept(uri("shop/" + i));
          }
        });
    until("all are told", SOON, () -> told() == 10_000);
    assertThat(heard).hasSizeLessThanOrEqualTo(12);
    Set<String> uris = new HashSet<>();
    heard.forEach(message -> message.what().forEach(purge -> uris.add(purge.uri())));
    assertThat(uris).hasSize(10_000);
  }

  @Test
  void messagesAreBoundInCharactersToo() throws Exception {
    change(
        () -> {
          for (int i = 0; i < 200; i++) {
            news.accept(uri("shop/" + i + "a".repeat(8000)));
          }
        });
    until("all are told", SOON, () -> told() == 200);
    assertThat(heard)
        .allSatisfy(message -> assertThat(message.what()).hasSizeLessThanOrEqualTo(33));
  }

  @Test
  void whatTheyShareMayNotKnowYet() throws Exception {
    change(
        () -> {
          news.accept(uri("shop/1"));
          news.accept(new Forgotten(List.of(Purge.uri("shop/2"), Purge.uri("shop/3")), false));
          news.accept(uri("shop/4"));
        });
    until("all are told", SOON, () -> told() == 4);
    assertThat(heard).extracting(Cache.Forgotten::everywhere).containsExactly(true, false);
    change(() -> news.accept(uri("shop/5")));
    until("and the next", SOON, () -> told() == 5);
    assertThat(heard.get(2).everywhere()).isTrue();
  }

  @Test
  void whatCannotBeSaidDoesNotHoldUpTheRest() throws Exception {
    change(
        () -> {
          news.accept(uri("/without/a/host"));
          news.accept(uri("/nor/this"));
          news.accept(uri("shop/1"));
        });
    until("it is told", SOON, () -> told() == 1);
  }

  @Test
  void allKindsComeBackAsTheyWere() throws Exception {
    List<Purge> all =
        List.of(Purge.uri("shop/1"), Purge.prefix("shop/"), Purge.tag("a"), Purge.all());
    change(() -> news.accept(new Forgotten(all, true)));
    until("all are told", SOON, () -> told() == 4);
    assertThat(heard.get(0).what().stream().map(PurgeNews::read)).containsExactlyElementsOf(all);
  }
}
