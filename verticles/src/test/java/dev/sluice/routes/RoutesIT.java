package dev.sluice.routes;

import static dev.sluice.TestGround.user;
import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestGround;
import dev.sluice.codec.Caller;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import dev.sluice.contract.Routes;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each test has a database of its own, in which nothing was stored. */
@ExtendWith(Servers.Extension.class)
class RoutesIT {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int KEPT = 30;

  private final Caller ada = user(UUID.randomUUID(), "read:routes", "write:routes");

  private TestGround node;
  private String deployment;

  @BeforeEach
  void deploy(Servers servers) throws Exception {
    node =
        new TestGround(
            servers,
            List.of(RoutesVerticle.SECTION),
            Map.of(
                "SLUICE_POSTGRES_URI",
                servers.newDatabase(),
                "SLUICE_ROUTES_KEEP",
                Integer.toString(KEPT)));
    deployment = await(node.vertx().deployVerticle(new RoutesVerticle(node.ground())));
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void beforeAnythingIsStoredThereIsTheEmptyVersion() throws Exception {
    Routes.Stored nothing = new Routes.Stored(0, "", null, null, null);
    assertThat(current(null)).isEqualTo(nothing);
    assertThat(current(7L)).isEqualTo(nothing);
    assertThat(current(0L)).isEqualTo(new Routes.Stored(0, null, null, null, null));
    assertThat(versions(null, null)).isEqualTo(new Routes.Page(List.of(), null));
  }

  @Test
  void whatIsStoredIsTheNewestVersion() throws Exception {
    Instant before = Instant.now().minusMillis(1);
    Routes.Stored first = await(ask(new Routes.Store("routes: {}", 0, "the first")));
    assertThat(first.version()).isEqualTo(1);
    assertThat(first.document()).isNull();
    assertThat(first.author()).isEqualTo("somebody@example.com");
    assertThat(first.at()).isBetween(before, Instant.now());
    assertThat(first.comment()).isEqualTo("the first");
    assertThat(current(1L)).isEqualTo(first);
    assertThat(current(null)).isEqualTo(with("routes: {}", first)).isEqualTo(current(0L));
    assertThat(current(2L)).as("a version that is not there yet").isEqualTo(current(null));

    Routes.Stored second = await(ask(new Routes.Store("", 1, null)));
    assertThat(second.version()).isEqualTo(2);
    assertThat(current(1L)).isEqualTo(with("", second));
    assertThat(current(2L)).isEqualTo(second);
    assertThat(version(1)).isEqualTo(with("routes: {}", first));
    assertThat(version(2)).isEqualTo(with("", second));
    assertThat(versions(null, null).items())
        .containsExactly(
            new Routes.Entry(2, second.author(), second.at(), null, 0),
            new Routes.Entry(1, first.author(), first.at(), "the first", 10));
  }

  @Test
  void aDocumentMayBeLarge() throws Exception {
    String large = "\u00e9\uD83D\uDE80".repeat(Routes.MAX_DOCUMENT_BYTES / 6);
    await(ask(new Routes.Store(large, 0, null)));
    assertThat(current(null).document()).isEqualTo(large);
    assertThat(versions(null, null).items().get(0).bytes())
        .isEqualTo(Routes.MAX_DOCUMENT_BYTES / 6 * 6);
  }

  @Test
  void whatWasMadeFromAnotherVersionIsAConflict() throws Exception {
    store("one", 0);
    store("two", 1);
    for (long basis : new long[] {0, 1, 3}) {
      assertFails(
          Problem.CONFLICT,
          ask(new Routes.Store("three", basis, null)),
          "the change was made from version "
              + basis
              + " of the routes, the newest is 2; read it and make the change again");
    }
    assertThat(current(null).document()).isEqualTo("two");
    assertThat(versions(null, null).items()).hasSize(2);
  }

  @Test
  void aRestartForgetsNothing() throws Exception {
    store("one", 0);
    Routes.Stored before = current(null);
    await(node.vertx().undeploy(deployment));
    await(node.vertx().deployVerticle(new RoutesVerticle(node.ground())));
    assertThat(current(null)).isEqualTo(before);
    assertThat(store("two", 1).version()).isEqualTo(2);
  }

  @Test
  void ofManyAtOnceOneWins() throws Exception {
    for (long basis = 0; basis < 10; basis++) {
      List<Future<Routes.Stored>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(ask(new Routes.Store("by " + i, basis, null)));
      }
      await(Future.join(all).otherwiseEmpty());
      List<Future<Routes.Stored>> lost = all.stream().filter(Future::failed).toList();
      assertThat(lost).hasSize(3);
      for (Future<Routes.Stored> one : lost) {
        assertThat(((Failure) one.cause()).problem()).isEqualTo(Problem.CONFLICT);
      }
      int winner = all.indexOf(all.stream().filter(Future::succeeded).findFirst().orElseThrow());
      assertThat(current(null)).isEqualTo(with("by " + winner, all.get(winner).result()));
      assertThat(current(null).version()).isEqualTo(basis + 1);
    }
  }

