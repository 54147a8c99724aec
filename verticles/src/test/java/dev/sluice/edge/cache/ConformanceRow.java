package dev.sluice.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One case: a response to a first request, a time, a second request, and what is to come of it. */
final class ConformanceRow {
  final String section;
  final String name;
  Bench.Settings settings = new Bench.Settings();
  String[] first = {};
  String firstCaller;
  int status = 200;
  String body = "0123456789";
  String[] second = {};
  String caller;
  HttpMethod method = HttpMethod.GET;
  String uri = "/item";
  long delay;
  long after = 1;
  HttpMethod change;
  String changed = "/item";
  int changeStatus = 200;
  String[] changeHeaders = {};
  Outcome outcome = Outcome.HIT;
  BiFunction<Ticket, MultiMap, Answer> then;
  Consumer<Answer> check = answer -> {};

  private String[] response = {};
  private boolean dated = true;

  /** What the second request comes to. */
  enum Outcome {
    HIT,
    STALE,
    MISS,
    VALIDATE,
    BYPASS,
    REFUSE
  }

  ConformanceRow(String section, String name) {
    this.section = section;
    this.name = name;
  }

  /** The fields of the first response; a Date is there too, unless {@link #undated}. */
  ConformanceRow stored(String... headers) {
    response = headers;
    return this;
  }

  ConformanceRow status(int code, String... headers) {
    status = code;
    return stored(headers);
  }

  ConformanceRow undated() {
    dated = false;
    return this;
  }

  String[] response() {
    if (!dated) {
      return response;
    }
    String[] all = Arrays.copyOf(response, response.length + 1);
    all[response.length] = "Date: " + Bench.date(0);
    return all;
  }

  ConformanceRow body(String text) {
    body = text;
    return this;
  }

  /** Of the first request. */
  ConformanceRow first(String... headers) {
    first = headers;
    return this;
  }

  ConformanceRow callers(String one, String two) {
    firstCaller = one;
    caller = two;
    return this;
  }

  /** Of the second request. */
  ConformanceRow asked(String... headers) {
    second = headers;
    return this;
  }

  ConformanceRow asked(HttpMethod how, String... headers) {
    method = how;
    return asked(headers);
  }

  ConformanceRow uri(String other) {
    uri = other;
    return this;
  }

  /** Seconds the first response took. */
  ConformanceRow delay(long seconds) {
    delay = seconds;
    return this;
  }

  ConformanceRow after(long seconds) {
    after = seconds;
    return this;
  }

  ConformanceRow with(UnaryOperator<Bench.Settings> settings) {
    this.settings = settings.apply(this.settings);
    return this;
  }

  /** Before the second request. */
  ConformanceRow change(HttpMethod how, String uri, int status, String... headers) {
    change = how;
    changed = uri;
    changeStatus = status;
    changeHeaders = headers;
    return this;
  }

  ConformanceRow gives(Outcome expected) {
    outcome = expected;
    return this;
  }

  /** What the origin does then, and what the client is answered. */
  ConformanceRow then(BiFunction<Ticket, MultiMap, Answer> origin) {
    then = origin;
    return this;
  }

  ConformanceRow answers(int code) {
    return checks(answer -> assertThat(answer.status()).isEqualTo(code));
  }

  ConformanceRow says(String field, String value) {
    return checks(answer -> assertThat(Bench.head(answer).get(field)).as(field).isEqualTo(value));
  }

  ConformanceRow text(String expected) {
    return checks(answer -> assertThat(Bench.body(answer)).isEqualTo(expected));
  }

  ConformanceRow none() {
    return checks(answer -> assertThat(answer).isNull());
  }

  private ConformanceRow checks(Consumer<Answer> more) {
    check = check.andThen(more);
    return this;
  }

  CacheRequest request(HttpMethod how, String path, String[] headers, String who) {
    return new CacheRequest(how, "https", Bench.HOST, path, Bench.headers(headers), who);
  }
}
