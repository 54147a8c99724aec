package dev.sluice.edge.cache;

import static dev.sluice.edge.cache.ConformanceRow.Outcome.BYPASS;
import static dev.sluice.edge.cache.ConformanceRow.Outcome.HIT;
import static dev.sluice.edge.cache.ConformanceRow.Outcome.MISS;
import static dev.sluice.edge.cache.ConformanceRow.Outcome.REFUSE;
import static dev.sluice.edge.cache.ConformanceRow.Outcome.STALE;
import static dev.sluice.edge.cache.ConformanceRow.Outcome.VALIDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;

/** The table of {@link ConformanceTest}. */
final class ConformanceRows {
  private static final String FRESH = "Cache-Control: max-age=60";
  private static final String ETAG = "ETag: \"v1\"";
  private static final String MODIFIED = "Last-Modified: " + Bench.date(-1000);

  private final List<ConformanceRow> rows = new ArrayList<>();

  private ConformanceRows() {}

  static List<ConformanceRow> all() {
    ConformanceRows table = new ConformanceRows();
    table.storing();
    table.credentials();
    table.lifetimes();
    table.ages();
    table.requests();
    table.staleness();
    table.vary();
    table.conditions();
    table.validation();
    table.ranges();
    table.methods();
    table.keys();
    return table.rows;
  }

  private ConformanceRow row(String section, String name) {
    ConformanceRow row = new ConformanceRow(section, name);
    rows.add(row);
    return row;
  }

  private void storing() {
    row("3", "a 200 with max-age is kept").stored(FRESH);
    row("3", "no-store is not kept").stored("Cache-Control: no-store, max-age=60").gives(MISS);
    row("3", "NO-STORE is no-store").stored("Cache-Control: max-age=60, No-Store").gives(MISS);
    row("3", "no-store on a second line counts")
        .stored(FRESH, "Cache-Control: no-store")
        .gives(MISS);
    row("3", "no-store=1 is no-store").stored("Cache-Control: no-store=1, max-age=9").gives(MISS);
    row("3", "private is not kept by a shared cache")
        .stored("Cache-Control: private, max-age=60")
        .gives(MISS);
    row("5.2.2.7", "private with fields keeps the others")
        .stored("Cache-Control: private=\"X-Mine, X-Too\", max-age=60", "X-Mine: a", "X-Its: b")
        .says("X-Mine", null)
        .says("X-Its", "b");
    row("5.2.2.7", "private with no fields in its quotes is private")
        .stored("Cache-Control: private=\"\", max-age=60")
        .gives(MISS);
    row("5.2.2.7", "private with a field that is not quoted is private")
        .stored("Cache-Control: private=X-Mine, max-age=60")
        .gives(MISS);
    row("4.2.1", "a quotation that does not end may hide no-store")
        .stored("Cache-Control: max-age=60, private=\"a, no-store")
        .gives(MISS);
    row("3", "no-store in a quoted string is not one")
        .stored("Cache-Control: max-age=60, x=\", no-store\"");
    row("5.2.3", "unknown directives are ignored")
        .stored("Cache-Control: max-age=60, fast, colour=\"red, green\"");
    row("5.2.2.3", "must-understand with a known status makes no-store void")
        .stored("Cache-Control: must-understand, no-store, max-age=60");
    row("5.2.2.3", "must-understand with an unknown status is not kept")
        .status(299, "Cache-Control: must-understand, max-age=60")
        .gives(MISS);
    row("3", "an unknown status with max-age is kept").status(299, FRESH).answers(299);
    row("3", "an error is kept when it says how long").status(404, FRESH).answers(404);
    row("3", "a 500 is kept when it says how long").status(500, FRESH).answers(500);
    row("3", "a 404 that says nothing is not").status(404).gives(MISS);
    row("3", "a 302 that says nothing is not").status(302).gives(MISS);
    row("3", "a 302 with Expires is").status(302, "Expires: " + Bench.date(60)).answers(302);
    row("3", "a 206 is not kept").status(206, FRESH, "Content-Range: bytes 0-9/20").gives(MISS);
    row("3", "a 304 is not kept").status(304, FRESH).gives(MISS);
    row("3", "a 204 is kept, without a length")
        .status(204, FRESH)
        .body("")
        .answers(204)
        .says("Content-Length", null);
    row("3", "a cut off body is not kept").stored(FRESH, "Content-Length: 11").gives(MISS);
    row("3", "a body longer than said is not kept").stored(FRESH, "Content-Length: 9").gives(MISS);
    row("3", "the length that is told is that of the body")
        .stored(FRESH, "Content-Length: 10")
        .says("Content-Length", "10")
        .text("0123456789");
    row("3.1", "hop-by-hop fields are not kept")
        .stored(FRESH, "Connection: X-Hop", "X-Hop: a", "Keep-Alive: 5", "X-End: b")
        .says("X-Hop", null)
        .says("Keep-Alive", null)
        .says("Connection", null)
        .says("X-End", "b");
    row("3.1", "proxy fields are not kept")
        .stored(FRESH, "Proxy-Authenticate: Basic", "Proxy-Authentication-Info: a")
        .says("Proxy-Authenticate", null)
        .says("Proxy-Authentication-Info", null);
    row("7.3", "what sets a cookie is not kept").stored(FRESH, "Set-Cookie: a=1").gives(MISS);
    row("7.3", "unless it is public")
        .stored("Cache-Control: public, max-age=60", "Set-Cookie: a=1")
        .says("Set-Cookie", "a=1");
    row("3", "a body above max_body is not kept").with(s -> s.maxBody(9)).stored(FRESH).gives(MISS);
    row("3", "one announced above it neither")
        .with(s -> s.maxBody(9))
        .stored(FRESH, "Content-Length: 10")
        .gives(MISS);
    row("3", "one as long as it is").with(s -> s.maxBody(10)).stored(FRESH);
  }