  @Test
  void pagesNeitherRepeatNorHideWhateverIsStoredMeanwhile() throws Exception {
    for (int i = 0; i < 20; i++) {
      store("v" + (i + 1), i);
    }
    List<Long> walked = new ArrayList<>();
    String cursor = null;
    long head = 20;
    do {
      Routes.Page page = versions(7, cursor);
      assertThat(page.items()).hasSizeLessThanOrEqualTo(7);
      page.items().forEach(entry -> walked.add(entry.version()));
      cursor = page.nextCursor();
      store("meanwhile", head++);
    } while (cursor != null);
    assertThat(walked).containsExactlyElementsOf(downFrom(20, 1));
    assertThat(versions(23, null).nextCursor()).as("an exact page is the last").isNull();
    assertFails(
        Problem.INVALID,
        ask(new Routes.Versions(7, "garbage")),
        "'cursor' must be the nextCursor of the page before, unchanged");
  }

  @Test
  void theOldestAreGivenUp() throws Exception {
    for (int i = 0; i < KEPT + 3; i++) {
      store("v" + (i + 1), i);
    }
    assertThat(versions(100, null).items())
        .extracting(Routes.Entry::version)
        .containsExactlyElementsOf(downFrom(KEPT + 3, 4));
    assertThat(version(4).document()).isEqualTo("v4");
    for (long gone : new long[] {1, 3, KEPT + 4, Long.MAX_VALUE}) {
      assertFails(
          Problem.NOT_FOUND,
          ask(new Routes.Version(gone)),
          "there is no version " + gone + " of the routes; the last 30 are kept");
    }
    assertThat(current(null).document()).isEqualTo("v33");
  }

  @Test
  void aKeyStoresOnceHoweverOftenItIsAsked() throws Exception {
    Routes.Store one = new Routes.Store("one", 0, "why");
    Routes.Stored stored = await(node.bus().request(one, node.call(ada, "k")));
    assertThat(await(node.bus().request(one, node.call(ada, "k")))).isEqualTo(stored);
    store("two", 1);
    Routes.Store anew = new Routes.Store("one", 2, "why");
    assertThat(await(node.bus().request(anew, node.call(ada, "k")))).isEqualTo(stored);
    assertThat(current(null).document()).isEqualTo("two");
    for (Routes.Store other :
        List.of(new Routes.Store("other", 2, "why"), new Routes.Store("one", 2, null))) {
      assertFails(
          Problem.UNPROCESSABLE,
          node.bus().request(other, node.call(ada, "k")),
          "this Idempotency-Key was used for another request");
    }
    Caller bob = user(UUID.randomUUID(), "write:routes");
    assertThat(await(node.bus().request(anew, node.call(bob, "k"))).version()).isEqualTo(3);
  }

  @Test
  void aConflictDoesNotUseUpItsKey() throws Exception {
    store("one", 0);
    Routes.Store late = new Routes.Store("two", 0, null);
    assertThat(awaitFailure(node.bus().request(late, node.call(ada, "k")))).isNotNull();
    Routes.Store anew = new Routes.Store("two", 1, null);
    assertThat(await(node.bus().request(anew, node.call(ada, "k"))).version()).isEqualTo(2);
  }

