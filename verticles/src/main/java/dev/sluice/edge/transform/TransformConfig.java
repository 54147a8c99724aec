package dev.sluice.edge.transform;

import dev.sluice.platform.config.Setting;

/** What is changed on the way to an upstream, or on the way back. */
public record TransformConfig(
    @Setting(doc = "Header fields.") HeaderRules headers,
    @Setting(doc = "Parameters of the query; of requests only.") QueryRules query,
    @Setting(doc = "Fields of bodies that are JSON objects.") BodyRules body,
    @Setting(
            doc =
                "Whether responses tell browsers to be careful, where the upstream says nothing:"
                    + " X-Content-Type-Options: nosniff, X-Frame-Options: DENY,"
                    + " Content-Security-Policy: frame-ancestors 'none', Referrer-Policy, and over"
                    + " TLS Strict-Transport-Security; of responses only.",
            def = "false")
        boolean security) {

  /** Whether nothing is changed. */
  public boolean isEmpty() {
    return headers.isEmpty() && query.isEmpty() && body.isEmpty() && !security;
  }
}
