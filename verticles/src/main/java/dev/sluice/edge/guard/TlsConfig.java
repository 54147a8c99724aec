package dev.sluice.edge.guard;

import dev.sluice.platform.config.Setting;
import java.time.Duration;
import java.util.List;

/** How the listener speaks TLS; without a certificate it does not. */
public record TlsConfig(
    @Setting(
            doc =
                "PEM file of the certificate and those between it and the root. Empty: no TLS. Read"
                    + " again, like the other files here, when it changes.",
            max = 4096)
        String cert,
    @Setting(doc = "PEM file of its private key (PKCS #8 or PKCS #1).", max = 4096) String key,
    @Setting(doc = "PEM file of the roots that certificates of clients come from.", max = 4096)
        String clientCa,
    @Setting(doc = "Whether clients are asked for a certificate, and must have one.", def = "none")
        Ask clientAuth,
    @Setting(
            doc = "Versions that are spoken.",
            def = "TLSv1.3",
            allowed = {"TLSv1.3", "TLSv1.2"},
            min = 1,
            max = 2)
        List<String> protocols,
    @Setting(
            doc =
                "How long browsers are told to come back by TLS only (Strict-Transport-Security); 0:"
                    + " they are not told.",
            def = "180d",
            min = 0,
            max = 63_072_000_000L)
        Duration hsts) {

  /** What is asked of clients. */
  public enum Ask {
    NONE,
    REQUEST,
    REQUIRED
  }

  public TlsConfig {
    if (cert.isEmpty() != key.isEmpty()) {
      throw new IllegalArgumentException(
          (key.isEmpty() ? "key" : "cert") + ": a file, where the other of cert and key is one");
    }
    if (clientAuth != Ask.NONE && (clientCa.isEmpty() || cert.isEmpty())) {
      throw new IllegalArgumentException("clientAuth: none, where cert or client_ca is not given");
    }
  }

  public boolean isOn() {
    return !cert.isEmpty();
  }
}
