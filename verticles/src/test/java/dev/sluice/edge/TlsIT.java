package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.awaitFailure;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.edge.guard.Certificates;
import dev.sluice.edge.guard.ClientCertificates;
import dev.sluice.edge.guard.Doorkeeper;
import dev.sluice.edge.guard.HeadLimits;
import dev.sluice.edge.guard.OpenConnections;
import dev.sluice.edge.guard.SlowConfig;
import dev.sluice.edge.guard.TlsConfig;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The listener with TLS: a server with the gateway's settings, and what it knows of clients. */
class TlsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final SlowConfig SLOW =
      new SlowConfig(Duration.ofSeconds(1), 0, Duration.ofSeconds(10), Duration.ofSeconds(10));

  @TempDir static Path made;
  @TempDir Path folder;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** One that nobody holds is closed when memory is collected. */
  private final List<HttpClient> clients = new ArrayList<>();

  private Vertx vertx;
  private Certificates certificates;
  private int port;

  @BeforeAll
  static void makeCertificates() throws Exception {
    TestCertificates.make(made, "first", "CN=first");
    TestCertificates.make(made, "second", "CN=second");
    TestCertificates.make(made, "client", "CN=shop, O=Example");
    TestCertificates.make(made, "stranger", "CN=stranger");
  }

  @BeforeEach
  void copy() throws Exception {
    vertx = Vertx.vertx();
    use("first");
  }

  @AfterEach
  void close() throws Exception {
    if (certificates != null) {
      certificates.close();
    }
    await(vertx.close());
  }

  private void use(String name) throws Exception {
    for (String kind : List.of(".crt", ".key")) {
      Path fresh = folder.resolve("new" + kind);
      Files.copy(made.resolve(name + kind), fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, folder.resolve("server" + kind), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void serve(TlsConfig.Ask ask, String... protocols) throws Exception {
    TlsConfig config =
        new TlsConfig(
            folder.resolve("server.crt").toString(),
            folder.resolve("server.key").toString(),
            ask == TlsConfig.Ask.NONE ? "" : made.resolve("client.crt").toString(),
            ask,
            List.of(protocols),
            Duration.ofDays(1));
    certificates = new Certificates(vertx, config, meters);
    await(certificates.open());
    HttpServerOptions options =
        new HttpServerOptions().setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
    certificates.configure(options);
    Doorkeeper doorkeeper =
        new Doorkeeper(
            vertx,
            Time.system(),
            new OpenConnections(100, 100, address -> false, meters),
            options,
            new HeadLimits(8192, 8192, 100),
            SLOW,
            meters);
    HttpServer server = vertx.createHttpServer(options);
    server.connectionHandler(connection -> doorkeeper.receive(connection, () -> {}));
    server.requestHandler(
        request -> {
          ClientCertificates.Identity who = ClientCertificates.of(request.connection());
          String name = who == null ? "nobody" : who.commonName() + " " + who.names();
          request.response().end(request.version() + " " + name);
        });
    port = await(server.listen(0, "127.0.0.1")).actualPort();
    certificates.serve(server);
  }

  private HttpClient client(HttpVersion version, String protocol, String certificate) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setProtocolVersion(version)
            .setTrustAll(true)
            .setVerifyHost(false)
            .setEnabledSecureTransportProtocols(Set.of(protocol));
    if (certificate != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .setCertPath(made.resolve(certificate + ".crt").toString())
              .setKeyPath(made.resolve(certificate + ".key").toString()));
    }
    HttpClient client = vertx.createHttpClient(options);
    clients.add(client);
    return client;
  }

  private Future<String> get(HttpClient client) {
    return client
        .request(HttpMethod.GET, port, "127.0.0.1", "/")
        .compose(HttpClientRequest::send)
        .compose(HttpClientResponse::body)
        .map(Object::toString);
  }

  /** The name in the certificate that a new connection is shown. */
  private String shown() throws Exception {
    HttpClient client = client(HttpVersion.HTTP_1_1, "TLSv1.3", null);
    HttpClientRequest request = await(client.request(HttpMethod.GET, port, "127.0.0.1", "/"));
    X509Certificate shown =
        (X509Certificate) request.connection().sslSession().getPeerCertificates()[0];
    HttpClientResponse answer = await(request.send());
    await(answer.body());
    await(client.close());
    return shown.getSubjectX500Principal().getName();
  }

  @Test
  void http2AndHttp1AreOfferedOverTls13Only() throws Exception {
    serve(TlsConfig.Ask.NONE, "TLSv1.3");
    assertThat(await(get(client(HttpVersion.HTTP_2, "TLSv1.3", null)))).isEqualTo("HTTP_2 nobody");
    assertThat(await(get(client(HttpVersion.HTTP_1_1, "TLSv1.3", null))))
        .isEqualTo("HTTP_1_1 nobody");
    assertThat(awaitFailure(get(client(HttpVersion.HTTP_1_1, "TLSv1.2", null)))).isNotNull();
  }

  @Test
  void tls12IsAnOption() throws Exception {
    serve(TlsConfig.Ask.NONE, "TLSv1.3", "TLSv1.2");
    assertThat(await(get(client(HttpVersion.HTTP_1_1, "TLSv1.2", null))))
        .isEqualTo("HTTP_1_1 nobody");
  }

  @Test
  void aCertificateIsRequired() throws Exception {
    serve(TlsConfig.Ask.REQUIRED, "TLSv1.3");
    assertThat(await(get(client(HttpVersion.HTTP_1_1, "TLSv1.3", "client"))))
        .isEqualTo("HTTP_1_1 shop [shop.example.com, spiffe://example.com/shop]");
    assertThat(await(get(client(HttpVersion.HTTP_2, "TLSv1.3", "client"))))
        .startsWith("HTTP_2 shop");
    assertThat(awaitFailure(get(client(HttpVersion.HTTP_1_1, "TLSv1.3", null)))).isNotNull();
    assertThat(awaitFailure(get(client(HttpVersion.HTTP_1_1, "TLSv1.3", "stranger")))).isNotNull();
  }

  @Test
  void aCertificateIsRequested() throws Exception {
    serve(TlsConfig.Ask.REQUEST, "TLSv1.3");
    assertThat(await(get(client(HttpVersion.HTTP_1_1, "TLSv1.3", "client")))).contains("shop");
    assertThat(await(get(client(HttpVersion.HTTP_1_1, "TLSv1.3", null)))).contains("nobody");
    // A client that sees that its certificate is not wanted may keep it to itself.
    Future<String> stranger = get(client(HttpVersion.HTTP_1_1, "TLSv1.3", "stranger"));
    assertThat(await(stranger.otherwise("refused"))).isIn("refused", "HTTP_1_1 nobody");
  }

  @Test
  void changedFilesAreUsedWhileConnectionsStayOpen() throws Exception {
    serve(TlsConfig.Ask.NONE, "TLSv1.3");
    HttpClient open = client(HttpVersion.HTTP_2, "TLSv1.3", null);
    HttpClientRequest first = await(open.request(HttpMethod.GET, port, "127.0.0.1", "/"));
    await(first.send().compose(HttpClientResponse::body));
    assertThat(shown()).isEqualTo("CN=first");
    use("second");
    until("the second is shown", SOON, () -> shown().equals("CN=second"));
    HttpClientRequest later = await(open.request(HttpMethod.GET, port, "127.0.0.1", "/"));
    assertThat(later.connection()).isSameAs(first.connection());
    assertThat(await(later.send()).statusCode()).isEqualTo(200);
  }

  @Test
  void filesThatDoNotGoTogetherAreRefused() throws Exception {
    serve(TlsConfig.Ask.NONE, "TLSv1.3");
    Files.copy(
        made.resolve("second.key"),
        folder.resolve("server.key"),
        StandardCopyOption.REPLACE_EXISTING);
    until("it is refused", SOON, () -> refused() == 1);
    assertThat(shown()).isEqualTo("CN=first");
    Files.writeString(folder.resolve("server.crt"), "nothing of the kind");
    until("that is refused too", SOON, () -> refused() == 2);
    assertThat(shown()).isEqualTo("CN=first");
    use("second");
    until("what goes together is used", SOON, () -> shown().equals("CN=second"));
  }

  @Test
  void filesThatAreWrongAtTheStartAreNamed() throws Exception {
    Files.copy(
        made.resolve("second.key"),
        folder.resolve("server.key"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> serve(TlsConfig.Ask.NONE, "TLSv1.3"))
        .hasMessageContaining("edge.tls.cert " + folder.resolve("server.crt"))
        .hasMessageContaining("the key is not that of the certificate");
    Files.delete(folder.resolve("server.key"));
    assertThatThrownBy(() -> serve(TlsConfig.Ask.NONE, "TLSv1.3"))
        .hasMessageContaining("edge.tls.key " + folder.resolve("server.key"))
        .hasMessageContaining("there is no such file");
  }

  private double refused() {
    return meters.get("tls.reloads").tag("outcome", "refused").counter().count();
  }
}