  private void credentials() {
    row("3.5", "with Authorization it is not kept")
        .first("Authorization: Bearer a")
        .stored(FRESH)
        .gives(MISS);
    row("3.5", "with an API key neither").first("X-API-Key: a").stored(FRESH).gives(MISS);
    row("3.5", "nor for a caller known otherwise")
        .callers("mtls:a", null)
        .stored(FRESH)
        .gives(MISS);
    row("3.5", "public makes it everybody's")
        .first("Authorization: Bearer a")
        .stored("Cache-Control: public, max-age=60");
    row("3.5", "s-maxage too")
        .first("Authorization: Bearer a")
        .stored("Cache-Control: s-maxage=60");
    row("3.5", "must-revalidate too")
        .first("Authorization: Bearer a")
        .stored("Cache-Control: max-age=60, must-revalidate");
    row("3.5", "an s-maxage nobody can read does not")
        .first("Authorization: Bearer a")
        .stored("Cache-Control: s-maxage=x, max-age=60")
        .gives(MISS);
    row("3.5", "per_client keeps it for the caller")
        .with(Bench.Settings::perClient)
        .callers("key:a", "key:a")
        .stored(FRESH);
    row("3.5", "and for nobody else")
        .with(Bench.Settings::perClient)
        .callers("key:a", "key:b")
        .stored(FRESH)
        .gives(MISS);
    row("3.5", "nor for who has no credentials")
        .with(Bench.Settings::perClient)
        .callers("key:a", null)
        .stored(FRESH)
        .gives(MISS);
    row("3.5", "nor is private kept so")
        .with(Bench.Settings::perClient)
        .callers("key:a", "key:a")
        .stored("Cache-Control: private, max-age=60")
        .gives(MISS);
    row("3.5", "what was answered to nobody in particular is for all")
        .asked("Authorization: Bearer a")
        .stored(FRESH);
  }

