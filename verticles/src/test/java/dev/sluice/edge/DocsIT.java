package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import dev.sluice.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page at /docs and the document it shows. */
@ExtendWith(Servers.Extension.class)
class DocsIT {
  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
  private static final String ROUTES =
      """
      upstreams: {shop: {targets: [{url: "http://127.0.0.1:1"}]}}
      routes: {%s: {match: {paths: ["/docs", "/%s/*"]}, upstream: shop}}
      """;

  @TempDir Path folder;
  private TestNode gateway;

  @BeforeEach
  void write() throws Exception {
    routes("shop");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void routes(String name) throws Exception {
    Files.writeString(folder.resolve("routes.yaml"), ROUTES.formatted(name, name));
  }

  @Test
  void thePageAndAllItNamesIsServedUnderAStrictPolicy(Servers servers) throws Exception {
    gateway = TestNode.gateway(servers, folder, Map.of());
    Answer page = gateway.get("/docs");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("content-type")).startsWith("text/html");
    assertThat(page.header("content-security-policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(page.text())
        .as("what the policy would stop")
        .doesNotContainPattern("<script(?![^>]* src=)")
        .doesNotContainPattern("(?i)<style|style=|\\son\\w+=");
    int links = 0;
    for (Matcher link = LINK.matcher(page.text()); link.find(); links++) {
      Answer part = gateway.get(link.group(1));
      assertThat(part.status()).as(link.group(1)).isEqualTo(200);
      assertThat(part.header("content-type")).as(link.group(1)).isNotEqualTo("text/html");
    }
    assertThat(links).isEqualTo(5);
  }

  @Test
  void whatIsKnownIsNotSentAgainAndWhatIsLongIsShort(Servers servers) throws Exception {
    gateway = TestNode.gateway(servers, folder, Map.of());
    String script = "/docs/swagger-ui-bundle.js";
    Answer plain = gateway.get(script);
    Answer zipped = gateway.get(script, "Accept-Encoding", "gzip");
    assertThat(plain.header("content-encoding")).isNull();
    assertThat(zipped.header("content-encoding")).isEqualTo("gzip");
    assertThat(Integer.parseInt(zipped.header("content-length")))
        .isLessThan(Integer.parseInt(plain.header("content-length")) / 2);
    assertThat(zipped.header("vary")).containsIgnoringCase("accept-encoding");
    assertThat(zipped.header("etag")).isNotEqualTo(plain.header("etag"));
    assertThat(plain.header("cache-control")).isEqualTo("public, max-age=86400");
    Answer known = gateway.get(script, "If-None-Match", "\"x\", W/" + plain.header("etag"));
    assertThat(known.status()).isEqualTo(304);
    assertThat(known.text()).isEmpty();
    assertThat(known.header("etag")).isEqualTo(plain.header("etag"));
    assertThat(gateway.get(script, "If-None-Match", zipped.header("etag")).status()).isEqualTo(200);
    Answer head = gateway.send("HEAD", script, null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).isEqualTo(plain.header("content-length"));
    assertThat(gateway.get("/docs/../conf").status()).isNotEqualTo(200);
    assertThat(gateway.get("/docs/index.html").status()).isEqualTo(404);
    assertThat(gateway.send("POST", "/docs/start.js", "{}").status()).isEqualTo(405);
  }

  @Test
  void withoutThePageItsPathIsFree(Servers servers) throws Exception {
    gateway = TestNode.gateway(servers, folder, Map.of("SLUICE_EDGE_DOCS", "false"));
    assertThat(gateway.get("/docs").status()).as("the route to a dead upstream").isEqualTo(502);
    assertThat(gateway.get("/docs/start.js").status()).isEqualTo(404);
    assertThat(gateway.get("/openapi.json").status()).isEqualTo(200);
  }

  @Test
  void theDocumentFollowsTheRoutes(Servers servers) throws Exception {
    gateway = TestNode.gateway(servers, folder, Map.of());
    Answer before = gateway.get("/openapi.json");
    assertThat(before.json().at("/paths").has("/shop/{rest}")).isTrue();
    assertThat(before.json().at("/paths").has("/api/v1/orders")).isTrue();
    String tag = before.header("etag");
    assertThat(gateway.get("/openapi.json", "If-None-Match", tag).status()).isEqualTo(304);
    routes("store");
    Waiting.until(
        "the new route is in the document",
        Duration.ofSeconds(20),
        () -> gateway.get("/openapi.json").json().at("/paths").has("/store/{rest}"));
    Answer after = gateway.get("/openapi.json", "If-None-Match", tag);
    assertThat(after.status()).isEqualTo(200);
    assertThat(after.json().at("/paths").has("/shop/{rest}")).isFalse();
  }
}
