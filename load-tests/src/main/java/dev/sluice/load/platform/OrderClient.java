package dev.sluice.load.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Asks one side for what is measured, once, to see what it answers. */
final class OrderClient {
  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();
  private final int port;
  private final String token;

  /**
   * @param token a header, {@code name: value}; empty for none
   */
  OrderClient(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /** An answer with its body as JSON, which is null when there was none. */
  record Answer(int status, JsonNode body) {
    String id() {
      return body.path("id").asText();
    }
  }

  /**
   * Places an order.
   *
   * @param key an Idempotency-Key
   */
  Answer place(String body, String key) throws IOException, InterruptedException {
    return send(
        request(Orders.PATH)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /**
   * What it answers to an order, the same again, another one under the same key, reading it, and
   * reading one that is not there: statuses, and the order without what can never be the same.
   *
   * @throws IllegalStateException when what was read is not what was placed
   */
  List<String> conversation(String body) throws IOException, InterruptedException {
    String key = UUID.randomUUID().toString();
    List<Answer> answers = new ArrayList<>();
    answers.add(place(body, key));
    answers.add(place(body, key));
    answers.add(place(body.replace("\"quantity\":2", "\"quantity\":3"), key));
    String id = answers.get(0).id();
    answers.add(get(Orders.PATH + "/" + id));
    answers.add(get(Orders.PATH + "/" + UUID.randomUUID()));
    for (int same : new int[] {1, 3}) {
      if (!answers.get(0).body().equals(answers.get(same).body())) {
        throw new IllegalStateException(
            "placed " + answers.get(0).body() + ", and then heard " + answers.get(same).body());
      }
    }
    List<String> said = new ArrayList<>();
    answers.forEach(answer -> said.add(Integer.toString(answer.status())));
    String order = answers.get(0).body().toString();
    String time = answers.get(0).body().path("createdAt").asText();
    said.add(order.replace(id, "(id)").replace(time, "(time)"));
    return said;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(String.format(Locale.ROOT, "http://127.0.0.1:%d%s", port, path)));
    if (!token.isEmpty()) {
      String[] header = token.split(": ", 2);
      request.header(header[0], header[1]);
    }
    return request;
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    String text = answer.body();
    return new Answer(
        answer.statusCode(), text.isEmpty() ? mapper.nullNode() : mapper.readTree(text));
  }
}