  private void lifetimes() {
    row("4.2", "fresh a second before its end").stored(FRESH).after(59);
    row("4.2", "not fresh at its end").stored(FRESH).after(60).gives(MISS);
    row("5.2.2.10", "s-maxage wins over max-age")
        .stored("Cache-Control: max-age=5, s-maxage=60")
        .after(30);
    row("5.2.2.10", "also when it is shorter")
        .stored("Cache-Control: max-age=60, s-maxage=5")
        .after(30)
        .gives(MISS);
    row("5.3", "max-age wins over Expires").stored(FRESH, "Expires: " + Bench.date(5)).after(30);
    row("5.3", "Expires counts from Date").stored("Expires: " + Bench.date(60)).after(59);
    row("5.3", "and ends then").stored("Expires: " + Bench.date(60)).after(60).gives(MISS);
    row("5.3", "without a Date it counts from when it came")
        .undated()
        .stored("Expires: " + Bench.date(60))
        .after(59);
    row("5.3", "Expires: 0 is in the past").stored("Expires: 0").gives(MISS);
    row("5.3", "two Expires are none to trust")
        .stored("Expires: " + Bench.date(60), "Expires: " + Bench.date(70))
        .gives(MISS);
    row("5.3", "the date of RFC 850 is understood")
        .stored("Expires: Thursday, 01-Jan-26 00:01:00 GMT")
        .after(59);
    row("5.3", "that of asctime too").stored("Expires: Thu Jan  1 00:01:00 2026").after(59);
    row("5.3", "a date with another zone is none")
        .stored("Expires: Thu, 01 Jan 2026 00:01:00 PST")
        .gives(MISS);
    row("4.2.1", "max-age that is no number is stale")
        .stored("Cache-Control: max-age=a")
        .gives(MISS);
    row("4.2.1", "a fraction too").stored("Cache-Control: max-age=60.5").gives(MISS);
    row("4.2.1", "a negative one too").stored("Cache-Control: max-age=-60").gives(MISS);
    row("4.2.1", "none at all too").stored("Cache-Control: max-age").gives(MISS);
    row("4.2.1", "two that differ too").stored("Cache-Control: max-age=60, max-age=90").gives(MISS);
    row("4.2.1", "two that agree do not").stored("Cache-Control: max-age=60, max-age=60");
    row("5.2", "a quoted number is one").stored("Cache-Control: max-age=\"60\"");
    row("1.2.2", "one too large is 2^31")
        .stored("Cache-Control: max-age=99999999999999999999")
        .after(1_000_000);
    row("4.2.2", "a 200 that says nothing is kept for ttl").stored().after(299);
    row("4.2.2", "and no longer").stored().after(300).gives(MISS);
    row("4.2.2", "a 302 that is public too").status(302, "Cache-Control: public").after(299);
    row("4.2.2", "with ttl 0s it is not").with(s -> s.ttl(0)).stored().gives(MISS);
    row("4.2.2", "ttl does not prolong max-age")
        .with(s -> s.ttl(300))
        .stored(FRESH)
        .after(61)
        .gives(MISS);
    row("4.2", "override_origin does")
        .with(s -> s.ttl(300).override())
        .stored("Cache-Control: max-age=0, must-revalidate, no-cache")
        .after(299);
    row("4.2", "but not over no-store")
        .with(s -> s.ttl(300).override())
        .stored("Cache-Control: no-store")
        .gives(MISS);
    row("4.2", "nor over private")
        .with(s -> s.ttl(300).override())
        .stored("Cache-Control: private")
        .gives(MISS);
  }

  private void ages() {
    row("5.1", "Age is the time it is kept").stored(FRESH).after(7).says("Age", "7");
    row("4.2.3", "and that it had when it came")
        .stored(FRESH, "Age: 20")
        .after(7)
        .says("Age", "27");
    row("4.2.3", "which counts").stored(FRESH, "Age: 55").after(7).gives(MISS);
    row("4.2.3", "so does an old Date")
        .undated()
        .stored(FRESH, "Date: " + Bench.date(-50))
        .after(5)
        .says("Age", "55");
    row("4.2.3", "a Date to come does not make it young")
        .undated()
        .stored(FRESH, "Date: " + Bench.date(50))
        .after(5)
        .says("Age", "5");
    row("4.2.3", "the time it took counts").delay(30).stored(FRESH).after(5).says("Age", "35");
    row("4.2.3", "also without a Date").undated().delay(30).stored(FRESH).after(31).gives(MISS);
    row("5.1", "an Age that is no number does not").stored(FRESH, "Age: old").says("Age", "1");
    row("5.1", "of two in a line the first does")
        .stored(FRESH, "Age: 20, 50")
        .after(7)
        .says("Age", "27");
  }

