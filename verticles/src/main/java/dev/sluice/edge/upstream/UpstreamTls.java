package dev.sluice.edge.upstream;

import dev.sluice.platform.config.Setting;

/** How targets with https are spoken to. */
public record UpstreamTls(
    @Setting(
            doc = "PEM file with the certificates that are trusted; empty: those this Java trusts.",
            def = "",
            max = 4096)
        String ca,
    @Setting(
            doc = "PEM file with the certificate shown to targets; empty: none.",
            def = "",
            max = 4096)
        String cert,
    @Setting(doc = "PEM file with its key (PKCS #8).", def = "", max = 4096) String key,
    @Setting(
            doc = "Whether the certificate must be trusted and be for the target's name.",
            def = "true")
        boolean verify,
    @Setting(
            doc = "The name asked for and expected in place of that in the url; empty: that.",
            def = "",
            max = 253)
        String serverName) {

  public UpstreamTls {
    if (cert.isEmpty() != key.isEmpty()) {
      throw new IllegalArgumentException("key: a file where cert is one, and only there");
    }
    if (!verify && !ca.isEmpty()) {
      throw new IllegalArgumentException("ca: empty where verify is false, which trusts all");
    }
  }
}
