package dev.sluice.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * What a node has in memory, for all its event loops; bounded in bytes.
 *
 * <p>Beside the map are two indexes for purges, by key (which begins with the URI) and by tag. They
 * change with the map in one atomic step for each key, so that nothing is kept that a purge does
 * not find.
 */
final class MemoryStore {
  private static final int OBJECT = 150;

  private final Cache<String, Kept> kept;
  private final ConcurrentNavigableMap<String, Kept> byKey = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<String, Set<String>> byTag = new ConcurrentHashMap<>();
  private final PurgeLog purges = new PurgeLog();
  private final AtomicLong filling = new AtomicLong();
  private final long mostFilling;

  /**
   * @param evicted told the bytes of what had to go for lack of room
   */
  MemoryStore(long bytes, LongConsumer evicted) {
    this.mostFilling = bytes;
    this.kept =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher(MemoryStore::weight)
            .executor(Runnable::run)
            .evictionListener(
                (String key, Kept gone, RemovalCause cause) -> {
                  unindex(key, gone);
                  evicted.accept(weight(key, gone));
                })
            .build();
  }

  private static int weight(String key, Kept value) {
    return (int) Math.min(Integer.MAX_VALUE, OBJECT + 2L * key.length() + value.weight());
  }

  Kept get(String key) {
    return kept.getIfPresent(key);
  }

  /** What {@link #put} needs to know: taken before the upstream was asked. */
  long stamp() {
    return purges.stamp();
  }

  /**
   * Keeps it, unless it was purged since the stamp was taken.
   *
   * <p>A purge writes its log first and looks into the indexes then; here it is the other way
   * round, so that one of the two always sees the other.
   */
  @SuppressWarnings("ReferenceEquality") // a later one may be equal
  boolean put(String key, Kept value, long stamp) {
    Kept present =
        kept.asMap()
            .compute(
                key,
                (k, old) -> {
                  index(k, value); // over the old one: at no moment is the key not there
                  if (old != null) {
                    untag(k, tags(old), tags(value));
                  }
                  if (!purges.hitSince(stamp, k, value)) {
                    return value;
                  }
                  unindex(k, value);
                  return null; // the old one goes too
                });
    return present == value;
  }

  /** Forgets it, if it is still this one. */
  @SuppressWarnings("ReferenceEquality") // one that is equal and came later is another one
  boolean remove(String key, Kept value) {
    boolean[] gone = new boolean[1];
    // Not computeIfPresent, which does not wait for one who is just putting it there.
    Kept left =
        kept.asMap()
            .compute(
                key,
                (k, present) -> {
                  gone[0] = present == value;
                  if (gone[0]) {
                    unindex(k, present);
                  }
                  return gone[0] ? null : present;
                });
    return left == null && gone[0];
  }

  /** Begins to purge: nothing older is kept any more; what is there goes by {@link Purging}. */
  Purging purge(Purge purge) {
    purges.add(purge);
    return new Purging(purge, keys(purge));
  }

  private Iterator<String> keys(Purge purge) {
    String what = purge.what();
    return switch (purge.kind()) {
      case URI ->
          byKey.subMap(what + CacheKey.END, what + (char) (CacheKey.END + 1)).keySet().iterator();
      case PREFIX -> byKey.tailMap(what).keySet().iterator();
      case TAG -> byTag.getOrDefault(what, Set.of()).iterator();
      case ALL -> byKey.keySet().iterator();
    };
  }

  /** A purge that is being done, a few entries at a time, so that it holds up no event loop. */
  final class Purging {
    private final Purge purge;
    private final Iterator<String> keys;
    private long gone;

    private Purging(Purge purge, Iterator<String> keys) {
      this.purge = purge;
      this.keys = keys;
    }

    /** Looks at so many entries; false when there are no more. */
    boolean go(int entries) {
      for (int i = 0; i < entries; i++) {
        if (!keys.hasNext()) {
          return false;
        }
        String key = keys.next();
        if (purge.kind() == Purge.Kind.PREFIX && !key.startsWith(purge.what())) {
          return false;
        }
        Kept found = byKey.get(key);
        if (found != null && purge.hits(key, found) && remove(key, found)) {
          gone += found instanceof StoredResponse ? 1 : 0;
        }
      }
      return true;
    }

    /** Responses that went so far. */
    long gone() {
      return gone;
    }
  }

  /** Takes room for what is being received; false when there is none. */
  boolean fill(int bytes) {
    if (filling.addAndGet(bytes) <= mostFilling) {
      return true;
    }
    filling.addAndGet(-bytes);
    return false;
  }

  void filled(int bytes) {
    filling.addAndGet(-bytes);
  }

  long filling() {
    return filling.get();
  }

  private void index(String key, Kept value) {
    byKey.put(key, value);
    for (String tag : tags(value)) {
      byTag.compute(
          tag,
          (t, keys) -> {
            Set<String> all = keys == null ? ConcurrentHashMap.newKeySet() : keys;
            all.add(key);
            return all;
          });
    }
  }

  private void unindex(String key, Kept value) {
    byKey.remove(key);
    untag(key, tags(value), List.of());
  }

  private void untag(String key, List<String> tags, List<String> but) {
    for (String tag : tags) {
      if (!but.contains(tag)) {
        byTag.computeIfPresent(
            tag,
            (t, keys) -> {
              keys.remove(key);
              return keys.isEmpty() ? null : keys;
            });
      }
    }
  }

  private static List<String> tags(Kept value) {
    return value instanceof StoredResponse response ? response.tags() : List.of();
  }

  long entries() {
    return byKey.size();
  }

  int tags() {
    return byTag.size();
  }

  long bytes() {
    return kept.policy().eviction().map(Policy.Eviction::weightedSize).orElseThrow().orElse(0);
  }

  /** Does now what is done a little after each change. */
  void settle() {
    kept.cleanUp();
  }
}