  private void requests() {
    row("5.2.1.4", "no-cache asks the origin")
        .stored(FRESH, ETAG)
        .asked("Cache-Control: no-cache")
        .gives(VALIDATE);
    row("5.2.1.4", "without a validator for all of it")
        .stored(FRESH)
        .asked("Cache-Control: no-cache")
        .gives(MISS);
    row("5.4", "Pragma is no-cache").stored(FRESH).asked("Pragma: no-cache").gives(MISS);
    row("5.4", "unless there is a Cache-Control")
        .stored(FRESH)
        .asked("Pragma: no-cache", "Cache-Control: max-age=9");
    row("5.2.1.5", "no-store passes by")
        .stored(FRESH)
        .asked("Cache-Control: no-store")
        .gives(BYPASS);
    row("5.2.1.5", "and leaves nothing").first("Cache-Control: no-store").stored(FRESH).gives(MISS);
    row("5.2.1.1", "max-age: too old")
        .stored(FRESH)
        .after(11)
        .asked("Cache-Control: max-age=10")
        .gives(MISS);
    row("5.2.1.1", "max-age: young enough")
        .stored(FRESH)
        .after(10)
        .asked("Cache-Control: max-age=10");
    row("5.2.1.1", "max-age=0 asks the origin")
        .stored(FRESH, ETAG)
        .asked("Cache-Control: max-age=0")
        .gives(VALIDATE);
    row("5.2.1.1", "a max-age nobody can read too")
        .stored(FRESH)
        .asked("Cache-Control: max-age=soon")
        .gives(MISS);
    row("5.2.1.3", "min-fresh: long enough")
        .stored(FRESH)
        .after(30)
        .asked("Cache-Control: min-fresh=30");
    row("5.2.1.3", "min-fresh: not")
        .stored(FRESH)
        .after(31)
        .asked("Cache-Control: min-fresh=30")
        .gives(MISS);
    row("5.2.1.2", "max-stale: within")
        .stored(FRESH)
        .after(70)
        .asked("Cache-Control: max-stale=10");
    row("5.2.1.2", "max-stale: beyond")
        .stored(FRESH)
        .after(71)
        .asked("Cache-Control: max-stale=10")
        .gives(MISS);
    row("5.2.1.2", "max-stale without a number: any")
        .stored(FRESH)
        .after(9999)
        .asked("Cache-Control: max-stale");
    row("5.2.2.2", "must-revalidate does not allow it")
        .stored("Cache-Control: max-age=60, must-revalidate", ETAG)
        .after(61)
        .asked("Cache-Control: max-stale")
        .gives(VALIDATE);
    row("5.2.2.8", "nor does proxy-revalidate")
        .stored("Cache-Control: max-age=60, proxy-revalidate", ETAG)
        .after(61)
        .asked("Cache-Control: max-stale")
        .gives(VALIDATE);
    row("5.2.2.10", "nor does s-maxage")
        .stored("Cache-Control: s-maxage=60", ETAG)
        .after(61)
        .asked("Cache-Control: max-stale")
        .gives(VALIDATE);
    row("5.2.1.7", "only-if-cached: it is").stored(FRESH).asked("Cache-Control: only-if-cached");
    row("5.2.1.7", "only-if-cached: it is not")
        .uri("/other")
        .asked("Cache-Control: only-if-cached")
        .gives(REFUSE);
    row("5.2.1.7", "only-if-cached: it is stale")
        .stored(FRESH)
        .after(60)
        .asked("Cache-Control: only-if-cached")
        .gives(REFUSE);
    row("5.2.1", "obey_clients: false hears none of it")
        .with(Bench.Settings::deafToClients)
        .stored(FRESH)
        .asked("Cache-Control: no-cache, no-store", "Pragma: no-cache");
  }

