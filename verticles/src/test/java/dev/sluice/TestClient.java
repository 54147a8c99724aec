package dev.sluice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.TestNode.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Talks HTTP and JSON to one node. */
public final class TestClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private String base;

  /** The root of the REST listener, such as {@code http://127.0.0.1:8080}. */
  public void base(String url) {
    this.base = url;
  }

  public Answer get(String path, String... headers) throws Exception {
    return send("GET", path, null, headers);
  }

  /** Posts JSON. */
  public Answer post(String path, String json, String... headers) throws Exception {
    return send("POST", path, json, headers);
  }

  /**
   * @param path from the root of the REST listener, or a whole URL
   * @param json the body, sent as application/json unless a header says otherwise; null for none
   * @param headers names and values in turn
   */
  public Answer send(String method, String path, String json, String... headers)
      throws IOException, InterruptedException {
    URI target = URI.create(path.startsWith("http") ? path : base + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(target).timeout(Duration.ofSeconds(20));
    Map<String, String> all = new HashMap<>();
    if (json != null) {
      all.put("content-type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i].toLowerCase(java.util.Locale.ROOT), headers[i + 1]);
    }
    all.forEach(request::header);
    request.method(
        method,
        json == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(json));
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String body = response.body();
    boolean isJson =
        response.headers().firstValue("content-type").orElse("").contains("json")
            && !body.isEmpty();
    JsonNode tree = isJson ? JSON.readTree(body) : JSON.missingNode();
    return new Answer(response.statusCode(), response.headers(), tree, body);
  }

  /** A new account, signed in. */
  public String[] signIn() throws Exception {
    String account =
        "{\"email\":\"%s@example.com\",\"password\":\"correct horse battery\"}"
            .formatted(UUID.randomUUID());
    post("/api/v1/auth/register", account);
    return bearer(post("/api/v1/auth/login", account).at("/accessToken"));
  }

  /** The header that shows a token, for {@link #send}. */
  public static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }
}
