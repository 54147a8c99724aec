package dev.sluice.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountryTableTest {
  private static final String FILE =
      """
      # of three kinds, in no order
      203.0.113.0/25,de
      "198.51.100.0","198.51.100.255","3325256704","3325256959","AU","Australia"
      1.0.0.0,1.0.0.255,CN
      0.0.0.0,0.255.255.255,-
      255.255.255.0,255.255.255.255,ZW

      2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,FR
      ffff::/16,US
      ::1:0/112,BR
      """;

  private static CountryTable read(String file) throws IOException {
    return CountryTable.read(new BufferedReader(new StringReader(file)));
  }

  @ParameterizedTest
  @CsvSource({
    "1.0.0.0, CN",
    "1.0.0.255, CN",
    "1.0.1.0, -",
    "0.0.0.1, -",
    "203.0.113.0, DE",
    "203.0.113.127, DE",
    "203.0.113.128, -",
    "198.51.100.7, AU",
    "255.255.255.255, ZW",
    "::ffff:1.0.0.7, CN",
    "2001:db8::1, FR",
    "2001:db8:1::, -",
    "2001:db7::, -",
    "ffff::1, US",
    "::1:1, BR",
    "::2:1, -",
    "nonsense, -",
    "1.2.3, -",
  })
  void findsTheCountry(String address, String country) throws IOException {
    int expected = country.equals("-") ? CountryTable.UNKNOWN : CountryTable.code(country);
    assertThat(read(FILE).country(address)).isEqualTo(expected);
  }

  @Test
  void countsWhatItKnows() throws IOException {
    assertThat(read(FILE).lines()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0.0.0,1.0.0.255",
        "1.0.0.0,CN",
        "1.0.0.255,1.0.0.0,CN",
        "1.0.0.0,::1,CN",
        "1.0.0.0,1.0.0.255,China",
        "1.0.0.0,1.0.0.255,1",
        "1.0.0.0/40,CN",
        "<html>",
      })
  void aWrongLineIsNamed(String line) {
    assertThatThrownBy(() -> read("2.0.0.0/8,FR\n" + line + "\n"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("line 2 is '" + line + "'; expected first,last,CC or network,CC");
  }

  @Test
  void anEmptyFileIsNone() {
    assertThatThrownBy(() -> read("# nothing\n")).hasMessageContaining("no line with addresses");
  }
}