  private void staleness() {
    row("5.2.2.4", "no-cache is validated each time")
        .stored("Cache-Control: no-cache, max-age=60", ETAG)
        .gives(VALIDATE);
    row("5.2.2.4", "no-cache without a validator is not kept")
        .stored("Cache-Control: no-cache, max-age=60")
        .gives(MISS);
    row("5.2.2.4", "no-cache with fields keeps the others")
        .stored("Cache-Control: no-cache=\"X-Mine\", max-age=60", "X-Mine: a")
        .says("X-Mine", null);
    row("4.3.1", "stale with an ETag is validated").stored(FRESH, ETAG).after(60).gives(VALIDATE);
    row("RFC 5861 3", "stale-while-revalidate: within")
        .stored("Cache-Control: max-age=60, stale-while-revalidate=30")
        .after(89)
        .gives(STALE)
        .says("Cache-Status", "sluice; hit; ttl=-29");
    row("RFC 5861 3", "stale-while-revalidate: beyond")
        .stored("Cache-Control: max-age=60, stale-while-revalidate=30")
        .after(90)
        .gives(MISS);
    row("RFC 5861 3", "must-revalidate is stronger")
        .stored("Cache-Control: max-age=60, stale-while-revalidate=30, must-revalidate")
        .after(61)
        .gives(MISS);
    row("RFC 5861 3", "the route's time where the origin has none")
        .with(s -> s.stale(30, 0))
        .stored(FRESH)
        .after(89)
        .gives(STALE);
    row("RFC 5861 3", "the origin's where it has one")
        .with(s -> s.stale(30, 0))
        .stored("Cache-Control: max-age=60, stale-while-revalidate=5")
        .after(66)
        .gives(MISS);
    row("5.2.2.10", "the route's does not go over s-maxage")
        .with(s -> s.stale(30, 30))
        .stored("Cache-Control: s-maxage=60")
        .after(61)
        .gives(MISS)
        .then((ticket, asked) -> ticket.failed(0))
        .none();
    row("5.2.2.10", "the origin's own does")
        .stored("Cache-Control: s-maxage=60, stale-while-revalidate=30")
        .after(61)
        .gives(STALE);
    row("RFC 5861 4", "stale-if-error: no answer")
        .stored("Cache-Control: max-age=60, stale-if-error=30")
        .after(89)
        .gives(MISS)
        .then((ticket, asked) -> ticket.failed(0))
        .answers(200)
        .says("Cache-Status", "sluice; hit; ttl=-29; detail=stale-if-error");
    row("RFC 5861 4", "stale-if-error: 503")
        .stored("Cache-Control: max-age=60, stale-if-error=30")
        .after(61)
        .gives(MISS)
        .then((ticket, asked) -> ticket.failed(503))
        .answers(200);
    row("RFC 5861 4", "stale-if-error: not for 501")
        .stored("Cache-Control: max-age=60, stale-if-error=30")
        .after(61)
        .gives(MISS)
        .then((ticket, asked) -> ticket.failed(501))
        .none();
    row("RFC 5861 4", "stale-if-error: too late")
        .stored("Cache-Control: max-age=60, stale-if-error=30")
        .after(90)
        .gives(MISS)
        .then((ticket, asked) -> ticket.failed(503))
        .none();
    row("RFC 5861 4", "stale-if-error of the request")
        .stored(FRESH)
        .after(70)
        .asked("Cache-Control: stale-if-error=10")
        .gives(MISS)
        .then((ticket, asked) -> ticket.failed(502))
        .answers(200);
    row("RFC 5861 4", "stale-if-error of the route")
        .with(s -> s.stale(0, 30))
        .stored(FRESH)
        .after(70)
        .gives(MISS)
        .then((ticket, asked) -> ticket.failed(502))
        .answers(200);
    row("RFC 5861 4", "not over must-revalidate")
        .with(s -> s.stale(0, 30))
        .stored("Cache-Control: max-age=60, must-revalidate", ETAG)
        .after(70)
        .gives(VALIDATE)
        .then((ticket, asked) -> ticket.failed(502))
        .none();
  }

  private void vary() {
    row("4.1", "Vary: the same")
        .stored(FRESH, "Vary: X-Kind")
        .first("X-Kind: a")
        .asked("X-Kind: a");
    row("4.1", "Vary: another")
        .stored(FRESH, "Vary: X-Kind")
        .first("X-Kind: a")
        .asked("X-Kind: b")
        .gives(MISS);
    row("4.1", "Vary: absent is not the same")
        .stored(FRESH, "Vary: X-Kind")
        .first("X-Kind: a")
        .gives(MISS);
    row("4.1", "Vary: absent and empty differ")
        .stored(FRESH, "Vary: X-Kind")
        .asked("X-Kind:")
        .gives(MISS);
    row("4.1", "Vary: both absent").stored(FRESH, "Vary: X-Kind");
    row("4.1", "Vary: * is never used again").stored(FRESH, "Vary: *").gives(MISS);
    row("4.1", "Vary: a * among others too").stored(FRESH, "Vary: X-Kind, *").gives(MISS);
    row("4.1", "Vary: two fields, one differs")
        .stored(FRESH, "Vary: X-Kind, X-Size")
        .first("X-Kind: a", "X-Size: 1")
        .asked("X-Kind: a", "X-Size: 2")
        .gives(MISS);
    row("4.1", "Vary: on two lines")
        .stored(FRESH, "Vary: X-Kind", "Vary: X-Size")
        .first("X-Size: 1")
        .asked("X-Size: 2")
        .gives(MISS);
    row("4.1", "Vary: names have no case")
        .stored(FRESH, "Vary: x-kind")
        .first("X-KIND: a")
        .asked("X-Kind: a");
    row("4.1", "white space of a list does not matter")
        .stored(FRESH, "Vary: X-Kind")
        .first("X-Kind: a,b")
        .asked("X-Kind: a ,  b");
    row("4.1", "nor does being on two lines")
        .stored(FRESH, "Vary: X-Kind")
        .first("X-Kind: a, b")
        .asked("X-Kind: a", "X-Kind: b");
    row("4.1", "the order of an unknown field does")
        .stored(FRESH, "Vary: X-Kind")
        .first("X-Kind: a, b")
        .asked("X-Kind: b, a")
        .gives(MISS);
    row("4.1", "that of Accept-Encoding does not, nor its case")
        .stored(FRESH, "Vary: Accept-Encoding")
        .first("Accept-Encoding: gzip, br;q=0.8")
        .asked("Accept-Encoding: BR; q=0.8,gzip");
    row("4.1", "vary_on adds a field")
        .with(s -> s.varyOn("X-Kind"))
        .stored(FRESH)
        .first("X-Kind: a")
        .asked("X-Kind: b")
        .gives(MISS);
  }

