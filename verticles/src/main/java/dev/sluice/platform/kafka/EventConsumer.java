package dev.sluice.platform.kafka;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Hands the events of some topics to a room, batch by batch, at least once: a batch counts as done
 * when the handler's future has succeeded, and is handed over again until it has, with a growing
 * pause. Order within a key is kept. Records that are not events are passed over and logged: no
 * handler could do more.
 *
 * <p>One thread of its own, because polling blocks; the handler runs on the context this was made
 * on, and one batch at a time. See {@link ConsumerLoop} for how the group's membership is kept
 * meanwhile.
 */
public final class EventConsumer {

  /** Most events in a batch. */
  public static final int MAX_BATCH = 500;

  /** A handler that has not answered by then has failed. */
  private static final Duration HANDLER_LIMIT = Duration.ofSeconds(30);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Context context;
  private final ConsumerLoop loop;
  private final String group;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /**
   * To be made on the context the handler shall run on.
   *
   * @param group the name under which progress is kept; members share the partitions
   * @param handler must be idempotent by event id; the list is never empty
   */
  public EventConsumer(
      Vertx vertx,
      KafkaConfig config,
      Set<String> topics,
      String group,
      Function<List<ReceivedEvent>, Future<Void>> handler) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.group = group;
    this.loop = new ConsumerLoop(config, topics, group, events -> dispatch(handler, events));
  }

  /** Begins to consume; the brokers need not be there yet. */
  public void start() {
    Thread thread =
        new Thread(
            () -> {
              loop.run();
              ended.complete(null);
            },
            "kafka-" + group);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Lets the batch at hand finish, commits, and leaves the group; within five seconds whatever
   * happens. To be called only after {@link #start}.
   */
  public Future<Void> close() {
    loop.stop();
    return Future.fromCompletionStage(ended, vertx.getOrCreateContext())
        .timeout(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  /** Events handled since it was made, repeated ones included. */
  public long handled() {
    return loop.handled();
  }

  /** Batches whose handling failed and was tried again. */
  public long failures() {
    return loop.failures();
  }

  /** Records passed over because they are not events. */
  public long unreadable() {
    return loop.unreadable();
  }

  private CompletableFuture<Void> dispatch(
      Function<List<ReceivedEvent>, Future<Void>> handler, List<ReceivedEvent> events) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(
        turn ->
            handle(handler, events)
                .timeout(HANDLER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(done::complete)
                .onFailure(done::completeExceptionally));
    return done;
  }

  private static Future<Void> handle(
      Function<List<ReceivedEvent>, Future<Void>> handler, List<ReceivedEvent> events) {
    try {
      return handler.apply(events);
    } catch (RuntimeException thrown) {
      return Future.failedFuture(thrown);
    }
  }
}
