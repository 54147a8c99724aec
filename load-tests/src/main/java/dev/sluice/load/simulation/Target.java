package dev.sluice.load.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;

/** The node a load is for. */
final class Target {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI url;

  private Target(URI url) {
    this.url = url;
  }

  /**
   * Checks it without asking it.
   *
   * @param anyHost whether it may be another machine than this one
   * @throws IllegalArgumentException saying what would be right
   */
  static Target of(String text, boolean anyHost) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw notOne(text, e);
    }
    String scheme = url.getScheme();
    boolean web = "http".equals(scheme) || "https".equals(scheme);
    String path = url.getRawPath();
    if (!web
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || !(path.isEmpty() || path.equals("/"))) {
      throw notOne(text, null);
    }
    Target target = new Target(URI.create(scheme + "://" + url.getRawAuthority()));
    if (!anyHost && !target.loopback()) {
      throw new IllegalArgumentException(
          "--against "
              + text
              + " is not this machine. If it is yours to put under load, say --yes-not-loopback");
    }
    return target;
  }

  /** Whether it is this machine, and cannot become another one by a name. */
  boolean loopback() {
    try {
      return Arrays.stream(InetAddress.getAllByName(url.getHost()))
          .allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "--against " + url + ": there is no host " + url.getHost(), e);
    }
  }

  /** Without a slash at the end. */
  String url() {
    return url.toString();
  }

  /** Of WebSockets, the same way. */
  String socketUrl() {
    return "ws" + url().substring("http".length());
  }

  /**
   * Sends a request.
   *
   * @throws IllegalStateException when nothing answers
   */
  HttpResponse<String> send(HttpRequest.Builder request) {
    // Never followed: the next place might be another machine.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build();
    try {
      return client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(
          "nothing answers at " + url + " (" + e + "); is a node running there?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** A request to a path below it. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  /**
   * Asks whether it is up.
   *
   * @throws IllegalStateException when it is not, or is no Sluice
   */
  void needReady() {
    int status = send(request("/health/ready")).statusCode();
    if (status != 200) {
      throw new IllegalStateException(
          url + "/health/ready answers with " + status + "; a node that is ready answers with 200");
    }
  }

  private static IllegalArgumentException notOne(String text, Throwable cause) {
    return new IllegalArgumentException(
        "--against '" + text + "': the address of a node such as http://127.0.0.1:8080 is right",
        cause);
  }
}
