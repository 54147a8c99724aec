package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be purged is said in one way, and so that it can hit something. */
class CacheTest {
  @ParameterizedTest
  @ValueSource(strings = {"shop/", "shop:8080/a?b=c", "https://shop/a", "HTTP://shop/", "[::1]/a"})
  void urisHaveAHostAndAPath(String uri) {
    assertThat(new Cache.Purge(uri, null, null, null).checked().uri()).isEqualTo(uri);
    assertThat(new Cache.Purge(null, uri, null, null).checked().prefix()).isEqualTo(uri);
  }

  @ParameterizedTest
  @CsvSource({
    "uri, shop",
    "uri, /a",
    "uri, ''",
    "uri, http://",
    "uri, 'shop/a b'",
    "prefix, ''",
    "prefix, /a",
    "prefix, https://",
    "prefix, http:///a",
    "tag, ''",
    "tag, 'a,b'",
    "tag, 'a b'"
  })
  void whatCouldHitNothingIsRefused(String field, String value) {
    assertThatThrownBy(
            () ->
                new Cache.Purge(
                    field.equals("uri") ? value : null,
                    field.equals("prefix") ? value : null,
                    field.equals("tag") ? value : null,
                    null))
        .isInstanceOfSatisfying(
            Failure.class,
            failure ->
                assertThat(failure.fields())
                    .extracting(Failure.Field::field)
                    .containsExactly(field));
  }

  @Test
  void exactlyOneIsGiven() {
    assertThatThrownBy(() -> new Cache.Purge("a/b", "a/", null, null))
        .hasMessageContaining("one of");
    assertThatThrownBy(() -> new Cache.Purge(null, null, "a", true)).hasMessageContaining("one of");
    assertThatThrownBy(() -> new Cache.Purge(null, null, null, false)).hasMessageContaining("true");
    Cache.Purge none = new Cache.Purge(null, null, null, null);
    assertThatThrownBy(none::checked).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> new Cache.Invalidated(null, null, null, null))
        .isInstanceOf(Failure.class);
  }

  @Test
  void oneMessageHoldsSoManyAndNoMore() {
    Cache.Purge one = new Cache.Purge(null, null, "a", null);
    List<Cache.Purge> most = Collections.nCopies(Cache.MOST_AT_ONCE, one);
    assertThat(new Cache.Forgotten(most, true).what()).hasSize(Cache.MOST_AT_ONCE);
    assertThatThrownBy(
            () -> new Cache.Forgotten(Collections.nCopies(Cache.MOST_AT_ONCE + 1, one), true))
        .isInstanceOf(Failure.class);
    assertThatThrownBy(() -> new Cache.Forgotten(List.of(), true)).isInstanceOf(Failure.class);
  }
}
