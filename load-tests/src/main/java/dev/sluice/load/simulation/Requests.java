package dev.sluice.load.simulation;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIfFailed;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;

/**
 * What can be asked of a node, each with the answer that is right.
 *
 * @param header that shows who asks
 * @param credential its value
 * @param silent whether it does not count
 */
record Requests(String header, String credential, boolean silent) {
  static final String ECHO = "proxied echo";
  static final String CREATE = "order create";
  static final String GET = "order get";
  static final String LIST = "order list";
  static final String CONFIRM = "order confirm";
  static final String LOGIN = "login";
  static final String ME = "auth me";
  static final String REFRESH = "auth refresh";

  private static final String V1 = "/api/v1";
  private static final String ORDER =
      "{\"items\":[{\"sku\":\"TEA-1\",\"quantity\":2,"
          + "\"unitPrice\":{\"amount\":\"4.50\",\"currency\":\"EUR\"}}]}";

  static Requests byKey(String key) {
    return new Requests("X-API-Key", key, false);
  }

  static Requests byToken(String token) {
    return new Requests("Authorization", "Bearer " + token, false);
  }

  /** The same that do not count. */
  Requests silently() {
    return new Requests(header, credential, true);
  }

  ChainBuilder echo() {
    return echo(ECHO);
  }

  /** Through a route to the demo service. */
  ChainBuilder echo(String name) {
    return exec(shown(http(name).get("/demo/echo")).check(status().is(200)));
  }

  /** Leaves {@code order} in the session, or ends the user. */
  ChainBuilder create() {
    return exec(json(shown(http(CREATE).post(V1 + "/orders")), ORDER)
            .check(status().is(201), jsonPath("$.id").saveAs("order")))
        .exec(exitHereIfFailed());
  }

  ChainBuilder get() {
    return exec(
        shown(http(GET).get(V1 + "/orders/#{order}"))
            .check(status().is(200), jsonPath("$.id").isEL("#{order}")));
  }

  ChainBuilder list() {
    return exec(shown(http(LIST).get(V1 + "/orders?limit=10")).check(status().is(200)));
  }

  ChainBuilder confirm() {
    return exec(
        json(
                shown(http(CONFIRM).post(V1 + "/orders/#{order}/transitions")),
                "{\"to\":\"confirmed\"}")
            .check(status().is(200)));
  }

  /** From {@code address}; leaves {@code access} and {@code refresh} in the session. */
  static HttpRequestActionBuilder login(Credentials credentials) {
    return json(
            http(LOGIN).post(V1 + "/auth/login").header("X-Forwarded-For", "#{address}"),
            credentials.login())
        .check(
            status().is(200),
            jsonPath("$.accessToken").saveAs("access"),
            jsonPath("$.refreshToken").saveAs("refresh"));
  }

  /** By what {@link #login} left. */
  static ChainBuilder me() {
    return exec(
        http(ME)
            .get(V1 + "/auth/me")
            .header("Authorization", "Bearer #{access}")
            .check(status().is(200)));
  }

  /** By what {@link #login} left, from the same address. */
  static ChainBuilder refresh() {
    return exec(
        json(
                http(REFRESH).post(V1 + "/auth/refresh").header("X-Forwarded-For", "#{address}"),
                "{\"refreshToken\":\"#{refresh}\"}")
            .check(status().is(200)));
  }

  private HttpRequestActionBuilder shown(HttpRequestActionBuilder request) {
    HttpRequestActionBuilder with = request.header(header, credential);
    return silent ? with.silent() : with;
  }

  private static HttpRequestActionBuilder json(HttpRequestActionBuilder request, String body) {
    return request.header("Content-Type", "application/json").body(StringBody(body));
  }
}
