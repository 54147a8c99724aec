package dev.sluice.edge.transform;

import static dev.sluice.edge.transform.Rules.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryChangesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          remove a              | a=1&b=2          | b=2
          remove a              | a=1&a=2          | null
          remove a              | a&b              | b
          remove a              | %61=1&b=2        | b=2
          remove a              | null             | null
          remove a              | b=%7e+%41&&c     | b=%7e+%41&&c
          rename a=b            | a=%7E+1          | b=%7E+1
          rename a=b            | a&b=2            | b
          rename a=a            | a=1&b=2          | a=1&b=2
          rename a=b            | b=2              | b=2
          rename a=c            | a=1&b=2&a=3      | c=1&b=2&c=3
          rename a=b; set b=3   | a=1              | b=3
          set a=1               | null             | a=1
          set a=1               | b=2              | b=2&a=1
          set a=1               | a=2&b=3&a=4      | a=1&b=3
          set a=x_y&z           | null             | a=x%20y%26z
          add a=1               | a=2              | a=2&a=1
          absent a=1            | a=2              | a=2
          absent a=1            | %61=2            | %61=2
          absent a=1            | b=2              | b=2&a=1
          remove a; rename b=a  | a=1&b=2          | a=2
          set a={id}            | b=2              | b=2&a=42
          set a={client.ip}     | null             | a=192.0.2.7
          set a={client.subject}| a=1              | null
          add a={client.subject}| a=1              | a=1
          """)
  void whatIsNotTouchedStaysAsItIs(String rules, String before, String after) {
    assertThat(transform(rules).query(before, asked("42", "x", null))).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a&admin=true    | u=a%26admin%3Dtrue
          a%26admin%3D1   | u=a%26admin%3D1
          a%2Fb           | u=a%2Fb
          a+b             | u=a%2Bb
          a%20b           | u=a%20b
          %0d%0aX: y      | u=%0D%0AX%3A%20y
          %zz             | u=%25zz
          %               | u=%25
          '#x'            | u=%23x
          %C3%A9          | u=%C3%A9
          """)
  void noParameterCanAddAnother(String parameter, String after) {
    assertThat(transform("set u={id}").query(null, asked(parameter, "", null))).isEqualTo(after);
    assertThat(transform("set u={rest}").query(null, asked("", parameter, null))).isEqualTo(after);
  }

  @Test
  void aSubjectIsNoPathAndIsNotDecoded() {
    assertThat(transform("set u={client.subject}").query(null, asked("", "", "a%26b&c")))
        .isEqualTo("u=a%2526b%26c");
  }

  @Test
  void withoutRulesItIsTheSame() {
    String query = "a=1";
    assertThat(
            RequestTransform.of(Rules.headers("set a=1"), List.of())
                .query(query, asked("", "", "")))
        .isSameAs(query);
  }

  @Test
  void unknownNamesAreAMistake() {
    assertThatThrownBy(() -> transform("set a={b}"))
        .hasMessageStartingWith("query.set: '{b}' is none");
    for (String rules : List.of("rename a=b b=c", "rename a=c b=c")) {
      assertThatThrownBy(() -> Rules.query(rules)).hasMessageStartingWith("rename: new names");
    }
  }

  private static RequestTransform transform(String rules) {
    return RequestTransform.of(Rules.query(rules), List.of("id"));
  }
}
