package dev.sluice.edge.upstream;

import dev.sluice.edge.upstream.UpstreamConfig.Balance;
import dev.sluice.edge.upstream.UpstreamConfig.Protocol;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.time.TurnedTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An upstream's configuration with its defaults, of which a test changes what it is about. */
final class Sample {
  private final List<TargetConfig> targets = new ArrayList<>();
  private Balance balance = Balance.ROUND_ROBIN;
  private Protocol protocol = Protocol.HTTP1;
  private ProbeConfig health = health(0, 50);
  private BreakerConfig breaker = breaker(0);
  private Duration connectTimeout = Duration.ofSeconds(5);
  private PoolConfig pool = new PoolConfig(100, 100, Duration.ofSeconds(60));
  private int maxInFlight;
  private UpstreamTls tls = new UpstreamTls("", "", "", true, "");
  private Duration resolveEvery = Duration.ofSeconds(5);

  static Sample of(String... urls) {
    Sample sample = new Sample();
    for (String url : urls) {
      sample.target(url, 1, Map.of());
    }
    return sample;
  }

  static ProbeConfig health(int ejectAfter, int ejectAtMost) {
    return new ProbeConfig(
        "", secondsOf(30), secondsOf(5), 1, 2, ejectAfter, secondsOf(30), ejectAtMost);
  }

  static ProbeConfig probes(String path, Duration every, Duration timeout) {
    return new ProbeConfig(path, every, timeout, 1, 2, 0, secondsOf(30), 50);
  }

  static BreakerConfig breaker(int failures) {
    return new BreakerConfig(failures, secondsOf(10), 20, secondsOf(30), 3);
  }

  private static Duration secondsOf(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  Sample target(String url, int weight, Map<String, String> labels) {
    targets.add(new TargetConfig(url, weight, labels));
    return this;
  }

  Sample balance(Balance wanted) {
    balance = wanted;
    return this;
  }

  Sample protocol(Protocol wanted) {
    protocol = wanted;
    return this;
  }

  Sample health(ProbeConfig wanted) {
    health = wanted;
    return this;
  }

  Sample breaker(BreakerConfig wanted) {
    breaker = wanted;
    return this;
  }

  Sample connectTimeout(Duration wanted) {
    connectTimeout = wanted;
    return this;
  }

  Sample pool(int size, int waiting) {
    pool = new PoolConfig(size, waiting, Duration.ofSeconds(60));
    return this;
  }

  Sample maxInFlight(int wanted) {
    maxInFlight = wanted;
    return this;
  }

  Sample tls(UpstreamTls wanted) {
    tls = wanted;
    return this;
  }

  Sample resolveEvery(Duration wanted) {
    resolveEvery = wanted;
    return this;
  }

  UpstreamConfig config() {
    return new UpstreamConfig(
        targets,
        balance,
        "client",
        protocol,
        health,
        breaker,
        connectTimeout,
        Duration.ofSeconds(30),
        pool,
        maxInFlight,
        tls,
        resolveEvery,
        new AboutConfig("", "", "", "", 0, List.of()));
  }

  Upstream upstream(Time time) {
    UpstreamConfig config = config();
    MeterRegistry registry = new SimpleMeterRegistry();
    return new Upstream(
        "sample",
        config,
        time,
        new Pools(Pools.Terms.of(config), 1),
        new UpstreamMeters(registry, time, "sample"),
        null);
  }

  /** The endpoints of an upstream that is not used otherwise, for a balancer alone. */
  Endpoint[] endpoints() {
    return upstream(new TurnedTime()).endpoints();
  }

  /** Who is picked, and begun. */
  static Attempt attempt(Upstream upstream) {
    return attempt(upstream, 0);
  }

  static Attempt attempt(Upstream upstream, long tried) {
    return ((Endpoint) upstream.pick(upstream.everybody(), 0, tried)).begin();
  }

  static SocketAddress address(int port) {
    return SocketAddress.inetSocketAddress(port, "127.0.0.1");
  }
}
