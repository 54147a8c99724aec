package dev.sluice.limiter;

import dev.sluice.contract.Contract;
import dev.sluice.contract.Event;
import dev.sluice.contract.Problem;
import dev.sluice.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * Asks all nodes something, and collects what they tell: until all that are known to be there have
 * answered, or for a short while. What comes later is ignored. Lives on one event loop.
 */
final class Inquiries {
  static final int MOST = 64;

  /**
   * What was told.
   *
   * @param answers by node
   * @param missing nodes known to be there that did not answer in time
   */
  record Told<T>(Map<String, T> answers, List<String> missing) {
    List<String> nodes() {
      return List.copyOf(answers.keySet());
    }
  }

  /** One that waits for answers. */
  private static final class Inquiry<T extends Contract> {
    private final Class<T> type;
    private final Promise<Told<T>> told = Promise.promise();
    private final Map<String, T> answers = new TreeMap<>();

    private Inquiry(Class<T> type) {
      this.type = type;
    }

    private void add(String node, Contract answer) {
      if (type.isInstance(answer) && answers.size() < Neighbours.MOST) {
        answers.putIfAbsent(node, type.cast(answer));
      }
    }

    private boolean complete(Neighbours neighbours) {
      return neighbours.settled() && answers.keySet().containsAll(neighbours.present());
    }

    private void end(Neighbours neighbours) {
      Set<String> missing = new TreeSet<>(neighbours.present());
      missing.removeAll(answers.keySet());
      told.tryComplete(new Told<>(answers, List.copyOf(missing)));
    }
  }

  private final Vertx vertx;
  private final Bus bus;
  private final Neighbours neighbours;
  private final Duration patience;
  private final Map<UUID, Inquiry<?>> open = new HashMap<>();

  /**
   * @param patience how long answers are waited for
   */
  Inquiries(Vertx vertx, Bus bus, Neighbours neighbours, Duration patience) {
    this.vertx = vertx;
    this.bus = bus;
    this.neighbours = neighbours;
    this.patience = patience;
  }

  /** Publishes a question and collects the answers to it. */
  <T extends Contract> Future<Told<T>> ask(Class<T> answer, Function<UUID, Event> question) {
    if (open.size() >= MOST) {
      return Future.failedFuture(
          Problem.UNAVAILABLE
              .because("too many questions about limits are being asked")
              .retryAfter(Duration.ofSeconds(1)));
    }
    UUID id = UUID.randomUUID();
    Inquiry<T> inquiry = new Inquiry<>(answer);
    open.put(id, inquiry);
    long timer = vertx.setTimer(patience.toMillis(), over -> inquiry.end(neighbours));
    bus.publish(question.apply(id));
    return inquiry
        .told
        .future()
        .onComplete(
            ended -> {
              open.remove(id);
              vertx.cancelTimer(timer);
            });
  }

  void told(UUID id, String node, Contract answer) {
    neighbours.heard(node);
    Inquiry<?> inquiry = open.get(id);
    if (inquiry == null) {
      return; // another node's, or over
    }
    inquiry.add(node, answer);
    if (inquiry.complete(neighbours)) {
      inquiry.end(neighbours);
    }
  }

  /** Nobody waits any longer. */
  void close() {
    new ArrayList<>(open.values()).forEach(inquiry -> inquiry.end(neighbours));
  }
}