  private void conditions() {
    row("4.3.2", "If-None-Match: the same")
        .stored(FRESH, ETAG, "Content-Type: text/plain")
        .asked("If-None-Match: \"v1\"")
        .answers(304)
        .says("ETag", "\"v1\"")
        .says("Content-Type", null)
        .says("Content-Length", null)
        .text("");
    row("4.3.2", "If-None-Match: another")
        .stored(FRESH, ETAG)
        .asked("If-None-Match: \"v2\"")
        .answers(200);
    row("4.3.2", "If-None-Match: one of them")
        .stored(FRESH, ETAG)
        .asked("If-None-Match: \"v0\", \"v1\"")
        .answers(304);
    row("4.3.2", "If-None-Match: a comma in a tag")
        .stored(FRESH, "ETag: \"a,b\"")
        .asked("If-None-Match: \"x\", \"a,b\"")
        .answers(304);
    row("4.3.2", "If-None-Match: compared weakly")
        .stored(FRESH, ETAG)
        .asked("If-None-Match: W/\"v1\"")
        .answers(304);
    row("4.3.2", "If-None-Match: a weak one is kept")
        .stored(FRESH, "ETag: W/\"v1\"")
        .asked("If-None-Match: \"v1\"")
        .answers(304);
    row("4.3.2", "If-None-Match: * is any").stored(FRESH).asked("If-None-Match: *").answers(304);
    row("4.3.2", "If-None-Match wins over If-Modified-Since")
        .stored(FRESH, ETAG, MODIFIED)
        .asked("If-None-Match: \"v2\"", "If-Modified-Since: " + Bench.date(0))
        .answers(200);
    row("4.3.2", "If-Modified-Since: the same")
        .stored(FRESH, MODIFIED)
        .asked("If-Modified-Since: " + Bench.date(-1000))
        .answers(304)
        .says("Last-Modified", Bench.date(-1000));
    row("4.3.2", "If-Modified-Since: later")
        .stored(FRESH, MODIFIED)
        .asked("If-Modified-Since: " + Bench.date(-9))
        .answers(304);
    row("4.3.2", "If-Modified-Since: earlier")
        .stored(FRESH, MODIFIED)
        .asked("If-Modified-Since: " + Bench.date(-1001))
        .answers(200);
    row("4.3.2", "If-Modified-Since: no date, and the same")
        .stored(FRESH, "Last-Modified: yesterday")
        .asked("If-Modified-Since: yesterday")
        .answers(200);
    row("4.3.2", "If-Modified-Since: no date")
        .stored(FRESH, MODIFIED)
        .asked("If-Modified-Since: yesterday")
        .answers(200);
    row("4.3.2", "If-Modified-Since: by Date, where it was never modified")
        .stored(FRESH)
        .asked("If-Modified-Since: " + Bench.date(0))
        .answers(304);
    row("4.3.2", "a kept 404 is not compared")
        .status(404, FRESH, ETAG)
        .asked("If-None-Match: \"v1\"")
        .answers(404);
    row("4.3.2", "If-Match is the origin's business")
        .stored(FRESH, ETAG)
        .asked("If-Match: \"v1\"")
        .gives(BYPASS);
    row("4.3.2", "If-Unmodified-Since too")
        .stored(FRESH, ETAG)
        .asked("If-Unmodified-Since: " + Bench.date(0))
        .gives(BYPASS);
  }

