package dev.sluice.contract;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What can be asked of, and heard from, the response caches of the gateways. What is to be
 * forgotten is said in one of four ways: a URI, the beginning of URIs, a tag, or everything. URIs
 * begin with the host that clients name, with or without a scheme: {@code
 * shop.example.com/items?page=2}; http and https go together.
 */
public sealed interface Cache extends Contract {
  /** Characters of a URI, a beginning or a tag. */
  int LONGEST = 8192;

  /** Things to forget that one message holds. */
  int MOST_AT_ONCE = 1000;

  /**
   * Makes all gateways forget; exactly one of the fields is given. One gateway does it for its
   * memory and for what all share, and tells the others. Nothing that matches is no failure.
   *
   * @param uri this URI: all variants of it, for all callers, by all routes
   * @param prefix all URIs that begin so
   * @param tag all answers with this tag
   * @param all {@code true}: everything
   */
  @Requires("write:cache")
  @Idempotent
  record Purge(
      @MayBeAbsent String uri,
      @MayBeAbsent String prefix,
      @MayBeAbsent String tag,
      @MayBeAbsent Boolean all)
      implements Cache, Request<Purged> {

    private static final String HOST = "(?:[Hh][Tt][Tt][Pp][Ss]?://)?+[^/\\s\\x00]+";
    private static final Pattern URI = Pattern.compile(HOST + "/[^\\s\\x00]*");
    private static final Pattern PREFIX = Pattern.compile(HOST + "(?:/[^\\s\\x00]*)?");
    private static final Pattern TAG = Pattern.compile("[^\\s,\\x00]+");

    public Purge {
      if (Stream.of(uri != null, prefix != null, tag != null, all != null).filter(g -> g).count()
          > 1) {
        throw Problem.field(
            all != null ? "all" : tag != null ? "tag" : "prefix",
            "is given beside others; exactly one of uri, prefix, tag and all would be right");
      }
      check("uri", uri, URI, "a host and a path, such as shop.example.com/items");
      check("prefix", prefix, PREFIX, "a host, or more, such as shop.example.com/items/");
      check("tag", tag, TAG, "one tag, without spaces and commas");
      if (all != null && !all) {
        throw Problem.field("all", "must be true, or not be given");
      }
    }

    private static void check(String field, String value, Pattern form, String meaning) {
      if (value != null) {
        Check.text(field, value, 1, LONGEST);
        Check.matches(field, value, form, meaning);
      }
    }

    /**
     * That it says what to forget, which nobody can see who looks at the fields one by one.
     *
     * @throws Failure INVALID when it does not
     */
    public Purge checked() {
      if (uri == null && prefix == null && tag == null && all == null) {
        throw Problem.INVALID.because(
            "one of 'uri', 'prefix', 'tag' and 'all' must say what is to be forgotten");
      }
      return this;
    }
  }

  /**
   * It was done on one gateway, and the others are being told.
   *
   * @param entries answers that were in that gateway's memory; others may have had more
   * @param everywhere whether what the gateways share has forgotten too; when not, it could not be
   *     reached, which is tried again until it can
   */
  record Purged(long entries, boolean everywhere) implements Cache {}

  /**
   * Something that may be cached has changed: announced on Kafka by whoever changed it, with the
   * fields of {@link Purge}, of which exactly one is given.
   */
  record Invalidated(
      @MayBeAbsent String uri,
      @MayBeAbsent String prefix,
      @MayBeAbsent String tag,
      @MayBeAbsent Boolean all)
      implements Cache, Event {

    public Invalidated {
      new Purge(uri, prefix, tag, all).checked();
    }

    /** What is to be done about it. */
    public Purge purge() {
      return new Purge(uri, prefix, tag, all);
    }
  }

  /**
   * A gateway has forgotten this; the others shall do the same. It can get lost with the connection
   * between two nodes.
   *
   * @param what 1 to {@link #MOST_AT_ONCE}
   * @param everywhere whether what the gateways share has forgotten already; when not, whoever
   *     hears this should see to that too
   */
  record Forgotten(List<Purge> what, boolean everywhere) implements Cache, Event {
    public Forgotten {
      what = Check.list("what", what, 1, MOST_AT_ONCE);
    }
  }
}