  @Test
  void everyNodeIsToldOfANewVersionAndOfNothingElse() throws Exception {
    List<Routes.Changed> told = new CopyOnWriteArrayList<>();
    await(
        node.bus()
            .room("listener")
            .hear(Routes.Changed.class, (changed, call) -> told.add(changed))
            .open());
    await(ask(new Routes.Store("one", 0, "why")));
    assertThat(awaitFailure(ask(new Routes.Store("lost", 0, null)))).isNotNull();
    store("two", 1);
    until("both are told", SOON, () -> told.size() >= 2);
    assertThat(told).containsExactly(new Routes.Changed(1, "why"), new Routes.Changed(2, null));
  }

  @Test
  void whoMayNotIsTurnedAway() throws Exception {
    Caller reader = user(UUID.randomUUID(), "read:routes");
    Caller writer = user(UUID.randomUUID(), "write:routes");
    Routes.Store store = new Routes.Store("one", 0, null);
    String write = "the permission write:routes is needed";
    String read = "the permission read:routes is needed";
    assertFails(Problem.DENIED, node.bus().request(store, node.call(reader)), write);
    for (Request<?> reading :
        List.of(new Routes.Current(null), new Routes.Versions(1, null), new Routes.Version(1))) {
      assertFails(Problem.DENIED, node.bus().request(reading, node.call(writer)), read);
      Failure nobody =
          (Failure) awaitFailure(node.bus().request(reading, node.call(Caller.ANONYMOUS)));
      assertThat(nobody.problem()).isEqualTo(Problem.UNAUTHENTICATED);
    }
    assertThat(current(null).version()).isZero();
  }

  @Test
  void theAuthorIsWhoeverStoredIt() throws Exception {
    Caller key =
        new Caller(
            Caller.Kind.KEY, UUID.randomUUID(), "k-1", null, List.of(), List.of("*:*"), "free");
    assertThat(await(node.bus().request(new Routes.Store("", 0, null))).author())
        .isEqualTo("node test");
    assertThat(await(node.bus().request(new Routes.Store("", 1, null), node.call(key))).author())
        .isEqualTo("key k-1");
  }

  @Test
  void withoutPostgresCallsFailFastAndAllIsWellAfterIt(Servers servers) throws Exception {
    store("one", 0);
    servers.postgres().stop();
    try {
      for (Request<?> request :
          List.of(
              new Routes.Current(null),
              new Routes.Store("lost", 1, null),
              new Routes.Versions(null, null),
              new Routes.Version(1))) {
        long begun = System.nanoTime();
        Failure failure = (Failure) awaitFailure(ask(request));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
        assertThat(failure.problem()).isEqualTo(Problem.UNAVAILABLE);
        assertThat(failure.retryAfter()).isPresent();
      }
    } finally {
      servers.postgres().start();
    }
    until("routes are read again", SOON, () -> awaitFailure(ask(new Routes.Current(1L))) == null);
    assertThat(store("two", 1).version()).isEqualTo(2);
    assertThat(version(1).document()).isEqualTo("one");
  }

  private <R extends Contract> Future<R> ask(Request<R> request) {
    return node.bus().request(request, node.call(ada));
  }

  private Routes.Stored current(Long known) throws Exception {
    return await(ask(new Routes.Current(known)));
  }

  private Routes.Stored version(long version) throws Exception {
    return await(ask(new Routes.Version(version)));
  }

  private Routes.Page versions(Integer limit, String cursor) throws Exception {
    return await(ask(new Routes.Versions(limit, cursor)));
  }

  private Routes.Stored store(String document, long basis) throws Exception {
    return await(ask(new Routes.Store(document, basis, null)));
  }

  private static Routes.Stored with(String document, Routes.Stored stored) {
    return new Routes.Stored(
        stored.version(), document, stored.author(), stored.at(), stored.comment());
  }

  private static List<Long> downFrom(long first, long last) {
    return LongStream.iterate(first, version -> version >= last, version -> version - 1)
        .boxed()
        .toList();
  }

  private static void assertFails(Problem problem, Future<?> asked, String detail)
      throws Exception {
    Throwable failure = awaitFailure(asked);
    assertThat(failure).isInstanceOf(Failure.class).hasMessage(detail);
    assertThat(((Failure) failure).problem()).isEqualTo(problem);
  }
}
