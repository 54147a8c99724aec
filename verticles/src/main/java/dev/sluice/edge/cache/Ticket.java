package dev.sluice.edge.cache;

import dev.sluice.edge.cache.CacheMeters.Result;
import dev.sluice.edge.cache.Flights.Flight;
import dev.sluice.edge.cache.Flights.Outcome;
import dev.sluice.edge.http.FieldValues;
import dev.sluice.edge.http.Fields;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * The way of one upstream exchange into the cache. Used on one event loop, in this order:
 *
 * <pre>
 *   prepare(request headers)
 *   no answer:             failed(0)         an answer to send, or null: there is none
 *   500, 502, 503, 504:    failed(status)    an answer to send, or null: go on with head
 *   304 and validating():  notModified(headers)   an answer to send, or null: ask again
 *   anything else:         head, then, if it said true: body ..., end
 *   at any moment:         abort
 * </pre>
 *
 * Once it is over, calls do nothing; so {@link #abort} may be called at the end of every exchange.
 * Others may wait for it: whoever drops it without ending it makes them wait for {@code coalesce}.
 */
public final class Ticket {
  private final HttpCache cache;
  private final CacheRequest request;
  private final Demands demands;
  private final String key;
  private final String under;
  private final Flight flight;
  private final boolean behind;
  private final HttpCache.Begun begun;
  private final long requested;
  private String cacheStatus;
  private StoredResponse stored;
  private State state = State.ASKED;
  private StoredResponse kept;
  private List<String> names = List.of();
  private Buffer body;
  private int expected;
  private int taken;

  private enum State {
    ASKED,
    RECEIVING,
    OVER
  }

  Ticket(
      HttpCache cache,
      CacheRequest request,
      Demands demands,
      String key,
      String under,
      StoredResponse stored,
      Flight flight,
      String forwarded,
      boolean behind) {
    this.cache = cache;
    this.request = request;
    this.demands = demands;
    this.key = key;
    this.under = under;
    this.stored = stored;
    this.flight = flight;
    this.cacheStatus = forwarded;
    this.behind = behind;
    this.begun = cache.begun();
    this.requested = cache.loop().shared().now();
  }

  /** Whether a 304 from the upstream is for the cache, and not for the client. */
  public boolean validating() {
    return stored != null && stored.hasValidator();
  }

  /**
   * Makes the headers of the request to the upstream ask whether what is kept is still good, in
   * place of the client's conditions, which the answer is then judged by here. A request that is
   * made behind the client's back asks for all of it.
   */
  public void prepare(MultiMap headers) {
    if (behind) {
      headers.remove(Fields.RANGE).remove(Fields.IF_RANGE);
    }
    if (behind || validating()) {
      headers.remove(HttpHeaders.IF_NONE_MATCH).remove(HttpHeaders.IF_MODIFIED_SINCE);
    }
    if (!validating()) {
      return;
    }
    if (stored.etag() != null) {
      headers.set(HttpHeaders.IF_NONE_MATCH, stored.etag());
    }
    if (stored.lastModified() != null) {
      headers.set(HttpHeaders.IF_MODIFIED_SINCE, stored.lastModified());
    }
  }

  /** The value of the Cache-Status field of the answer, once {@link #head} was called. */
  public String cacheStatus() {
    return cacheStatus;
  }

  /**
   * The upstream answers. The answer goes to the client in any case.
   *
   * @return whether the cache wants the body too: {@link #body} and {@link #end}
   */
  public boolean head(int status, MultiMap headers) {
    if (state != State.ASKED) {
      return false;
    }
    count(Result.MISS);
    if (HttpMethod.HEAD.equals(request.method())) {
      if (stored != null && Freshening.contradicts(stored, status, headers)) {
        cache.store().remove(under, stored);
      }
      return over(Outcome.ALONE);
    }
    long received = cache.loop().shared().now();
    kept = Storable.head(cache.config(), request, status, headers, requested, received);
    names = kept == null ? null : VaryKey.names(headers);
    if (names == null || !begin(headers)) {
      if (stored != null && status < 500) {
        cache.store().remove(under, stored); // it was replaced by one that is not kept
      }
      cache.loop().shared().pass(under);
      return over(isFailure(status) ? Outcome.FAILED : Outcome.ALONE);
    }
    if (kept.validateAlways() || kept.remaining(received) <= 0) {
      // Each of the others would have to ask for itself what is to become of it.
      cache.loop().shared().pass(under);
      tell(Outcome.ALONE);
    }
    cacheStatus = CacheStatus.stored(cacheStatus);
    state = State.RECEIVING;
    return true;
  }

  private boolean begin(MultiMap headers) {
    String length = headers.get(HttpHeaders.CONTENT_LENGTH);
    long announced = length == null ? -1 : FieldValues.seconds(length);
    if (announced > cache.config().maxBody()) {
      return false;
    }
    expected = (int) announced;
    if (!take(Math.max(0, expected))) {
      return false;
    }
    body = Buffer.buffer(Math.max(0, expected));
    return true;
  }

  private boolean take(int bytes) {
    if (bytes > 0 && !cache.store().fill(bytes)) {
      return false;
    }
    taken += bytes;
    return true;
  }

  /** A part of the body; it is copied. Does nothing when the cache has lost interest. */
  public void body(Buffer part) {
    if (state != State.RECEIVING) {
      return;
    }
    int length = body.length() + part.length();
    boolean tooMuch =
        length > cache.config().maxBody()
            || (expected >= 0 && length > expected)
            || !take(Math.max(0, length - taken));
    if (tooMuch) {
      cache.loop().shared().pass(under);
      over(Outcome.ALONE);
      return;
    }
    body.appendBuffer(part);
    if (body.length() == expected) {
      end(); // before the client has all of it, so that what it asks for next is there
    }
  }

  /** The body is complete. */
  public void end() {
    if (state != State.RECEIVING) {
      return;
    }
    if (expected >= 0 && body.length() != expected) {
      over(Outcome.ABANDONED); // RFC 9111 section 3.3: it was cut off
      return;
    }
    // What grew has room to spare, which would be kept with it.
    Buffer whole = expected >= 0 ? body : Buffer.buffer(body.getBytes());
    boolean stays = cache.keep(request, key, names, kept.with(whole), begun);
    over(stays ? Outcome.STORED : Outcome.ALONE);
  }

  /** The exchange ends here, for whatever reason; another one may take its place. */
  public void abort() {
    over(Outcome.ABANDONED);
  }

  /**
   * The upstream said that what is kept is still good.
   *
   * @return the answer to the client; null if the 304 is about something else (RFC 9111 section
   *     4.3.4), and the upstream is to be asked again, after {@link #prepare} of fresh headers
   */
  public Answer notModified(MultiMap headers) {
    if (state != State.ASKED || !validating()) {
      return null;
    }
    if (!Freshening.isAbout(stored, headers)) {
      cache.store().remove(under, stored);
      stored = null;
      return null;
    }
    long now = cache.loop().shared().now();
    MultiMap merged = Freshening.merged(stored, headers);
    if (!headers.contains(HttpHeaders.DATE)) {
      merged.remove(HttpHeaders.DATE); // the old one would make it old
    }
    StoredResponse fresh =
        Freshening.fresh(cache.config(), request, stored, merged, requested, now);
    List<String> by = VaryKey.names(merged);
    boolean stays = fresh != null && by != null && cache.keep(request, key, by, fresh, begun);
    if (!stays) {
      cache.store().remove(under, stored);
    }
    count(Result.REVALIDATED);
    StoredResponse answer = fresh == null ? stored.at(0, now) : fresh;
    over(stays && fresh.remaining(now) > 0 ? Outcome.STORED : Outcome.ALONE);
    return Answer.to(request, answer, now, CacheStatus.validated(cacheStatus));
  }

  /**
   * The upstream did not answer (0) or with this status.
   *
   * @return what is kept, when it may be used for lack of something better (RFC 5861 section 4);
   *     otherwise null, and it is over if there was no answer
   */
  public Answer failed(int status) {
    if (state != State.ASKED || (status != 0 && !isFailure(status))) {
      return null;
    }
    long now = cache.loop().shared().now();
    boolean good = stored != null && Reuse.onError(stored, demands, now);
    if (good || status == 0) {
      count(good ? Result.STALE : Result.MISS);
      over(Outcome.FAILED);
    }
    return good
        ? Answer.to(request, stored, now, CacheStatus.staleOnError(stored.remaining(now)))
        : null;
  }

  private static boolean isFailure(int status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
  }

  /** A request behind a client's back was counted with its client. */
  private void count(Result result) {
    if (!behind) {
      cache.meters().count(result);
    }
  }

  private boolean over(Outcome how) {
    if (state != State.OVER) {
      state = State.OVER;
      cache.store().filled(taken);
      taken = 0;
      body = null;
      tell(how);
    }
    return false;
  }

  private void tell(Outcome how) {
    if (flight != null) {
      flight.finish(how);
    }
  }
}
