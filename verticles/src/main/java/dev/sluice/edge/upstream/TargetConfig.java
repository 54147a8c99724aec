package dev.sluice.edge.upstream;

import dev.sluice.platform.config.Setting;
import java.util.Map;

/** One server of an upstream, or several behind one name. */
public record TargetConfig(
    @Setting(
            doc =
                "Where it is, such as http://10.0.0.7:9001 or https://orders.svc/v1; a path is put"
                    + " before that of each request. A name with several addresses is as many"
                    + " servers, each with this weight.",
            def = "",
            max = 1024)
        String url,
    @Setting(
            doc = "Its share of the requests, compared with that of the others.",
            def = "1",
            min = 1,
            max = 1000)
        int weight,
    @Setting(
            doc = "What routes can choose it by, such as {version: v2}.",
            def = "",
            min = 1,
            max = 256)
        Map<String, String> labels) {

  public TargetConfig {
    labels = Map.copyOf(labels);
    TargetUrl parsed = TargetUrl.of(url);
    assert parsed != null;
  }
}
