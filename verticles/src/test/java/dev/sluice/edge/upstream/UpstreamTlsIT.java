package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Waiting;
import dev.sluice.edge.upstream.UpstreamConfig.Protocol;
import dev.sluice.platform.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS towards targets: who is trusted, for which name, and with which certificate of one's own. */
class UpstreamTlsIT {
  @TempDir static Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = ((VertxInternal) vertx).createEventLoopContext();
  private final Upstreams upstreams =
      new Upstreams(vertx, Time.system(), new SimpleMeterRegistry(), 1, Duration.ofMinutes(1));
  private final UpstreamClient client = upstreams.client(0);

  @BeforeAll
  static void make() throws Exception {
    Certificates.make(folder, "server", "dns:shop.test,ip:127.0.0.1");
    Certificates.make(folder, "client", "dns:gateway.test");
  }

  @AfterEach
  void close() throws Exception {
    upstreams.close();
    Waiting.await(vertx.close());
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private int server(ClientAuth auth) throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setSni(true)
            .setClientAuth(auth)
            .setTrustOptions(new PemTrustOptions().addCertPath(file("client.crt")))
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(file("server.crt"))
                    .addKeyPath(file("server.key")));
    return Waiting.await(
            vertx
                .createHttpServer(options)
                .requestHandler(
                    request ->
                        request
                            .response()
                            .end(
                                "%s %s %s"
                                    .formatted(
                                        request.version(),
                                        request.connection().indicatedServerName(),
                                        request.authority().host())))
                .listen(0, "127.0.0.1"))
        .actualPort();
  }

  /** What the target says, or what the failure is taken for. */
  private String ask(Sample sample) throws Exception {
    Upstream upstream = upstreams.swap(Map.of("real", sample.config())).get("real");
    Promise<String> answer = Promise.promise();
    loop.runOnContext(
        now ->
            client
                .request(upstream.endpoints()[0], HttpMethod.GET, "/")
                .compose(outgoing -> outgoing.request().send())
                .compose(HttpClientResponse::body)
                .map(Object::toString)
                .recover(e -> Future.succeededFuture(UpstreamFailure.of(e).name()))
                .onComplete(answer));
    return Waiting.await(answer.future());
  }

  private static UpstreamTls trusting(String ca, String serverName) {
    return new UpstreamTls(ca.isEmpty() ? "" : file(ca), "", "", true, serverName);
  }

  @Test
  void theCertificateMustBeTrustedAndForTheName() throws Exception {
    String url = "https://127.0.0.1:" + server(ClientAuth.NONE);
    assertThat(ask(Sample.of(url).tls(trusting("server.crt", ""))))
        .isEqualTo("HTTP_1_1 null 127.0.0.1");
    assertThat(ask(Sample.of(url).tls(trusting("", "")))).isEqualTo("TLS");
    assertThat(ask(Sample.of(url).tls(trusting("client.crt", "")))).isEqualTo("TLS");
    assertThat(ask(Sample.of(url).tls(trusting("server.crt", "other.test")))).isEqualTo("TLS");
    assertThat(ask(Sample.of(url).tls(new UpstreamTls("", "", "", false, ""))))
        .isEqualTo("HTTP_1_1 null 127.0.0.1");
  }

  @Test
  void anotherNameIsAskedForAndTheAuthorityStaysTheTargets() throws Exception {
    String url = "https://127.0.0.1:" + server(ClientAuth.NONE);
    assertThat(ask(Sample.of(url).tls(trusting("server.crt", "shop.test"))))
        .isEqualTo("HTTP_1_1 shop.test 127.0.0.1");
  }

  @Test
  void http2IsAgreedOn() throws Exception {
    String url = "https://127.0.0.1:" + server(ClientAuth.NONE);
    assertThat(ask(Sample.of(url).protocol(Protocol.HTTP2).tls(trusting("server.crt", ""))))
        .startsWith("HTTP_2 ");
  }

  @Test
  void aCertificateOfItsOwnIsShown() throws Exception {
    String url = "https://127.0.0.1:" + server(ClientAuth.REQUIRED);
    UpstreamTls mutual =
        new UpstreamTls(
            file("server.crt"), file("client.crt"), file("client.key"), true, "shop.test");
    assertThat(ask(Sample.of(url).tls(mutual))).isEqualTo("HTTP_1_1 shop.test 127.0.0.1");
    assertThat(ask(Sample.of(url).tls(trusting("server.crt", "shop.test")))).isIn("TLS", "RESET");
  }

  @Test
  void aFileThatIsNotThereIsATlsFailure() throws Exception {
    String url = "https://127.0.0.1:" + server(ClientAuth.NONE);
    assertThat(ask(Sample.of(url).tls(trusting("nowhere.crt", "")))).isEqualTo("TLS");
  }

  @Test
  void tlsToWhoDoesNotSpeakIt() throws Exception {
    int port =
        Waiting.await(
                vertx
                    .createHttpServer()
                    .requestHandler(request -> request.response().end())
                    .listen(0, "127.0.0.1"))
            .actualPort();
    assertThat(ask(Sample.of("https://127.0.0.1:" + port).tls(trusting("server.crt", ""))))
        .isEqualTo("TLS");
  }
}
