package dev.sluice.edge.transform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, section 12.5.3. */
class AcceptEncodingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          null                              | false | false
          ''                                | false | false
          gzip                              | true  | false
          GZip                              | true  | false
          x-gzip                            | true  | false
          gzip, deflate, br, zstd           | true  | true
          deflate, br                       | false | true
          br;q=0.5, gzip;q=0.8              | true  | false
          br;q=0.8, gzip;q=0.5              | true  | true
          gzip;q=0                          | false | false
          gzip;q=0.000                      | false | false
          gzip;q=0.001                      | true  | false
          gzip ; q=1.0                      | true  | false
          gzip;Q=1                          | true  | false
          gzip;q=2                          | false | false
          gzip;q=                           | false | false
          gzip;q=x                          | false | false
          gzip;q=0.x                        | false | false
          gzip;x=1                          | false | false
          identity                          | false | false
          identity;q=0                      | false | false
          identity;q=0, gzip;q=0.1          | true  | false
          gzip;q=0.5, identity;q=1          | false | false
          gzip;q=0.5, identity;q=0.5        | true  | false
          *                                 | true  | true
          *;q=0                             | false | false
          *;q=0, gzip                       | true  | false
          *, gzip;q=0                       | false | true
          *;q=1, gzip;q=0.5                 | false | true
          deflate                           | false | false
          gzipped                           | false | false
          'gzip,'                           | true  | false
          ', ,gzip'                         | true  | false
          '	gzip	'                       | true  | false
          ;q=1                              | false | false
          """)
  void theBestThatAClientCanRead(String field, boolean gzip, boolean brotli) {
    AcceptEncoding accepted = AcceptEncoding.of(field);
    assertThat(accepted.prefersGzip()).isEqualTo(gzip);
    assertThat(accepted.prefersBrotli()).isEqualTo(brotli);
  }
}
