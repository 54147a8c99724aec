package dev.sluice.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What RFC 9111 says, row by row: a response is offered to the cache, time passes, a request comes.
 */
class ConformanceTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    dev.sluice.Waiting.await(vertx.close());
  }

  @TestFactory
  Stream<DynamicTest> rows() {
    return ConformanceRows.all().stream()
        .map(row -> DynamicTest.dynamicTest(row.section + " " + row.name, () -> run(row)));
  }

  @Test
  void noneIsThereTwiceAndTheyAreEnough() {
    List<String> names = ConformanceRows.all().stream().map(row -> row.name).toList();
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(80);
  }

  private void run(ConformanceRow row) {
    Bench bench = new Bench(vertx);
    HttpCache cache = bench.loop.of("r", row.settings.build());
    CacheRequest first = row.request(HttpMethod.GET, "/item", row.first, row.firstCaller);
    if (Bench.now(cache.lookup(first)) instanceof Lookup.Miss miss) {
      bench.time.turn(java.time.Duration.ofSeconds(row.delay));
      Bench.give(miss.ticket(), row.status, row.body, row.response());
    }
    bench.time.turn(java.time.Duration.ofSeconds(row.after));
    if (row.change != null) {
      CacheRequest change = row.request(row.change, row.changed, new String[0], null);
      Future<Forgotten> done =
          cache.changed(change, row.changeStatus, Bench.headers(row.changeHeaders));
      assertThat(done.succeeded()).isTrue();
    }
    CacheRequest second = row.request(row.method, row.uri, row.second, row.caller);
    Lookup lookup = Bench.now(cache.lookup(second));
    assertThat(outcome(lookup)).as("%s", lookup).isEqualTo(row.outcome);
    Answer answer =
        lookup instanceof Lookup.Hit hit
            ? hit.answer()
            : lookup instanceof Lookup.Stale stale ? stale.answer() : null;
    if (row.then != null) {
      Ticket ticket = ((Lookup.Miss) lookup).ticket();
      MultiMap asked = Bench.headers(row.second);
      ticket.prepare(asked);
      answer = row.then.apply(ticket, asked);
    }
    row.check.accept(answer);
  }

  private static ConformanceRow.Outcome outcome(Lookup lookup) {
    if (lookup instanceof Lookup.Hit) {
      return ConformanceRow.Outcome.HIT;
    } else if (lookup instanceof Lookup.Stale) {
      return ConformanceRow.Outcome.STALE;
    } else if (lookup instanceof Lookup.Bypass) {
      return ConformanceRow.Outcome.BYPASS;
    } else if (lookup instanceof Lookup.Refuse) {
      return ConformanceRow.Outcome.REFUSE;
    }
    return ((Lookup.Miss) lookup).ticket().validating()
        ? ConformanceRow.Outcome.VALIDATE
        : ConformanceRow.Outcome.MISS;
  }
}
