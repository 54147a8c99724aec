package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.Waiting;
import dev.sluice.devstack.demo.DemoServers;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipes of docs/gateway.md, followed: what they ask is answered as they say. */
@ExtendWith(Servers.Extension.class)
class GatewayRecipesIT {
  private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z][A-Za-z0-9-]*: ");

  private static DemoServers demo;
  private static Vertx vertx;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    demo = DemoServers.start("127.0.0.1", List.of(0, 0));
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    demo.close();
    Waiting.await(vertx.close());
  }

  static List<Recipes.Recipe> recipes() throws IOException {
    return Recipes.all().stream().filter(recipe -> !recipe.commands().isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void isAnsweredAsItSays(Recipes.Recipe recipe, Servers servers) throws Exception {
    String table =
        recipe
            .table()
            .replace("http://127.0.0.1:18080", demo.urls().get(0))
            .replace("http://127.0.0.1:18081", demo.urls().get(1));
    Files.writeString(folder.resolve("routes.yaml"), table);
    Files.createDirectory(folder.resolve("public"));
    Files.writeString(folder.resolve("public/index.html"), "<h1>Hello</h1>\n");
    StringBuilder printed = new StringBuilder();
    // One connection, so that one event loop has all requests, as with one curl.
    HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
    try (TestNode gateway = TestNode.gateway(servers, folder, Map.of())) {
      for (String command : recipe.commands()) {
        String line = command.replace("http://127.0.0.1:8080", gateway.url());
        printed.append(Curl.run(client, line));
      }
    } finally {
      Waiting.await(client.close());
    }
    assertFound(recipe.output(), printed.toString());
  }

  /** Each line, or what is between dots in it, comes after the one before. */
  private static void assertFound(String output, String answered) {
    String expected = lowerNames(output);
    String printed = lowerNames(answered);
    int at = 0;
    for (String line : expected.split("\n", -1)) {
      for (String piece : line.split(Pattern.quote("..."), -1)) {
        int found = printed.indexOf(piece.strip(), at);
        assertThat(found).as("'%s' after %d in:%n%s", piece, at, printed).isNotNegative();
        at = found + piece.strip().length();
      }
    }
  }

  /** Of header fields, of which curl prints the names as they came. */
  private static String lowerNames(String text) {
    return HEADER.matcher(text).replaceAll(name -> name.group().toLowerCase(Locale.ROOT));
  }
}
