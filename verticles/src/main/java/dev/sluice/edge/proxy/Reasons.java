package dev.sluice.edge.proxy;

import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.edge.upstream.Refusal;
import dev.sluice.edge.upstream.UpstreamFailure;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * What clients are told when there is no answer: the upstream's name, and nothing of its insides.
 */
final class Reasons {
  private Reasons() {}

  static Failure tooLarge(ProxyRoute route) {
    return Problem.TOO_LARGE.because(
        "the body is larger than the limit of " + route.bodyLimit() + " bytes");
  }

  /** What a client is told about a failure. */
  static void tell(UpstreamFailure kind, String upstream, BiConsumer<Integer, Failure> tell) {
    String name = "the upstream '" + upstream + "' ";
    switch (kind) {
      case TIMEOUT -> tell.accept(504, Problem.TIMEOUT.because(name + "did not answer in time"));
      case POOL_FULL ->
          tell.accept(
              503,
              Problem.UNAVAILABLE
                  .because(name + "has no connection left, and too many requests wait for one")
                  .retryAfter(Duration.ofSeconds(1)));
      case CONNECT, DNS, TLS ->
          tell.accept(502, Problem.UNAVAILABLE.because(name + "cannot be reached"));
      case RESET, PROTOCOL ->
          tell.accept(502, Problem.UNAVAILABLE.because(name + "did not give a whole answer"));
    }
  }

  /** What a client is told when nobody is asked. */
  static Failure unavailable(Way way, Refusal refusal) {
    String name = "the upstream '" + way.upstream().name() + "' ";
    String why =
        switch (refusal.reason()) {
          case NO_HEALTHY -> name + "has no target that could be asked";
          case OPEN -> name + "fails, and is left alone for a while";
          case FULL -> name + "has as many requests under way as it may have";
        };
    return Problem.UNAVAILABLE
        .because(why)
        .retryAfter(Duration.ofMillis(Math.max(1000, refusal.retryAfterMillis())));
  }
}
