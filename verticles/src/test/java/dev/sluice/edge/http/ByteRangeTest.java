package dev.sluice.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, section 14. */
class ByteRangeTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      textBlock =
          """
          null,              null
          bytes=0-,          0+100
          bytes=0-0,         0+1
          bytes=0-99,        0+100
          bytes=0-100,       0+100
          bytes=99-,         99+1
          bytes=10-19,       10+10
          BYTES=10-19,       10+10
          bytes= 10-19,      10+10
          bytes=-1,          99+1
          bytes=-100,        0+100
          bytes=-101,        0+100
          bytes=-99999999999999999999, 0+100
          bytes=0-99999999999999999999, 0+100
          bytes=100-,        none
          bytes=99999999999999999999-,  none
          bytes=-0,          none
          bytes=5-4,         null
          bytes=3000000000-2500000000, null
          bytes=0000000000000000000005-0000000000000000000007, 5+3
          'bytes=10-19 ',    10+10
          'bytes=0-1,5-6',   null
          bytes=,            null
          bytes=-,           null
          bytes=a-b,         null
          bytes=0-1-2,       null
          bytes=+1-2,        null
          bytes 0-1,         null
          items=0-1,         null
          bytes=١-٢,         null
          """)
  void oneRangeIsRead(String field, String range) {
    ByteRange read = ByteRange.of(field, 100);
    String written =
        read == null ? null : read.isNowhere() ? "none" : read.first() + "+" + read.length();
    assertThat(written).isEqualTo(range);
  }

  @Test
  void anEmptyFileHasNoParts() {
    assertThat(ByteRange.of("bytes=0-", 0)).isSameAs(ByteRange.UNSATISFIABLE);
    assertThat(ByteRange.of("bytes=-5", 0)).isSameAs(ByteRange.UNSATISFIABLE);
    assertThat(new ByteRange(10, 5).of(100)).isEqualTo("bytes 10-14/100");
  }

  @Test
  void severalAreToldFromOneAndFromOtherUnits() {
    assertThat(ByteRange.isSeveral("bytes=0-1,3-4")).isTrue();
    assertThat(ByteRange.isSeveral("Bytes=0-1, -4")).isTrue();
    assertThat(ByteRange.isSeveral("bytes=0-1")).isFalse();
    assertThat(ByteRange.isSeveral("lines=0-1,3-4")).isFalse();
  }

  @Test
  void partsOfWhatIsVeryLarge() {
    assertThat(ByteRange.of("bytes=3000000000-3000000009", 5_000_000_000L))
        .isEqualTo(new ByteRange(3_000_000_000L, 10));
    assertThat(ByteRange.of("bytes=0-99999999999999999999", 5_000_000_000L))
        .isEqualTo(new ByteRange(0, 5_000_000_000L));
    assertThat(ByteRange.of("bytes=-1", Long.MAX_VALUE))
        .isEqualTo(new ByteRange(Long.MAX_VALUE - 1, 1));
  }
}