  private void validation() {
    row("4.3.1", "the kept ETag and date are sent, not the client's")
        .stored(FRESH, ETAG, MODIFIED)
        .after(60)
        .asked("If-None-Match: \"v0\"")
        .gives(VALIDATE)
        .then(
            (ticket, asked) -> {
              assertThat(asked.getAll("If-None-Match")).containsExactly("\"v1\"");
              assertThat(asked.get("If-Modified-Since")).isEqualTo(Bench.date(-1000));
              return null;
            });
    row("4.3.3", "304: what is kept, with the new fields")
        .stored(FRESH, ETAG, "X-Old: a", "X-New: a", "Content-Encoding: gzip")
        .after(70)
        .gives(VALIDATE)
        .then(
            (ticket, asked) ->
                ticket.notModified(
                    Bench.headers(ETAG, "X-New: b", "Content-Encoding: br", "Content-Length: 0")))
        .answers(200)
        .text("0123456789")
        .says("X-Old", "a")
        .says("X-New", "b")
        .says("Content-Encoding", "gzip")
        .says("Content-Length", "10")
        .says("Age", "0")
        .says("Cache-Status", "sluice; fwd=stale; fwd-status=304");
    row("4.3.4", "304 about another one is not used")
        .stored(FRESH, ETAG)
        .after(70)
        .gives(VALIDATE)
        .then((ticket, asked) -> ticket.notModified(Bench.headers("ETag: \"v9\"")))
        .none();
    row("4.3.4", "304 without an ETag is about what we asked")
        .stored(FRESH, ETAG)
        .after(70)
        .gives(VALIDATE)
        .then((ticket, asked) -> ticket.notModified(Bench.headers()))
        .answers(200);
    row("4.3.4", "304 with the weak form of it too")
        .stored(FRESH, ETAG)
        .after(70)
        .gives(VALIDATE)
        .then((ticket, asked) -> ticket.notModified(Bench.headers("ETag: W/\"v1\"")))
        .answers(200);
    row("4.3.3", "304, and the client has it: 304")
        .stored(FRESH, ETAG)
        .after(70)
        .asked("If-None-Match: \"v1\"")
        .gives(VALIDATE)
        .then((ticket, asked) -> ticket.notModified(Bench.headers(ETAG)))
        .answers(304);
  }

  private void ranges() {
    row("3.3", "a range of what is kept")
        .stored(FRESH)
        .asked("Range: bytes=2-4")
        .answers(206)
        .text("234")
        .says("Content-Range", "bytes 2-4/10")
        .says("Content-Length", "3");
    row("3.3", "from there on").stored(FRESH).asked("Range: bytes=7-").answers(206).text("789");
    row("3.3", "the last ones").stored(FRESH).asked("Range: bytes=-2").answers(206).text("89");
    row("3.3", "more than there are")
        .stored(FRESH)
        .asked("Range: bytes=8-99")
        .answers(206)
        .says("Content-Range", "bytes 8-9/10");
    row("3.3", "more of the last than there are")
        .stored(FRESH)
        .asked("Range: bytes=-99")
        .answers(206)
        .text("0123456789");
    row("3.3", "beyond the end")
        .stored(FRESH)
        .asked("Range: bytes=10-")
        .answers(416)
        .says("Content-Range", "bytes */10")
        .says("Content-Length", "0")
        .text("");
    row("3.3", "none of the last").stored(FRESH).asked("Range: bytes=-0").answers(416);
    row("3.3", "the wrong way round is ignored")
        .stored(FRESH)
        .asked("Range: bytes=4-2")
        .answers(200);
    row("3.3", "other units are ignored").stored(FRESH).asked("Range: lines=1-2").answers(200);
    row("3.3", "several are for the origin")
        .stored(FRESH)
        .asked("Range: bytes=0-1,3-4")
        .gives(BYPASS);
    row("3.3", "where nothing is kept it passes by")
        .uri("/other")
        .asked("Range: bytes=0-1")
        .gives(BYPASS);
    row("3.3", "where it is stale too")
        .stored(FRESH, ETAG)
        .after(60)
        .asked("Range: bytes=0-1")
        .gives(BYPASS);
    row("3.3", "If-Range: the same")
        .stored(FRESH, ETAG)
        .asked("Range: bytes=0-1", "If-Range: \"v1\"")
        .answers(206);
    row("3.3", "If-Range: another")
        .stored(FRESH, ETAG)
        .asked("Range: bytes=0-1", "If-Range: \"v2\"")
        .answers(200);
    row("3.3", "If-Range: weak tags do not do")
        .stored(FRESH, "ETag: W/\"v1\"")
        .asked("Range: bytes=0-1", "If-Range: W/\"v1\"")
        .answers(200);
    row("3.3", "If-Range: its date")
        .stored(FRESH, MODIFIED)
        .asked("Range: bytes=0-1", "If-Range: " + Bench.date(-1000))
        .answers(206);
    row("3.3", "If-Range: its date in an older form")
        .stored(FRESH, "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT")
        .asked("Range: bytes=0-1", "If-Range: Sunday, 06-Nov-94 08:49:37 GMT")
        .answers(206);
    row("3.3", "If-Range: a date within the second it was sent in")
        .stored(FRESH, "Last-Modified: " + Bench.date(0))
        .asked("Range: bytes=0-1", "If-Range: " + Bench.date(0))
        .answers(200);
    row("3.3", "the wrong way round is ignored, how large it may be")
        .stored(FRESH)
        .asked("Range: bytes=3000000000-2500000000")
        .answers(200);
    row("3.3", "If-None-Match goes first")
        .stored(FRESH, ETAG)
        .asked("Range: bytes=0-1", "If-None-Match: \"v1\"")
        .answers(304);
    row("3.3", "a range of a kept 404 is all of it")
        .status(404, FRESH)
        .asked("Range: bytes=0-1")
        .answers(404);
  }

