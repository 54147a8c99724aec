package dev.sluice.edge.guard;

import dev.sluice.platform.config.FileWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a node's listener, its key, and the roots of its clients' certificates: read
 * by a worker at the start, and again when a file changes. Files that do not go together change
 * nothing but the log and a counter. Connections that are open keep what they were opened with.
 */
public final class Certificates {
  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final TlsConfig config;
  private final Counter applied;
  private final Counter refused;
  private final FileWatch watch;
  private final AtomicReference<HttpServer> server = new AtomicReference<>();
  private volatile ServerSSLOptions current;

  public Certificates(Vertx vertx, TlsConfig config, MeterRegistry meters) {
    this.vertx = vertx;
    this.config = config;
    this.applied = counter(meters, "applied");
    this.refused = counter(meters, "refused");
    List<Path> files = new ArrayList<>(List.of(Path.of(config.cert()), Path.of(config.key())));
    if (!config.clientCa().isEmpty()) {
      files.add(Path.of(config.clientCa()));
    }
    this.watch = new FileWatch(vertx, LOOK, files, this::again);
  }

  private static Counter counter(MeterRegistry meters, String outcome) {
    return Counter.builder("tls.reloads")
        .description("How often changed certificates were read.")
        .tags("outcome", outcome)
        .register(meters);
  }

  /** Reads the files, if TLS is on; fails naming the one that is wrong. */
  public Future<Void> open() {
    if (!config.isOn()) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(
            () -> {
              watch.seen();
              current = read();
              return null;
            })
        .onSuccess(read -> watch.open())
        .mapEmpty();
  }

  public void close() {
    watch.close();
  }

  /** Makes a server speak TLS, if it is on; after {@link #open}. */
  public void configure(HttpServerOptions options) {
    if (config.isOn()) {
      ServerSSLOptions read = current;
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(read.getKeyCertOptions())
          .setTrustOptions(read.getTrustOptions())
          .setClientAuth(read.getClientAuth())
          .setEnabledSecureTransportProtocols(read.getEnabledSecureTransportProtocols());
    }
  }

  /** A server that listens; those that share its port share its certificate. */
  public void serve(HttpServer listening) {
    server.compareAndSet(null, listening);
  }

  private void again() {
    ServerSSLOptions changed;
    try {
      changed = read();
    } catch (IOException e) {
      refuse(e);
      return;
    }
    HttpServer listening = server.get();
    if (listening == null) {
      current = changed; // the server is still to be made
      return;
    }
    listening
        .updateSSLOptions(changed, true)
        .onSuccess(
            done -> {
              current = changed;
              applied.increment();
              LOG.info("the certificates were read again, and are used from now on");
            })
        .onFailure(this::refuse);
  }

  private void refuse(Throwable why) {
    refused.increment();
    LOG.error("the changed certificates are refused, the old ones are kept: {}", why.getMessage());
  }

  private ServerSSLOptions read() throws IOException {
    Buffer cert = read("cert", config.cert());
    Buffer key = read("key", config.key());
    PemKeyCertOptions pair = new PemKeyCertOptions().setCertValue(cert).setKeyValue(key);
    try {
      checkPair(pair);
    } catch (Exception e) {
      throw new IOException(
          "edge.tls.cert %s and edge.tls.key %s: expected a certificate and its key in PEM: %s"
              .formatted(config.cert(), config.key(), e.getMessage()),
          e);
    }
    ServerSSLOptions options = new ServerSSLOptions();
    options
        .setKeyCertOptions(pair)
        .setUseAlpn(true)
        .setEnabledSecureTransportProtocols(new LinkedHashSet<>(config.protocols()))
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    options.setClientAuth(
        switch (config.clientAuth()) {
          case NONE -> ClientAuth.NONE;
          case REQUEST -> ClientAuth.REQUEST;
          case REQUIRED -> ClientAuth.REQUIRED;
        });
    if (!config.clientCa().isEmpty()) {
      PemTrustOptions roots =
          new PemTrustOptions().addCertValue(read("client_ca", config.clientCa()));
      try {
        Object made = roots.getTrustManagerFactory(vertx);
        assert made != null;
      } catch (Exception e) {
        throw new IOException(
            "edge.tls.client_ca %s: expected certificates in PEM: %s"
                .formatted(config.clientCa(), e.getMessage()),
            e);
      }
      options.setTrustOptions(roots);
    }
    return options;
  }

  private static Buffer read(String setting, String file) throws IOException {
    try {
      return Buffer.buffer(Files.readAllBytes(Path.of(file)));
    } catch (NoSuchFileException e) {
      throw new IOException("edge.tls." + setting + " " + file + ": there is no such file", e);
    }
  }

  /** Reading alone does not tell whether the key is that of the certificate. */
  private void checkPair(PemKeyCertOptions pair) throws Exception {
    for (KeyManager manager : pair.getKeyManagerFactory(vertx).getKeyManagers()) {
      if (manager instanceof X509KeyManager keys) {
        for (String type : List.of("RSA", "EC", "EdDSA", "Ed25519")) {
          String[] aliases = keys.getServerAliases(type, null);
          if (aliases != null && aliases.length > 0) {
            checkPair(keys.getPrivateKey(aliases[0]), keys.getCertificateChain(aliases[0])[0]);
            return;
          }
        }
      }
    }
    throw new GeneralSecurityException("there is no key of a known kind");
  }

  private static void checkPair(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] said = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(said);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(said);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("the key is not that of the certificate");
    }
  }
}
