package dev.sluice.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop",
        "*",
        "http://a/b",
        "/.",
        "/..",
        "/./a",
        "/a/.",
        "/a/..",
        "/a/../b",
        "/%2e/a",
        "/%2E%2e/a",
        "/.%2e/",
        "/a/%2e",
        "/..;x/a",
        "/.;/a",
        "/;/../a",
        "/..%2Fa",
        "/a%2f..%2fb",
        "/a%5c..",
        "/..%5Ca",
        "/a\\b",
        "/a\\..\\b",
        "/a b",
        "/a\tb",
        "/a\u0000b",
        "/a%00",
        "/a%0d%0a",
        "/a%7f",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%-1",
        "/a%+1",
        "/\u00e4",
        "/a#b",
        "/a?b",
        "//..//a"
      })
  void isRefused(String raw) {
    assertThat(RequestPath.clean(raw)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a/b/, /a/b/",
    "//a, /a",
    "/a//b///, /a/b/",
    "/%61dmin, /admin",
    "/a%7Eb%2d, /a~b-",
    "/%c3%a4, /%C3%A4",
    "/a%2fb, /a%2Fb",
    "/a;v=1/b, /a;v=1/b",
    "/.well-known/x, /.well-known/x",
    "/..a/...b, /..a/...b",
    "/.../a, /.../a",
    "/a.b/c..d, /a.b/c..d",
    "/a|b[1]{x}, /a|b[1]{x}",
    "/a@b:c+d, /a@b:c+d",
    "/%252e%252e/, /%252e%252e/",
    "/;a, /;a",
  })
  void isCleaned(String raw, String clean) {
    assertThat(RequestPath.clean(raw)).isEqualTo(clean);
    assertThat(RequestPath.clean(clean)).isSameAs(clean);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b",
    "/a%2Fb, /a/b",
    "/a%5Cb, /a/b",
    "/a/%2Fb, /a/b",
    "/a;x=1/b;y, /a/b",
    "/a;x%2Fb, /a/b",
    "/%C3%A4, /%C3%A4",
  })
  void canBeReadInAnotherWay(String clean, String other) {
    assertThat(RequestPath.otherReading(clean)).isEqualTo(other);
  }

  @Test
  void whatIsCleanIsNotCopied() {
    String path = "/shop/cart;a/items%20x";
    assertThat(RequestPath.clean(path)).isSameAs(path);
    assertThat(RequestPath.otherReading("/shop%20x")).isEqualTo("/shop%20x");
  }
}
