package dev.sluice.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
  private static final int MB = 1 << 20;

  private final AtomicLong evicted = new AtomicLong();
  private final MemoryStore store = new MemoryStore(MB, bytes -> evicted.incrementAndGet());

  private static StoredResponse response(int size, String... tags) {
    return new StoredResponse(
        200,
        List.of("Content-Type", "text/plain"),
        Buffer.buffer(new byte[size]),
        0,
        0,
        60_000,
        false,
        true,
        0,
        0,
        null,
        null,
        null,
        List.of(tags));
  }

  private static String key(String uri, String rest) {
    return uri + CacheKey.END + rest;
  }

  private boolean put(String key, Kept kept) {
    return store.put(key, kept, store.stamp());
  }

  private long purge(Purge purge) {
    MemoryStore.Purging purging = store.purge(purge);
    boolean more = true;
    while (more) {
      more = purging.go(7);
    }
    return purging.gone();
  }

  @Test
  void theBytesStayBelowTheirBoundAndTheIndexesFollow() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int largest = 0;
    for (int i = 0; i < 20_000; i++) {
      int size = random.nextInt(100) == 0 ? random.nextInt(2 * MB) : random.nextInt(8192);
      largest = Math.max(largest, size);
      String key = key("h/" + random.nextInt(3000), "https");
      if (random.nextInt(10) == 0) {
        Kept there = store.get(key);
        assertThat(there == null || store.remove(key, there)).isTrue();
      } else {
        put(key, response(size, "t" + random.nextInt(20), "all"));
      }
      assertThat(store.bytes()).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(MB);
    }
    store.settle();
    assertThat(evicted.get()).isPositive();
    int found = 0;
    for (int i = 0; i < 3000; i++) {
      found += store.get(key("h/" + i, "https")) == null ? 0 : 1;
    }
    assertThat(store.entries()).as("seed %d", seed).isEqualTo(found);
    assertThat(purge(Purge.tag("all"))).isEqualTo(found);
    assertThat(store.entries()).isZero();
    assertThat(store.tags()).isZero();
    assertThat(store.bytes()).isZero();
  }

  @Test
  void headsKeysAndTagsCountToo() {
    for (int i = 0; i < 10_000; i++) {
      put(key("h/" + i, "https"), response(0));
    }
    store.settle();
    assertThat(store.entries()).isLessThan(MB / 300);
  }

  @Test
  void whatIsLargerThanAllOfItDoesNotStay() {
    put("h/small\0", response(100));
    put("h/large\0", response(2 * MB));
    store.settle();
    assertThat(store.get("h/large\0")).isNull();
    assertThat(store.get("h/small\0")).isNotNull();
  }

  @Test
  void purgesTakeWhatTheyNameAndNothingElse() {
    Map<String, String[]> all = new HashMap<>();
    all.put(key("h/a", "https"), new String[] {"x", "y"});
    all.put(key("h/a", "http"), new String[] {"x"});
    all.put(key("h/ab", "https"), new String[] {"y"});
    all.put(key("h/a/b", "https"), new String[] {});
    all.put(key("h/a?q=1", "https"), new String[] {"z"});
    all.put(key("other/a", "https"), new String[] {"x"});
    check(all, Purge.uri("h/a"), 2);
    check(all, Purge.uri("https://H:443/a"), 2);
    check(all, Purge.uri("h/b"), 0);
    check(all, Purge.prefix("h/a"), 5);
    check(all, Purge.prefix("h/a/"), 1);
    check(all, Purge.prefix("h/a?"), 1);
    check(all, Purge.prefix("h"), 5);
    check(all, Purge.tag("x"), 3);
    check(all, Purge.tag("none"), 0);
    check(all, Purge.all(), 6);
  }

  private void check(Map<String, String[]> all, Purge purge, int expected) {
    all.forEach((key, tags) -> put(key, response(10, tags)));
    assertThat(purge(purge)).as("%s", purge).isEqualTo(expected);
    assertThat(store.entries()).as("%s", purge).isEqualTo(all.size() - expected);
    assertThat(purge(purge)).as("%s again", purge).isZero();
  }

  @Test
  void whatWasAskedForBeforeAPurgeIsNotKept() {
    long before = store.stamp();
    assertThat(purge(Purge.prefix("h/a"))).isZero();
    assertThat(store.put("h/ab\0", response(1), before)).isFalse();
    assertThat(store.put("h/b\0", response(1), before)).isTrue();
    assertThat(put("h/ab\0", response(1))).isTrue();
    for (int i = 0; i < 300; i++) {
      assertThat(purge(Purge.uri("h/none"))).isZero();
    }
    assertThat(store.put("h/c\0", response(1), before)).as("too long ago to tell").isFalse();
  }

  /** Threads put what is of the present, one purges: what is older than a purge is never found. */
  @Test
  void nothingOlderThanAPurgeSurvivesIt() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong version = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      Random random = new Random(t);
      Thread thread =
          new Thread(
              () -> {
                while (!over.get()) {
                  long stamp = store.stamp();
                  String tag = "v" + version.get(); // what the origin says, after the stamp
                  store.put(
                      key("h/" + random.nextInt(20), "https"), response(10, tag, "all"), stamp);
                }
              });
      threads.add(thread);
      thread.start();
    }
    try {
      for (int round = 0; round < 500; round++) {
        String old = "v" + version.getAndIncrement();
        Purge purge =
            switch (round % 3) {
              case 0 -> Purge.tag("all");
              case 1 -> Purge.prefix("h/");
              default -> Purge.all();
            };
        long gone = purge(purge);
        assertThat(gone).isNotNegative();
        for (int i = 0; i < 20; i++) {
          if (store.get(key("h/" + i, "https")) instanceof StoredResponse found) {
            assertThat(found.tags()).as("round %d", round).doesNotContain(old);
          }
        }
      }
    } finally {
      over.set(true);
      for (Thread thread : threads) {
        thread.join(10_000);
      }
    }
    assertThat(purge(Purge.all())).isBetween(0L, 20L);
    assertThat(store.entries()).isZero();
    assertThat(store.tags()).isZero();
  }

  @Test
  void aHundredThousandGoALittleAtATime() {
    MemoryStore large = new MemoryStore(256L * MB, bytes -> {});
    for (int i = 0; i < 100_000; i++) {
      large.put(key("h/p/" + i, "https"), response(10, "all"), large.stamp());
    }
    for (Purge purge : List.of(Purge.tag("all"), Purge.prefix("h/q/"))) {
      MemoryStore.Purging purging = large.purge(purge);
      long begun = System.nanoTime();
      long longest = 0;
      boolean more = true;
      while (more) {
        long turn = System.nanoTime();
        more = purging.go(200);
        longest = Math.max(longest, System.nanoTime() - turn);
      }
      System.out.printf(
          "%s: %d gone in %d us, longest turn %d us%n",
          purge, purging.gone(), (System.nanoTime() - begun) / 1000, longest / 1000);
    }
    assertThat(large.entries()).isZero();
  }

  @Test
  void purgesThatNameNothingAreRefused() {
    for (Purge.Kind kind : Purge.Kind.values()) {
      String wrong = kind == Purge.Kind.ALL ? "a" : "";
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Purge(kind, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("would be right");
    }
  }
}
