package dev.sluice.edge.transform;

import static dev.sluice.edge.transform.Rules.asked;
import static dev.sluice.edge.transform.Rules.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderChangesTest {
  private static final List<String> PARAMETERS = List.of("id");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          remove a                    | a:1 a:2 b:3 | b:3
          remove A                    | a:1         | ''
          remove x                    | a:1         | a:1
          rename a=b                  | a:1 a:2 b:3 | b:1 b:2
          rename a=b                  | b:3         | b:3
          rename a=A                  | a:1         | A:1
          set a=9                     | a:1 a:2     | a:9
          set a=9                     | b:1         | a:9 b:1
          add a=9                     | a:1         | a:1 a:9
          absent a=9                  | a:1         | a:1
          absent a=9                  | b:1         | a:9 b:1
          remove a; rename b=a        | a:1 b:2     | a:2
          remove a; set a=9           | a:1         | a:9
          rename a=b; set b=9         | a:1         | b:9
          set a=9; add a=8; absent a=7| a:1         | a:9 a:8
          rename a=b; absent a=7      | a:1         | a:7 b:1
          set a={id}                  | b:1         | a:42 b:1
          set a=u-{id}/{rest}         | b:1         | a:u-42/x/y b:1
          set a={client.ip}           | b:1         | a:192.0.2.7 b:1
          set a={client.subject}      | a:evil      | a:jo
          set a={request.id}          | b:1         | a:req-1 b:1
          set a={"x":1}               | b:1         | a:{"x":1} b:1
          set a={}                    | b:1         | a:{} b:1
          set a={                     | b:1         | a:{ b:1
          set a={{id}}                | b:1         | a:{42} b:1
          """)
  void rulesAreAppliedInTheirOrder(String rules, String before, String after) {
    MultiMap headers = parse(before);
    transform(rules).headers(headers, asked("42", "x/y", "jo"));
    assertThat(write(headers)).isEqualTo(write(parse(after)));
  }

  @Test
  void aValueWithSomethingUnknownIsNotWrittenAndNobodyElseFillsItIn() {
    MultiMap headers = fields("X-User", "admin", "X-Rest", "a");
    transform("set X-User={client.subject}; add X-Rest={rest}; absent X-Other=a{rest}")
        .headers(headers, asked("42", null, null));
    assertThat(headers.contains("X-User")).isFalse();
    assertThat(headers.getAll("X-Rest")).containsExactly("a");
    assertThat(headers.contains("X-Other")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\r\nSet-Cookie: x=1",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\u0085b",
        "a\u2028b",
        "\u010d\u010a", // cut to a byte each these would be CR and LF
        "\uff0d\uff0a",
        "a\tb",
        "a\u007fb",
        "\ud800",
        "a%0d%0ab"
      })
  void nothingCanBePutIntoAHeaderThroughAParameter(String evil) {
    for (TemplateValues values :
        List.of(asked(evil, "", ""), asked("", evil, ""), asked("", "", evil))) {
      MultiMap headers = fields();
      transform("set a=[{id}{rest}{client.subject}]").headers(headers, values);
      assertThat(headers.get("a")).matches("\\[[ -~]+]");
      assertThat(headers.names()).containsExactly("a");
    }
  }

  @Test
  void differentTextsStayDifferent() {
    MultiMap headers = fields();
    transform("set a={client.subject}").headers(headers, asked("", "", "jos\u00e9"));
    assertThat(headers.get("a")).isEqualTo("jos%C3%A9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set Host=a",
        "set Content-Length=5",
        "set transfer-ENCODING=chunked",
        "set Connection=close",
        "add Upgrade=h2c",
        "absent TE=trailers",
        "add Keep-Alive=1",
        "rename a=Host",
        "rename Transfer-Encoding=a",
        "remove Content-Length",
        "set Trailer=x",
        "set Proxy-Connection=x"
      })
  void whatTheGatewayWritesIsNotToBeSet(String rules) {
    assertThatThrownBy(() -> Rules.headers(rules))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which the gateway itself writes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb", "a\nb", "a\0b", "\u010a", "a\u007f"})
  void noValueHasTwoLines(String value) {
    assertThatThrownBy(
            () -> new HeaderRules(Map.of("a", value), Map.of(), Map.of(), List.of(), Map.of()))
        .hasMessageContaining("on one line");
  }

  @Test
  void unknownNamesAreAMistake() {
    assertThatThrownBy(() -> transform("set a={uid}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "headers.set: '{uid}' is none of the route's parameters [id], and none of rest,"
                + " client.ip, client.subject and request.id");
    assertThatThrownBy(() -> transform("absent a={client.name}"))
        .hasMessageContaining("headers.absent: '{client.name}'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rename a=b b=c", "rename a=b b=a"})
  void renamesDoNotDependOnEachOther(String rules) {
    assertThatThrownBy(() -> Rules.headers(rules)).hasMessageContaining("rename: new names that");
  }

  @Test
  void nothingToDoIsNoTransform() {
    assertThat(RequestTransform.of(Rules.none(), PARAMETERS)).isNull();
    assertThat(ResponseTransform.of(Rules.none(), PARAMETERS)).isNull();
  }

  @Test
  void rulesForTheOtherDirectionAreAMistake() {
    assertThatThrownBy(() -> RequestTransform.of(Rules.security(), PARAMETERS))
        .hasMessage("security: false for requests; it is of responses only");
    assertThatThrownBy(() -> ResponseTransform.of(Rules.query("set a=1"), PARAMETERS))
        .hasMessage("query: nothing for responses; it is of requests only");
  }

  @Test
  void securityIsAddedWhereTheUpstreamSaysNothing() {
    MultiMap plain = fields();
    security(plain, false);
    assertThat(plain.get("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(plain.get("X-Frame-Options")).isEqualTo("DENY");
    assertThat(plain.get("Content-Security-Policy")).isEqualTo("frame-ancestors 'none'");
    assertThat(plain.get("Referrer-Policy")).isEqualTo("strict-origin-when-cross-origin");
    assertThat(plain.contains("Strict-Transport-Security")).isFalse();
    MultiMap tls = fields("Strict-Transport-Security", "max-age=1");
    security(tls, true);
    assertThat(tls.getAll("Strict-Transport-Security")).containsExactly("max-age=1");
    MultiMap fresh = fields();
    security(fresh, true);
    assertThat(fresh.get("Strict-Transport-Security")).isEqualTo("max-age=31536000");
  }

  @Test
  void securityDoesNotContradictTheUpstream() {
    MultiMap frames = fields("X-Frame-Options", "SAMEORIGIN", "Referrer-Policy", "origin");
    security(frames, false);
    assertThat(frames.contains("Content-Security-Policy")).isFalse();
    assertThat(frames.get("X-Frame-Options")).isEqualTo("SAMEORIGIN");
    assertThat(frames.get("Referrer-Policy")).isEqualTo("origin");
    MultiMap ancestors = fields("Content-Security-Policy", "Frame-Ancestors 'self'");
    security(ancestors, false);
    assertThat(ancestors.contains("X-Frame-Options")).isFalse();
    MultiMap scripts = fields("Content-Security-Policy", "script-src 'self'");
    security(scripts, false);
    assertThat(scripts.get("X-Frame-Options")).isEqualTo("DENY");
    assertThat(scripts.getAll("Content-Security-Policy")).containsExactly("script-src 'self'");
  }

  private static void security(MultiMap headers, boolean secure) {
    ResponseTransform.of(Rules.security(), List.of()).headers(headers, asked("", "", null), secure);
  }

  private static RequestTransform transform(String rules) {
    return RequestTransform.of(Rules.headers(rules), PARAMETERS);
  }

  private static MultiMap parse(String text) {
    MultiMap headers = fields();
    for (String field : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      int colon = field.indexOf(':');
      headers.add(field.substring(0, colon), field.substring(colon + 1));
    }
    return headers;
  }

  private static String write(MultiMap headers) {
    return StreamSupport.stream(headers.spliterator(), false)
        .map(field -> field.getKey() + ":" + field.getValue())
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