  private void methods() {
    row("4", "HEAD from a kept GET")
        .stored(FRESH)
        .asked(HttpMethod.HEAD)
        .answers(200)
        .text("")
        .says("Content-Length", "10");
    row("4", "HEAD where nothing is kept").uri("/other").asked(HttpMethod.HEAD).gives(BYPASS);
    row("4.3.5", "HEAD that says the same leaves it")
        .stored(FRESH, ETAG)
        .asked(HttpMethod.HEAD, "Cache-Control: no-cache")
        .gives(VALIDATE)
        .then(
            (ticket, asked) -> {
              assertThat(ticket.head(200, Bench.headers(ETAG, "Content-Length: 10"))).isFalse();
              return null;
            });
    row("4", "POST is not answered").stored(FRESH).asked(HttpMethod.POST).gives(BYPASS);
    row("4", "a GET with a body passes by").stored(FRESH).asked("Content-Length: 3").gives(BYPASS);
    row("4", "one with an empty body does not").stored(FRESH).asked("Content-Length: 0").gives(HIT);
    row("4.4", "PUT forgets").stored(FRESH).change(HttpMethod.PUT, "/item", 200).gives(MISS);
    row("4.4", "DELETE too, and 204 is no error")
        .stored(FRESH)
        .change(HttpMethod.DELETE, "/item", 204)
        .gives(MISS);
    row("4.4", "POST with a redirect too")
        .stored(FRESH)
        .change(HttpMethod.POST, "/item", 303)
        .gives(MISS);
    row("4.4", "an unknown method too")
        .stored(FRESH)
        .change(HttpMethod.valueOf("FROB"), "/item", 200)
        .gives(MISS);
    row("4.4", "a failed one does not").stored(FRESH).change(HttpMethod.PUT, "/item", 404);
    row("4.4", "OPTIONS does not").stored(FRESH).change(HttpMethod.OPTIONS, "/item", 200);
    row("4.4", "what Location names is forgotten")
        .stored(FRESH)
        .change(HttpMethod.POST, "/items", 201, "Location: /item");
    rows.get(rows.size() - 1).gives(MISS);
    row("4.4", "and what Content-Location does, whole")
        .stored(FRESH)
        .change(
            HttpMethod.POST, "/items", 200, "Content-Location: https://SHOP.example.com:443/item")
        .gives(MISS);
    row("4.4", "relative to where it is")
        .stored(FRESH)
        .uri("/item")
        .change(HttpMethod.POST, "/items/all", 200, "Location: ../item")
        .gives(MISS);
    row("4.4", "not on another host")
        .stored(FRESH)
        .change(HttpMethod.POST, "/items", 201, "Location: https://other.example.com/item");
    row("4.4", "not where it names nothing")
        .stored(FRESH)
        .change(HttpMethod.POST, "/items", 201, "Location: http://[");
    row("4.4", "all variants are forgotten")
        .stored(FRESH, "Vary: X-Kind")
        .first("X-Kind: a")
        .asked("X-Kind: a")
        .change(HttpMethod.PUT, "/item", 200)
        .gives(MISS);
  }

  private void keys() {
    row("2", "another query is another response").stored(FRESH).uri("/item?a=1").gives(MISS);
    row("2", "unless none of it counts").with(s -> s.query("none")).stored(FRESH).uri("/item?a=1");
    row("2", "a parameter that does not count")
        .with(s -> s.query("page"))
        .stored(FRESH)
        .uri("/item?utm=x");
    row("2", "one that does")
        .with(s -> s.query("page"))
        .stored(FRESH)
        .uri("/item?page=1")
        .gives(MISS);
    row("2", "no name that only begins so")
        .with(s -> s.query("page"))
        .stored(FRESH)
        .uri("/item?pages=1");
    row("2", "paths have case").stored(FRESH).uri("/Item").gives(MISS);
    row("4.4", "a change forgets also where the query does not count")
        .with(s -> s.query("none"))
        .stored(FRESH)
        .change(HttpMethod.PUT, "/item?x=1", 200)
        .gives(MISS);
  }
}
