package dev.sluice.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskedPathTest {

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "a, a",
    "a/b.js, a/b.js",
    "a/, a",
    "a%20b, 'a b'",
    "a+b, a+b",
    "%41, A",
    "%c3%a9, \u00e9",
    "a..b, a..b",
    "a.., a..",
    "%252e%252e, %2e%2e",
    ".well-known/security.txt, .well-known/security.txt",
    "~a/;x=1, ~a/;x=1",
    "a:b, a:b",
  })
  void isDecodedOnce(String raw, String path) {
    assertThat(AskedPath.of(raw)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../a",
        "a/../b",
        "a/..",
        ".",
        "./a",
        "a/./b",
        "%2e%2e",
        "%2E%2e/a",
        ".%2e",
        "%2e.",
        "%2e",
        "a/%2e%2e/b",
        "a%2fb",
        "..%2fa",
        "..%5ca",
        "..\\a",
        "a\\b",
        "a%5Cb",
        "a%00",
        "%00",
        "a%00.html",
        "a%0d%0ab",
        "a%7f",
        "a%c2%85",
        "//a",
        "/a",
        "/",
        "a//b",
        "a//",
        ".git/config",
        "a/.htaccess",
        "%2egit",
        ".well-known2",
        "a/.well-known",
        "a%",
        "a%2",
        "a%zz",
        "a%-1",
        "%c0%ae%c0%ae/a",
        "%c0%af",
        "%e0%80%ae",
        "%ff",
        "%ed%a0%80",
        "%u002e",
        "a b",
        "a\u00e9",
        "...",
        ".../a",
        "a%+1",
        "%\u0664\u0661"
      })
  void whatLeadsElsewhereAsksForNothing(String raw) {
    assertThat(AskedPath.of(raw)).isNull();
  }

  @Test
  void lengthsAreBounded() {
    assertThat(AskedPath.of("a".repeat(255))).isNotNull();
    assertThat(AskedPath.of("a".repeat(256))).isNull();
    assertThat(AskedPath.of("%c3%a9".repeat(128))).isNull();
    assertThat(AskedPath.of("a/".repeat(2049))).isNull();
  }
}
