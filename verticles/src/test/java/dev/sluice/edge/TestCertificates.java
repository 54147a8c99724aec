package dev.sluice.edge;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** Certificates for tests, made by the JDK's keytool; each is its own root. */
final class TestCertificates {
  private static final String PASSWORD = "only-for-tests";

  private TestCertificates() {}

  /** Makes {@code name.crt} and {@code name.key}, both PEM. */
  static void make(Path folder, String name, String subject) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    subject,
                    "-ext",
                    "san=dns:"
                        + name(subject)
                        + ".example.com,uri:spiffe://example.com/"
                        + name(subject),
                    "-alias",
                    "it",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] key = keys.getKey("it", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key));
    byte[] certificate = keys.getCertificate("it").getEncoded();
    Files.writeString(folder.resolve(name + ".crt"), pem("CERTIFICATE", certificate));
  }

  private static String name(String subject) {
    return subject.substring(3).split(",", -1)[0];
  }

  private static String pem(String kind, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }
}
