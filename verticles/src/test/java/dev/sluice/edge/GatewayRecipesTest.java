package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.route.RoutesConfig;
import dev.sluice.edge.route.RoutesReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every table of docs/gateway.md can be read. */
class GatewayRecipesTest {
  static List<Recipes.Recipe> recipes() throws IOException {
    return Recipes.all();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void itsTableIsRight(Recipes.Recipe recipe) {
    RoutesReader reader = new RoutesReader(Path.of("/srv/conf"), Routing.contracts());
    RoutesConfig config = reader.read(recipe.table(), recipe.title());
    assertThat(config.routes()).isNotEmpty();
  }

  @Test
  void allOfThemAreFound() throws IOException {
    assertThat(Recipes.all()).hasSizeGreaterThan(12);
    assertThat(Recipes.all().stream().filter(recipe -> !recipe.commands().isEmpty()))
        .hasSizeGreaterThan(11)
        .allSatisfy(recipe -> assertThat(recipe.output()).isNotEmpty());
  }
}
