package dev.sluice.edge.transform;

import static dev.sluice.edge.transform.Rules.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyChangesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          remove a               | {"a":1,"b":2}                  | {"b":2}
          remove a               | {"a":1}                        | {}
          remove a               | {"a":1,"a":2}                  | {}
          remove a               | {"\\u0061":1,"b":2}            | {"b":2}
          remove a.b             | {"a":{"b":1,"c":2}}            | {"a":{"c":2}}
          remove a.b             | {"a":[{"b":1},{"b":2,"c":3},7]}| {"a":[{},{"c":3},7]}
          remove a.b             | {"a":[[{"b":1}]]}              | {"a":[[{}]]}
          remove a               | [{"a":1},{"b":2},5,[{"a":3}]]  | [{},{"b":2},5,[{}]]
          remove a.b             | {"a":1}                        | {"a":1}
          remove /a.b            | {"a.b":1,"a":{"b":2}}          | {"a":{"b":2}}
          remove /a~1b/~0c       | {"a/b":{"~c":1}}               | {"a/b":{}}
          remove a               | { "b" : 1.0e400 , "c":[ ] }    | { "b" : 1.0e400 , "c":[ ] }
          rename a=b             | {"a":1.10,"c":2}               | {"b":1.10,"c":2}
          rename a=b             | {"b":3,"a":1}                  | {"b":1}
          rename a=a             | {"a":1}                        | {"a":1}
          rename a.b=c           | {"a":{"b":{"x": 1}}}           | {"a":{"c":{"x": 1}}}
          set a=5                | {"a":1,"b":2}                  | {"a":5,"b":2}
          set a=5                | {"b":2}                        | {"b":2,"a":5}
          set a=5                | {"a":1,"a":2}                  | {"a":5}
          set a.b=true           | {}                             | {"a":{"b":true}}
          set a.b=true           | {"a":null}                     | {"a":{"b":true}}
          set a.b=true           | {"a":"text"}                   | {"a":"text"}
          set a={"x":[1]}        | {}                             | {"a":{"x":[1]}}
          set a=word             | {}                             | {"a":"word"}
          set a="word"           | {}                             | {"a":"word"}
          set a=                 | {}                             | {"a":""}
          set a=1_2              | {}                             | {"a":"1 2"}
          set a=null             | {"a":1}                        | {"a":null}
          set a=1                | [{},{"a":0}]                   | [{"a":1},{"a":1}]
          set a=1                | "text"                         | "text"
          set a=1                | 17                             | 17
          add a=5                | {"a":1}                        | {"a":1}
          add a=5                | {"a":null}                     | {"a":null}
          add a=5                | {"b":1}                        | {"b":1,"a":5}
          add a.b=5              | {"a":{"c":1}}                  | {"a":{"c":1,"b":5}}
          remove a; rename b=a   | {"a":1,"b":2}                  | {"a":2}
          rename u=v; set v.x=1  | {"u":{"y":2}}                  | {"v":{"y":2,"x":1}}
          set a=1; remove a      | {"a":0}                        | {"a":1}
          """)
  void rulesAreAppliedInTheirOrder(String rules, String before, String after) {
    assertThat(response(rules).body(Buffer.buffer(before)).toString()).isEqualTo(after);
  }

  @Test
  void whatIsNotTouchedStaysByteByByte() {
    String kept =
        "\"n\" : [1.000000000000000000000000001, 1E+2,-0,\t0.10 , 123456789012345678901234567890],"
            + "\n \"t\":\"\\u00e9\\/\u00e9 \\\" } ]\", \"o\":{ \"x\" : {  } }";
    Buffer before = Buffer.buffer(" {\"in\" :{\"a\":1,\"b\" :  2.50},\n" + kept + "}\r\n");
    assertThat(response("remove in.a").body(before).toString())
        .isEqualTo(" {\"in\" :{\"b\":2.50},\n" + kept + "}\r\n");
    Buffer same = response("remove x.y").body(before);
    assertThat(same).isSameAs(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1}{}",
        "{a:1}",
        "{'a':1}",
        "[1,]",
        "{\"a\":01}",
        "nul",
        "\"abc",
        "\"a\nb\"",
        "{\"a\":\"\\x\"}",
        "   ",
        "<html>",
        "\u0000",
        "{\"a\":NaN}",
        "[1] // x"
      })
  void whatIsNoJsonIsNotChanged(String broken) {
    Buffer body = Buffer.buffer(broken);
    assertThat(response("set a=1").body(body)).isSameAs(body);
    assertThatThrownBy(() -> response("remove a").body(body))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.problem()).isEqualTo(Problem.UNAVAILABLE));
    assertThatThrownBy(() -> request("set a=1").body(body))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.problem()).isEqualTo(Problem.INVALID));
  }

  @Test
  void brokenBytesAndDepthsAreNoJsonEither() {
    assertThat(JsonText.isValid(new byte[] {'"', (byte) 0xc3, '"'})).isFalse();
    assertThat(JsonText.isValid("[".repeat(100_000).getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(
            JsonText.isValid(("[".repeat(900) + "]".repeat(900)).getBytes(StandardCharsets.UTF_8)))
        .isTrue();
    assertThat(JsonText.isValid("{}".getBytes(StandardCharsets.UTF_16LE))).isFalse();
  }

  @Test
  void anEmptyBodyStaysEmpty() {
    assertThat(response("remove a").body(Buffer.buffer()).length()).isZero();
    assertThat(request("set a=1").body(Buffer.buffer()).length()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "Application/JSON; charset=utf-8, true",
    "application/problem+json, true",
    "application/vnd.x.v2+JSON ;q=1, true",
    "text/plain, false",
    "application/jsonp, false",
    "application/x-ndjson, false",
  })
  void onlyJsonIsChanged(String type, boolean changed) {
    assertThat(request("set a=1").changesBody(fields("Content-Type", type))).isEqualTo(changed);
    assertThat(response("set a=1").changesBody(200, fields("Content-Type", type)))
        .isEqualTo(changed);
    assertThat(
            RequestTransform.of(Rules.headers("set a=1"), List.of())
                .changesBody(fields("Content-Type", type)))
        .isFalse();
  }

  @Test
  void whatMustBeTakenOutAndCannotBeIsNotShown() {
    String[][] unfit = {
      {"Content-Type", "application/json", "Content-Encoding", "gzip"},
      {"Content-Type", "application/json", "Content-Length", "1048577"},
    };
    for (String[] headers : unfit) {
      assertThat(response("set a=1").changesBody(200, fields(headers))).isFalse();
      assertThatThrownBy(() -> response("remove a").changesBody(200, fields(headers)))
          .isInstanceOf(Failure.class);
    }
    assertThatThrownBy(
            () -> response("remove a").changesBody(206, fields("Content-Type", "application/json")))
        .isInstanceOf(Failure.class);
    assertThat(response("remove a").changesBody(304, fields("Content-Type", "application/json")))
        .isFalse();
    assertThat(response("remove a").mayPassUnchanged()).isFalse();
    assertThat(response("set a=1").mayPassUnchanged()).isTrue();
    assertThatThrownBy(
            () ->
                request("set a=1")
                    .changesBody(
                        fields("Content-Type", "application/json", "Content-Encoding", "br")))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.problem()).isEqualTo(Problem.UNSUPPORTED));
  }

  @Test
  void headersOfTheOldBodyAreForgotten() {
    var headers =
        fields("Content-Length", "5", "ETag", "\"x\"", "Accept-Ranges", "bytes", "Digest", "x");
    response("set a=1").forget(headers);
    assertThat(headers.names()).containsExactly("ETag");
    assertThat(headers.get("ETag")).isEqualTo("W/\"x\"");
    var asked = fields("Accept-Encoding", "gzip", "Range", "bytes=0-1", "If-Range", "\"x\"");
    response("set a=1").ask(asked);
    assertThat(asked.names()).containsExactly("Accept-Encoding");
    assertThat(asked.get("Accept-Encoding")).isEqualTo("identity");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set a..b=1",
        "set .a=1",
        "remove a.",
        "set /=1",
        "rename a=b.c",
        "rename a=/b",
        "rename a=",
        "remove a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"
      })
  void pathsThatAreNoneAreAMistake(String rules) {
    assertThatThrownBy(() -> Rules.body(rules)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The same as a tree of Jackson's would become. */
  @Test
  void randomBodiesAreChangedAsATreeWouldBe() throws Exception {
    long seed = System.nanoTime();
    System.err.println("seed of random bodies: " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    ResponseTransform transform = response("remove a b.c; rename d=e; set b.a=7");
    for (int i = 0; i < 5_000; i++) {
      JsonNode tree = random(random, 4);
      byte[] text =
          random.nextBoolean()
              ? JSON.writeValueAsBytes(tree)
              : JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
      Buffer changed = transform.body(Buffer.buffer(text));
      change(tree);
      assertThat(JSON.readTree(changed.getBytes())).as("seed %s", seed).isEqualTo(tree);
    }
  }

  private static void change(JsonNode node) {
    if (node instanceof ArrayNode array) {
      array.forEach(BodyChangesTest::change);
    } else if (node instanceof ObjectNode object) {
      object.remove("a");
      inside(object.get("b"), inner -> inner.remove("c"));
      if (object.has("d")) {
        object.set("e", object.remove("d"));
      }
      JsonNode b = object.get("b");
      if (b == null || b.isNull()) {
        object.putObject("b");
      }
      inside(object.get("b"), inner -> inner.put("a", 7));
    }
  }

  private static void inside(JsonNode node, Consumer<ObjectNode> change) {
    if (node instanceof ArrayNode array) {
      array.forEach(element -> inside(element, change));
    } else if (node instanceof ObjectNode object) {
      change.accept(object);
    }
  }

  private static JsonNode random(SplittableRandom random, int depth) {
    int kind = random.nextInt(depth == 0 ? 4 : 8);
    return switch (kind) {
      case 0 -> JSON.getNodeFactory().numberNode(random.nextInt());
      case 1 -> JSON.getNodeFactory().textNode("\\\"{[,]}:\u00e9\n".substring(random.nextInt(9)));
      case 2 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      case 3 -> JSON.getNodeFactory().nullNode();
      case 4, 5 -> {
        ArrayNode array = JSON.createArrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(random(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = JSON.createObjectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          object.set(
              "abcde".substring(random.nextInt(5)).substring(0, 1), random(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static ResponseTransform response(String rules) {
    return ResponseTransform.of(Rules.body(rules), List.of());
  }

  private static RequestTransform request(String rules) {
    return RequestTransform.of(Rules.body(rules), List.of());
  }
}
