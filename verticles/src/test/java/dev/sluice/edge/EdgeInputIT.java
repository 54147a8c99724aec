package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is wrong with a request is said in one form, with the field by name, and nothing of how the
 * house is built. Requests are written to the socket as they stand, because clients correct them.
 */
@ExtendWith(Servers.Extension.class)
class EdgeInputIT {
  private static final int BODY_LIMIT = 4096;
  private static final String MONEY = "{\"amount\":\"4.50\",\"currency\":\"EUR\"}";
  private static final String LINE =
      "{\"sku\":\"TEA-1\",\"quantity\":1,\"unitPrice\":" + MONEY + "}";
  private static final String ORDER = "{\"items\":[" + LINE + "]}";
  private static final String JSON = "Content-Type: application/json\r\n";

  private static TestNode node;
  private static String token;
  private static String orderId;

  @BeforeAll
  static void start(Servers servers) throws Exception {
    node = TestNode.start(servers, Map.of("SLUICE_EDGE_BODY_LIMIT", Integer.toString(BODY_LIMIT)));
    String[] user = node.signIn();
    token = "Authorization: " + user[1] + "\r\n";
    orderId = node.post("/api/v1/orders", ORDER, user).at("/id");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /**
   * One wrong request.
   *
   * @param field the first of {@code errors}, or empty where no field is to blame
   */
  record Wrong(String name, String request, int status, String field) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Wrong> wrong() {
    List<Wrong> all = new ArrayList<>();
    bodies(all);
    creations(all);
    transitions(all);
    queries(all);
    paths(all);
    headers(all);
    accounts(all);
    assertThat(all).hasSizeGreaterThanOrEqualTo(60);
    return all;
  }

  private static void bodies(List<Wrong> all) {
    create(all, "broken JSON", "{\"items\":[", "items");
    create(all, "no JSON at all", "hello", "");
    create(all, "single quotes", "{'items':[]}", "");
    create(all, "a comma too many", "{\"items\":[" + LINE + ",]}", "items");
    create(all, "trailing tokens", ORDER + " {}", "");
    create(all, "trailing garbage", ORDER + "x", "");
    create(all, "duplicate key", "{\"items\":[],\"items\":[" + LINE + "]}", "items");
    create(all, "body is an array", "[" + ORDER + "]", "");
    create(all, "body is a string", "\"order\"", "");
    create(all, "body is a number", "1", "");
    create(all, "body is null", "null", "");
    create(all, "body is blank", "   ", "");
    create(all, "body is empty", "", "items");
    create(
        all,
        "100 arrays deep",
        "{\"items\":" + "[".repeat(100) + "]".repeat(100) + "}",
        "items[0]");
    create(all, "100 arrays deep, nothing else", "[".repeat(100) + "]".repeat(100), "");
    create(all, "100 objects deep", "{\"a\":".repeat(100) + "1" + "}".repeat(100), "");
    create(all, "a number of 1000 digits", "{\"items\":" + "9".repeat(1000) + "}", "");
    create(all, "NUL between tokens", "{\u0000\"items\":[]}", "");
    create(all, "a control character in a text", "{\"items\":\"a\u0001b\"}", "items");
    create(all, "bytes that are no UTF-8", "{\"items\":\"\u00ff\u00fe\"}", "items");
    create(all, "a byte order mark and no more", "\u00ef\u00bb\u00bf", "");
    all.add(new Wrong("no content type", post("/api/v1/orders", "", ORDER), 415, ""));
    all.add(
        new Wrong(
            "text/plain", post("/api/v1/orders", "Content-Type: text/plain\r\n", ORDER), 415, ""));
    all.add(
        new Wrong(
            "a form",
            post("/api/v1/orders", "Content-Type: application/x-www-form-urlencoded\r\n", "a=b"),
            415,
            ""));
    all.add(
        new Wrong(
            "application/jsonp",
            post("/api/v1/orders", "Content-Type: application/jsonp\r\n", ORDER),
            415,
            ""));
    all.add(
        new Wrong(
            "+json and no type", post("/api/v1/orders", "Content-Type: json\r\n", ORDER), 415, ""));
    String large = "{\"items\":\"" + "x".repeat(BODY_LIMIT) + "\"}";
    all.add(new Wrong("too large", post("/api/v1/orders", JSON, large), 413, ""));
    all.add(
        new Wrong(
            "too large by far, and not sent",
            "POST /api/v1/orders HTTP/1.1\r\nHost: a\r\n"
                + token
                + JSON
                + "Content-Length: 99999999999999\r\n\r\n",
            413,
            ""));
    all.add(new Wrong("too large in chunks", chunked(large, 1000), 413, ""));
    all.add(new Wrong("broken JSON in chunks", chunked("{\"items\"", 3), 400, ""));
  }

  private static void creations(List<Wrong> all) {
    create(all, "unknown field", "{\"items\":[" + LINE + "],\"colour\":1}", "colour");
    create(all, "unknown field below", with("\"colour\":1,"), "items[0].colour");
    create(all, "items is missing", "{}", "items");
    create(all, "items is null", "{\"items\":null}", "items");
    create(all, "items is an object", "{\"items\":{}}", "items");
    create(all, "items is a text", "{\"items\":\"TEA-1\"}", "items");
    create(all, "no items", "{\"items\":[]}", "items");
    create(all, "an item is null", "{\"items\":[null]}", "items[0]");
    create(all, "an item is a text", "{\"items\":[\"TEA-1\"]}", "items[0]");
    create(all, "quantity as a text", line("\"TEA\"", "\"1\"", MONEY), "items[0].quantity");
    create(all, "quantity with decimals", line("\"TEA\"", "1.5", MONEY), "items[0].quantity");
    create(all, "quantity with .0", line("\"TEA\"", "1.0", MONEY), "items[0].quantity");
    create(all, "quantity is null", line("\"TEA\"", "null", MONEY), "items[0].quantity");
    create(all, "quantity is true", line("\"TEA\"", "true", MONEY), "items[0].quantity");
    create(all, "quantity is 0", line("\"TEA\"", "0", MONEY), "items[0].quantity");
    create(all, "quantity is no int", line("\"TEA\"", "9999999999", MONEY), "items[0].quantity");
    create(all, "quantity is 1e400", line("\"TEA\"", "1e400", MONEY), "items[0].quantity");
    create(all, "sku is a number", line("7", "1", MONEY), "items[0].sku");
    create(all, "sku is empty", line("\"\"", "1", MONEY), "items[0].sku");
    create(all, "sku with NUL", line("\"a\\u0000b\"", "1", MONEY), "items[0].sku");
    create(all, "sku in Greek", line("\"\\u03b1\\u03b2\"", "1", MONEY), "items[0].sku");
    create(all, "sku is half a pair", line("\"\\ud800\"", "1", MONEY), "items[0].sku");
    create(
        all,
        "price is missing",
        "{\"items\":[{\"sku\":\"T\",\"quantity\":1}]}",
        "items[0].unitPrice");
    create(all, "price is null", line("\"T\"", "1", "null"), "items[0].unitPrice");
    create(all, "price is a number", line("\"T\"", "1", "4.5"), "items[0].unitPrice");
    create(all, "amount is a number", money("4.5", "\"EUR\""), "items[0].unitPrice.amount");
    create(all, "amount is no number", money("\"four\"", "\"EUR\""), "items[0].unitPrice.amount");
    create(all, "amount is negative", money("\"-1\"", "\"EUR\""), "items[0].unitPrice.amount");
    create(
        all,
        "amount has decimals too many",
        money("\"1.005\"", "\"EUR\""),
        "items[0].unitPrice.amount");
    create(all, "currency unknown", money("\"1\"", "\"XXZ\""), "items[0].unitPrice.currency");
    create(all, "currency is null", money("\"1\"", "null"), "items[0].unitPrice.currency");
    create(
        all,
        "two currencies",
        "{\"items\":[" + LINE + "," + LINE.replace("EUR", "USD") + "]}",
        "items[1].unitPrice.currency");
    all.add(
        new Wrong("a query on a POST", post("/api/v1/orders?dry=true", JSON, ORDER), 400, "dry"));
    all.add(
        new Wrong("a broken query on a POST", post("/api/v1/orders?a=%zz", JSON, ORDER), 400, ""));
  }

  private static void transitions(List<Wrong> all) {
    String path = "/api/v1/orders/" + orderId + "/transitions";
    all.add(new Wrong("to is missing", post(path, JSON, "{}"), 400, "to"));
    all.add(new Wrong("to is unknown", post(path, JSON, "{\"to\":\"lost\"}"), 400, "to"));
    all.add(new Wrong("to is a number", post(path, JSON, "{\"to\":1}"), 400, "to"));
    all.add(new Wrong("to is a number in a text", post(path, JSON, "{\"to\":\"1\"}"), 400, "to"));
    all.add(new Wrong("to is empty", post(path, JSON, "{\"to\":\"\"}"), 400, "to"));
    all.add(new Wrong("to is null", post(path, JSON, "{\"to\":null}"), 400, "to"));
    all.add(new Wrong("to is a list", post(path, JSON, "{\"to\":[\"confirmed\"]}"), 400, "to"));
    all.add(
        new Wrong(
            "to twice", post(path, JSON, "{\"to\":\"shipped\",\"to\":\"confirmed\"}"), 400, "to"));
    all.add(
        new Wrong(
            "version as a text",
            post(path, JSON, "{\"to\":\"confirmed\",\"expectedVersion\":\"1\"}"),
            400,
            "expectedVersion"));
    all.add(
        new Wrong(
            "version is no long",
            post(path, JSON, "{\"to\":\"confirmed\",\"expectedVersion\":99999999999999999999}"),
            400,
            "expectedVersion"));
    all.add(
        new Wrong(
            "the path's field in the body",
            post(path, JSON, "{\"to\":\"confirmed\",\"orderId\":\"" + orderId + "\"}"),
            400,
            "orderId"));
    all.add(
        new Wrong("trailing tokens here", post(path, JSON, "{\"to\":\"confirmed\"} 1"), 400, ""));
    all.add(new Wrong("an array here", post(path, JSON, "[]"), 400, ""));
    all.add(
        new Wrong(
            "bad UUID here",
            post("/api/v1/orders/7/transitions", JSON, "{\"to\":\"confirmed\"}"),
            400,
            "orderId"));
  }

  private static void queries(List<Wrong> all) {
    query(all, "/api/v1/orders?limit=0", "limit");
    query(all, "/api/v1/orders?limit=101", "limit");
    query(all, "/api/v1/orders?limit=-1", "limit");
    query(all, "/api/v1/orders?limit=x", "limit");
    query(all, "/api/v1/orders?limit=", "limit");
    query(all, "/api/v1/orders?limit=1.5", "limit");
    query(all, "/api/v1/orders?limit=9999999999", "limit");
    query(all, "/api/v1/orders?limit=99999999999999999999", "limit");
    query(all, "/api/v1/orders?limit=1&limit=2", "limit");
    query(all, "/api/v1/orders?page=2", "page");
    query(all, "/api/v1/orders?Limit=2", "Limit");
    query(all, "/api/v1/orders?status=lost", "status");
    query(all, "/api/v1/orders?status=1", "status");
    query(all, "/api/v1/orders?status=", "status");
    query(all, "/api/v1/orders?cursor=abc", "cursor");
    query(all, "/api/v1/orders?cursor=", "cursor");
    query(all, "/api/v1/orders?cursor=" + "A".repeat(201), "cursor");
    query(all, "/api/v1/orders?cursor=%00", "cursor");
    query(all, "/api/v1/orders?cursor=%FF%FE", "cursor");
    query(all, "/api/v1/orders?limit=%zz", "");
    query(all, "/api/v1/orders?cursor=a%2", "");
    query(all, "/api/v1/audit?resource=order", "resource");
    query(all, "/api/v1/audit?resource=order:%00", "resource");
    query(all, "/api/v1/audit?resource=order:a%20b", "resource");
    query(all, "/api/v1/audit?resource=order:%CE%B1", "resource");
    query(all, "/api/v1/audit?resource=", "resource");
    query(all, "/api/v1/audit?limit=101", "limit");
    query(all, "/api/v1/audit?cursor=*", "cursor");
    query(all, "/api/v1/audit?userId=1", "userId");
  }

  private static void paths(List<Wrong> all) {
    query(all, "/api/v1/orders/7", "orderId");
    query(all, "/api/v1/orders/0190f3c2-7c1a-7000-8000-00000000000g", "orderId");
    query(all, "/api/v1/orders/AAAAAAAAAAAAAAAAAAAAAA==", "orderId");
    query(all, "/api/v1/orders/%00", "");
    query(all, "/api/v1/orders/a%2Fb", "orderId");
    query(all, "/api/v1/orders/..%2f..%2fetc", "");
    query(all, "/api/v1/orders/%zz", "");
    query(all, "/api/v1/orders/%C3%A9", "orderId");
    query(all, "/api/v1/orders/" + orderId + "?fields=id", "fields");
    missing(all, "/api/v1/orders/");
    missing(all, "/api/v1/orders/" + orderId + "/");
    missing(all, "/api/v1/orders%2F" + orderId);
    missing(all, "/API/V1/ORDERS");
    query(all, "/api/v1/../v1/orders", "");
  }

  private static void headers(List<Wrong> all) {
    key(all, "an empty key", "");
    key(all, "an empty key in quotes", "\"\"");
    key(all, "a key of 256", "k".repeat(256));
    key(all, "a key with an accent", "caf\u00e9");
    key(all, "a key with a space", "a b");
    key(all, "a key with a quote", "a\"b");
  }

  private static void accounts(List<Wrong> all) {
    String register = "/api/v1/auth/register";
    String password = "\"password\":\"correct horse battery\"";
    for (String email :
        List.of(
            "ada",
            "a@b",
            "a\\u0000b@example.com",
            "a\\u001fb@example.com",
            "\\ud800@example.com",
            "a@" + "b".repeat(180) + "." + "c".repeat(40) + "." + "d".repeat(40) + ".com")) {
      all.add(
          new Wrong(
              "e-mail " + email,
              post(register, JSON, "{\"email\":\"" + email + "\"," + password + "}"),
              400,
              "email"));
    }
    all.add(
        new Wrong(
            "a short password",
            post(register, JSON, "{\"email\":\"a@example.com\",\"password\":\"short\"}"),
            400,
            "password"));
    all.add(
        new Wrong(
            "password is a number",
            post(register, JSON, "{\"email\":\"a@example.com\",\"password\":1234567890}"),
            400,
            "password"));
    all.add(
        new Wrong(
            "login with NUL",
            post("/api/v1/auth/login", JSON, "{\"email\":\"a\\u0000@b.com\"," + password + "}"),
            400,
            "email"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void saysWhatIsWrong(Wrong wrong) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(wrong.request);
      RawHttp.Reply reply = http.read();
      assertThat(reply.status()).as(reply.toString()).isEqualTo(wrong.status);
      assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
      JsonNode problem = new ObjectMapper().readTree(reply.body());
      assertThat(problem.path("type").asText()).isEqualTo(type(wrong.status));
      assertThat(problem.path("status").asInt()).isEqualTo(wrong.status);
      assertThat(problem.path("correlationId").asText())
          .isNotEmpty()
          .isEqualTo(reply.header("x-request-id"));
      assertThat(problem.at("/errors/0/field").asText()).as(reply.body()).isEqualTo(wrong.field);
      assertThat(reply.body())
          .doesNotContain(
              "Exception", "dev.sluice", "java.", "com.fasterxml", "io.vertx", "\\tat ", "`", "$");
    }
  }

  @Test
  void whatIsRightIsDone() throws Exception {
    for (String request :
        List.of(
            post("/api/v1/orders", JSON, ORDER),
            post("/api/v1/orders", "Content-Type: application/json; charset=utf-8\r\n", ORDER),
            post("/api/v1/orders", "Content-Type: application/vnd.shop+json\r\n", ORDER),
            post("/api/v1/orders", JSON + "Idempotency-Key: \"a-1\"\r\n", ORDER),
            post("/api/v1/orders", JSON + "Idempotency-Key: " + "k".repeat(255) + "\r\n", ORDER),
            chunked(ORDER, 7))) {
      assertThat(send(request).status()).isEqualTo(201);
    }
    for (String path :
        List.of(
            "/api/v1/orders?",
            "/api/v1/orders?limit=100&status=created",
            "/api/v1/orders?status=CREATED",
            "/api/v1/orders/" + orderId,
            "/api/v1/orders/" + orderId.toUpperCase(java.util.Locale.ROOT),
            "/api/v1/audit?resource=order%3A" + orderId)) {
      assertThat(send(get(path)).status()).as(path).isEqualTo(200);
    }
  }

  @Test
  void aKeyInQuotesIsTheKeyWithoutThem() throws Exception {
    Answer first =
        node.post("/api/v1/orders", ORDER, "Authorization", bearer(), "Idempotency-Key", "\"q-1\"");
    Answer second =
        node.post("/api/v1/orders", ORDER, "Authorization", bearer(), "Idempotency-Key", "q-1");
    assertThat(second.at("/id")).isEqualTo(first.at("/id")).isNotEmpty();
  }

  private static String bearer() {
    return token.substring("Authorization: ".length()).trim();
  }

  private static RawHttp.Reply send(String request) throws Exception {
    try (RawHttp http = new RawHttp(node.url())) {
      http.write(request);
      return http.read();
    }
  }

  private static String type(int status) {
    return "urn:sluice:problem:"
        + switch (status) {
          case 400 -> "invalid";
          case 404 -> "not-found";
          case 413 -> "too-large";
          case 415 -> "unsupported";
          default -> throw new IllegalArgumentException("no type for " + status);
        };
  }

  private static void create(List<Wrong> all, String name, String body, String field) {
    all.add(new Wrong(name, post("/api/v1/orders", JSON, body), 400, field));
  }

  private static void query(List<Wrong> all, String path, String field) {
    all.add(new Wrong("GET " + path, get(path), 400, field));
  }

  private static void missing(List<Wrong> all, String path) {
    all.add(new Wrong("GET " + path, get(path), 404, ""));
  }

  private static void key(List<Wrong> all, String name, String key) {
    String header = "Idempotency-Key: " + key + "\r\n";
    all.add(new Wrong(name, post("/api/v1/orders", JSON + header, ORDER), 400, "Idempotency-Key"));
  }

  private static String with(String more) {
    return "{\"items\":[{" + more + LINE.substring(1) + "]}";
  }

  private static String line(String sku, String quantity, String price) {
    return "{\"items\":[{\"sku\":%s,\"quantity\":%s,\"unitPrice\":%s}]}"
        .formatted(sku, quantity, price);
  }

  private static String money(String amount, String currency) {
    return line("\"T\"", "1", "{\"amount\":%s,\"currency\":%s}".formatted(amount, currency));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + token + "\r\n";
  }

  private static String post(String path, String headers, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: a\r\n"
        + token
        + headers
        + "Content-Length: "
        + body.getBytes(StandardCharsets.ISO_8859_1).length
        + "\r\n\r\n"
        + body;
  }

  private static String chunked(String body, int size) {
    StringBuilder request = new StringBuilder("POST /api/v1/orders HTTP/1.1\r\nHost: a\r\n");
    request.append(token).append(JSON).append("Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < body.length(); i += size) {
      String part = body.substring(i, Math.min(body.length(), i + size));
      request.append(Integer.toHexString(part.length())).append("\r\n").append(part).append("\r\n");
    }
    return request.append("0\r\n\r\n").toString();
  }
}
