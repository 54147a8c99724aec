package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static dev.sluice.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Servers;
import dev.sluice.TestNode;
import dev.sluice.TestNode.Answer;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A target that is killed under load, comes back, and all of them dead. */
@ExtendWith(Servers.Extension.class)
class TargetKilledIT {
  private static final int PER_SECOND = 400;
  private static final String[] JVM = {"-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};

  /** A process is gone before the last of its sockets is. */
  private static final long GONE = TimeUnit.MILLISECONDS.toNanos(100);

  @TempDir Path folder;
  private Vertx vertx;
  private Peer one;
  private Peer two;
  private TestNode gateway;

  @BeforeEach
  void start(Servers servers) throws Exception {
    vertx = Vertx.vertx();
    one = Peer.jvm(folder.resolve("one"), 0, JVM);
    two = Peer.jvm(folder.resolve("two"), 0, JVM);
    Files.writeString(
        folder.resolve("routes.yaml"),
        """
        upstreams:
          both:
            targets: [{url: "%s"}, {url: "%s"}]
            health: {eject_for: 500ms}
            breaker: {open: 3s}
        routes:
          both: {match: {paths: ["/both/*"]}, upstream: both, rewrite: {strip_prefix: /both}}
          kept:
            match: {paths: ["/kept/*"]}
            upstream: both
            rewrite: {strip_prefix: /kept}
            cache: {enabled: true, ttl: 1s, stale_if_error: 1h}
        """
            .formatted(one.url(), two.url()));
    gateway = TestNode.gateway(servers, folder, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    one.close();
    two.close();
    await(vertx.close());
  }

  @Test
  void onlyWhatIsInFlightFailsAndItIsUsedAgain() throws Exception {
    OpenLoad load = load();
    pass(2000);
    long atKill = System.nanoTime();
    two.close();
    long dead = System.nanoTime();
    pass(4000);
    List<OpenLoad.Call> calls = await(load.stop());
    List<OpenLoad.Call> failed = calls.stream().filter(OpenLoad.Call::failed).toList();
    List<OpenLoad.Call> inFlight =
        calls.stream()
            .filter(call -> call.due() < dead + GONE && call.due() + call.nanos() > atKill)
            .toList();
    System.out.printf(
        "killed under %d requests/s: %d of %d failed; %d were in flight in the %.0f ms it took to"
            + " die; p99 after that %.1f ms%n",
        PER_SECOND,
        failed.size(),
        calls.size(),
        inFlight.size(),
        (dead - atKill) / 1e6,
        OpenLoad.percentileMillis(
            calls.stream().filter(call -> call.due() > dead + GONE).toList(), 99));
    assertThat(calls).hasSizeGreaterThan(5 * PER_SECOND);
    assertThat(inFlight).as("those that failed").containsAll(failed);
    assertThat(failed)
        .as("what may be sent again is")
        .allMatch(call -> call.ask().method().equals(HttpMethod.POST));
    two = Peer.jvm(folder.resolve("again"), two.port(), JVM);
    load = load();
    until("it is used again", Duration.ofSeconds(10), () -> asked() > PER_SECOND / 10);
    assertThat(await(load.stop())).noneMatch(OpenLoad.Call::failed);
  }

  @Test
  void whenAllAreDeadItIsSaidAtOnceOrWhatIsKeptIsGiven() throws Exception {
    Answer kept = gateway.get("/kept/wait/0");
    assertThat(kept.status()).isEqualTo(200);
    one.close();
    two.close();
    until(
        "the breakers are open",
        Duration.ofSeconds(20),
        () -> gateway.get("/both/wait/0").status() == 503);
    List<Double> took = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      long begun = System.nanoTime();
      assertThat(gateway.get("/both/wait/0").status()).isEqualTo(503);
      took.add((System.nanoTime() - begun) / 1e6);
    }
    took.sort(null);
    System.out.printf(
        "all dead: a 503 after %.1f ms (median), %.1f ms at most%n",
        took.get(took.size() / 2), took.get(took.size() - 1));
    // The machine may stop all of it for a moment.
    assertThat(took.get(took.size() - 3)).isLessThan(50);
    until(
        "it is stale",
        Duration.ofSeconds(10),
        () -> Integer.parseInt(gateway.get("/kept/wait/0").header("Age")) >= 2);
    Answer stale = gateway.get("/kept/wait/0");
    assertThat(stale.status()).isEqualTo(200);
    assertThat(stale.text()).isEqualTo(kept.text());
    assertThat(stale.header("Cache-Status")).contains("stale");
  }

  /** Asks the target itself how often it was asked. */
  private int asked() throws Exception {
    return Integer.parseInt(gateway.get(two.url() + "/wait/0").text().substring(6));
  }

  private OpenLoad load() {
    return new OpenLoad(
            vertx,
            gateway.url(),
            PER_SECOND,
            i -> new OpenLoad.Ask(i % 2 == 0 ? HttpMethod.GET : HttpMethod.POST, "/both/wait/20"))
        .start();
  }

  private void pass(long millis) throws Exception {
    Promise<Void> passed = Promise.promise();
    vertx.setTimer(millis, late -> passed.complete());
    await(passed.future());
  }
}
