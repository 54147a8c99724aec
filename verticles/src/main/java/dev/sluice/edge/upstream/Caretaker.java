package dev.sluice.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the upstreams of a node from one event loop: probes their endpoints, and looks up the
 * names of their targets again. Each endpoint has its own time for that, drawn at random, so that
 * they are not all asked at once.
 */
final class Caretaker {
  private static final Logger log = LoggerFactory.getLogger(Caretaker.class);
  private static final double JITTER = 0.1;

  private final HostNames names;
  private final UpstreamClient client;
  private final RandomGenerator random;

  Caretaker(HostNames names, UpstreamClient client, RandomGenerator random) {
    this.names = names;
    this.client = client;
    this.random = random;
  }

  /** Does what is due. */
  void tick(Upstream upstream, long now) {
    for (Target target : upstream.targets()) {
      if (target.isNamed() && (!target.scheduled || target.nextResolve - now <= 0)) {
        target.scheduled = true;
        target.nextResolve = now + about(upstream.config().resolveEvery());
        resolve(upstream, target);
      }
    }
    ProbeConfig health = upstream.config().health();
    if (health.path().isEmpty()) {
      return;
    }
    for (Endpoint endpoint : upstream.endpoints()) {
      Vitals vitals = endpoint.vitals();
      if (!vitals.scheduled) {
        vitals.scheduled = true;
        vitals.nextProbe = now + (long) (random.nextDouble() * health.every().toNanos());
      } else if (vitals.nextProbe - now <= 0 && !vitals.probing) {
        vitals.nextProbe = now + about(health.every());
        probe(endpoint, health);
      }
    }
  }

  private long about(Duration every) {
    return (long) (every.toNanos() * (1 - JITTER + 2 * JITTER * random.nextDouble()));
  }

  private void resolve(Upstream upstream, Target target) {
    if (target.resolving) {
      return;
    }
    target.resolving = true;
    names
        .addresses(target.at().host())
        .onComplete(
            done -> {
              target.resolving = false;
              boolean failed = done.failed() || done.result().isEmpty();
              if (failed && !target.unresolvable) {
                log.warn(
                    "upstream {}: {} cannot be looked up, keeps {}",
                    upstream.name(),
                    target.at().host(),
                    target.addresses(),
                    done.cause());
              }
              target.unresolvable = failed;
              if (!failed && upstream.resolved(target, done.result())) {
                log.info(
                    "upstream {}: {} is now {}",
                    upstream.name(),
                    target.at().host(),
                    target.addresses());
              }
            });
  }

  private void probe(Endpoint endpoint, ProbeConfig health) {
    Vitals vitals = endpoint.vitals();
    vitals.probing = true;
    ask(endpoint, health)
        .onComplete(
            done -> {
              vitals.probing = false;
              boolean good = done.succeeded() && done.result() >= 200 && done.result() < 400;
              if (vitals.probed(good, health)) {
                log.warn(
                    "upstream {}: {} is {} by its probes ({})",
                    endpoint.upstream().name(),
                    endpoint.name(),
                    good ? "well" : "not well",
                    done.succeeded() ? done.result() : done.cause().toString());
              }
            });
  }

  /** The status, within the time-out. */
  private Future<Integer> ask(Endpoint endpoint, ProbeConfig health) {
    long millis = health.timeout().toMillis();
    Promise<Integer> answer = Promise.promise();
    Future<Integer> status = answer.future().timeout(millis, TimeUnit.MILLISECONDS);
    client
        .request(endpoint, HttpMethod.GET, health.path())
        .onFailure(answer::tryFail)
        .onSuccess(
            outgoing -> {
              status.onFailure(late -> outgoing.request().reset());
              if (!status.isComplete()) {
                outgoing
                    .request()
                    .send()
                    .compose(response -> response.end().map(response.statusCode()))
                    .onSuccess(answer::tryComplete)
                    .onFailure(answer::tryFail);
              }
            });
    return status;
  }
}
