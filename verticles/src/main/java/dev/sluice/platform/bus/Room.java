package dev.sluice.platform.bus;

import dev.sluice.codec.Call;
import dev.sluice.codec.Caller;
import dev.sluice.codec.ContractCodec;
import dev.sluice.codec.Envelope;
import dev.sluice.codec.Names;
import dev.sluice.codec.Undecodable;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Event;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import dev.sluice.contract.Requires;
import dev.sluice.platform.time.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of a room. Every call is checked here, whatever was checked before it came: that it can
 * be read, that its time is not over, that its caller may ask it ({@link Requires}), and that the
 * room is not too busy. Whatever a handler throws becomes an answer.
 */
public final class Room {
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);
  private static final DeliveryOptions REPLY =
      new DeliveryOptions().setCodecName(ContractCodec.NAME);

  private record Served<M extends Contract>(
      Class<M> type,
      String requires,
      BiFunction<M, Envelope, Future<? extends Contract>> handler) {}

  private final String name;
  private final EventBus events;
  private final BusConfig config;
  private final Time time;
  private final Set<String> servedHere;
  private final Map<String, Served<?>> served = new LinkedHashMap<>();
  private final Map<String, BiConsumer<Contract, Envelope>> heard = new LinkedHashMap<>();
  private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
  private final AtomicInteger busy = new AtomicInteger();
  private final Promise<Void> idle = Promise.promise();
  private volatile boolean closed;

  Room(String name, EventBus events, BusConfig config, Time time, Set<String> servedHere) {
    this.name = name;
    this.events = events;
    this.config = config;
    this.time = time;
    this.servedHere = servedHere;
  }

  /** Answers every {@code type} with {@code handler}, which runs on the room's event loop. */
  public <R extends Contract, M extends Request<R>> Room serve(
      Class<M> type, BiFunction<M, Envelope, Future<R>> handler) {
    Requires requires = type.getAnnotation(Requires.class);
    served.put(Names.of(type), new Served<>(type, requires.value(), (m, e) -> handler.apply(m, e)));
    return this;
  }

  /** Takes part in hearing {@code type}; every node that hears it is told. */
  public <E extends Event> Room hear(Class<E> type, BiConsumer<E, Envelope> handler) {
    heard.put(Names.of(type), (event, envelope) -> handler.accept(type.cast(event), envelope));
    return this;
  }

  /** Completes when the whole cluster knows what is served here. */
  public Future<Void> open() {
    List<Future<Void>> registered = new ArrayList<>();
    served.forEach((address, what) -> registered.add(consume(address, m -> dispatch(m, what))));
    heard.forEach((address, what) -> registered.add(consume(address, m -> tell(m, what))));
    return Future.all(registered).onSuccess(all -> servedHere.addAll(served.keySet())).mapEmpty();
  }

  /** Completes when no new call can come; those being worked on go on. */
  public Future<Void> close() {
    servedHere.removeAll(served.keySet());
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .<Void>mapEmpty()
        .onComplete(
            left -> {
              closed = true;
              checkIdle();
            });
  }

  /**
   * After {@link #close}: completes when the last call is answered, or when that takes too long.
   */
  public Future<Void> idle(Duration limit) {
    return idle.future().timeout(limit.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** Calls being worked on now. */
  public int busy() {
    return busy.get();
  }

  private Future<Void> consume(String address, io.vertx.core.Handler<Message<Object>> handler) {
    MessageConsumer<Object> consumer = events.consumer(address);
    consumers.add(consumer);
    consumer.handler(handler);
    return consumer.completion();
  }

  private <M extends Contract> void dispatch(Message<Object> message, Served<M> what) {
    if (message.body() instanceof Undecodable undecodable) {
      message.reply(undecodable.failure(), REPLY);
      return;
    }
    if (!(message.body() instanceof Call call) || !what.type.isInstance(call.body())) {
      message.reply(Problem.INVALID.because("this is not a call of " + what.type), REPLY);
      return;
    }
    Failure refused = refused(call.envelope(), what.requires);
    if (refused != null) {
      message.reply(refused, REPLY);
      return;
    }
    busy.incrementAndGet();
    answer(call, what)
        .onComplete(
            done -> {
              try {
                Contract answer = done.result();
                message.reply(answer != null ? answer : failure(call, done.cause()), REPLY);
              } finally {
                busy.decrementAndGet();
                checkIdle();
              }
            });
  }

  private <M extends Contract> Future<? extends Contract> answer(Call call, Served<M> what) {
    try {
      Future<? extends Contract> answer =
          what.handler.apply(what.type.cast(call.body()), call.envelope());
      return answer != null ? answer : Future.succeededFuture();
    } catch (Throwable e) { // also an Error: without an answer the caller waits its whole time
      return Future.failedFuture(e);
    }
  }

  private void checkIdle() {
    if (closed && busy.get() == 0) {
      idle.tryComplete();
    }
  }

  private Failure refused(Envelope envelope, String requires) {
    if (envelope.left(time.nanos()).isNegative()) {
      return Problem.TIMEOUT.because("the call came after its deadline");
    }
    if (busy.get() >= config.maxPerRoom()) {
      return Problem.UNAVAILABLE
          .because("the room '" + name + "' is busy")
          .retryAfter(Duration.ofSeconds(1));
    }
    return Permission.refused(envelope.caller(), requires);
  }

  private Failure failure(Call call, Throwable why) {
    if (why instanceof Failure failure) {
      if (failure.problem() == Problem.INTERNAL) {
        // Where it went wrong has logged why, and could not know for whom.
        LOG.atWarn()
            .addKeyValue("correlationId", call.envelope().correlationId())
            .log("{} failed: {}", Names.of(call.body().getClass()), failure.detail());
      }
      return failure;
    }
    Throwable cause = why == null ? new IllegalStateException("the handler answered nothing") : why;
    LOG.atError()
        .addKeyValue("correlationId", call.envelope().correlationId())
        .setCause(cause)
        .log("{} failed", Names.of(call.body().getClass()));
    return Problem.INTERNAL.because("something went wrong here; the log has it");
  }

  private void tell(Message<Object> message, BiConsumer<Contract, Envelope> listener) {
    if (message.body() instanceof Call call
        && call.envelope().caller().kind() == Caller.Kind.NODE) {
      listener.accept(call.body(), call.envelope());
    } else {
      LOG.atWarn().log("the room '{}' heard something unreadable on {}", name, message.address());
    }
  }
}
