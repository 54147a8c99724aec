package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.NodeProcess;
import dev.sluice.Servers;
import dev.sluice.Waiting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the log says of requests. */
@ExtendWith(Servers.Extension.class)
class AccessLogIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void aRequestIsALine(Servers servers) throws Exception {
    Files.writeString(
        folder.resolve("routes.yaml"),
        "routes: {hello: {match: {paths: [\"/hello/*\"]}, respond: {status: 203, body: hello}}}");
    Map<String, String> settings =
        Map.of("SLUICE_EDGE_ACCESS_LOG", "true", "SLUICE_LOG_FORMAT", "json");
    try (NodeProcess gateway = NodeProcess.gateway(servers, folder, settings)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(gateway.announced("rest") + "/hello/you?secret=1"))
              .header("X-Request-Id", "mine-1")
              .build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
          .isEqualTo(203);
      Waiting.until("the line is written", Duration.ofSeconds(5), () -> lines(gateway).size() == 1);
      JsonNode line = lines(gateway).get(0);
      assertThat(line.path("message").asText()).isEqualTo("request");
      assertThat(line.path("method").asText()).isEqualTo("GET");
      assertThat(line.path("path").asText()).isEqualTo("/hello/you");
      assertThat(line.path("route").asText()).isEqualTo("/hello/*");
      assertThat(line.path("status").asInt()).isEqualTo(203);
      assertThat(line.path("bytes").asInt()).isEqualTo(5);
      assertThat(line.path("micros").asLong()).isPositive();
      assertThat(line.path("address").asText()).isEqualTo("127.0.0.1");
      assertThat(line.path("correlationId").asText()).isEqualTo("mine-1");
      assertThat(line.path("traceId").asText()).hasSize(32);
      assertThat(line.toString()).doesNotContain("secret");
    }
  }

  private static List<JsonNode> lines(NodeProcess gateway) throws Exception {
    try (Stream<String> lines = Files.lines(gateway.log())) {
      return lines
          .filter(line -> line.contains("dev.sluice.access"))
          .map(AccessLogIT::json)
          .toList();
    }
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + line, e);
    }
  }
}
