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
import dev.sluice.contract.Idempotent;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Request;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.trace.TraceContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bus of one node; safe to use from every event loop.
 *
 * <p>A call goes to a room on this node where there is one (plain Vert.x would go round all nodes
 * and serialise), else to any node that serves it. It is given up at its deadline. A contract
 * marked {@link Idempotent} is asked again, within the same deadline, when nobody served it or no
 * answer came. Its first try on another node may take seven tenths of the time left, so that a
 * second one has a chance: the usual reason is a node that died a moment ago. A room on this node
 * gets all the time there is, and is not asked again when that is over: it is there, and slow.
 *
 * <p>Failed futures hold a {@link Failure}: the room's own, or UNAVAILABLE (nobody serves this, or
 * too much is waiting), TIMEOUT, INTERNAL.
 */
public final class Bus {
  private static final int TRIES = 3;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final ClassValue<Boolean> REPEATABLE =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return type.isAnnotationPresent(Idempotent.class);
        }
      };

  private final Vertx vertx;
  private final EventBus events;
  private final BusConfig config;
  private final Time time;
  private final Caller self;
  private final Set<String> servedHere = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param vertx whose event bus has the {@link ContractCodec} registered
   * @param node the name under which this node asks on its own behalf
   */
  public Bus(Vertx vertx, BusConfig config, Time time, String node) {
    this.vertx = vertx;
    this.events = vertx.eventBus();
    this.config = config;
    this.time = time;
    this.self = Caller.node(node);
  }

  /** A call of this node in its own name, with a new trace and the default deadline. */
  public Envelope envelope() {
    return new Envelope(self, deadline(), UUID.randomUUID().toString(), TraceContext.begin(), null);
  }

  /** The default deadline for a call that starts now. */
  public long deadline() {
    return time.nanos() + config.deadline().toNanos();
  }

  /** Asks in the node's own name. */
  public <R extends Contract> Future<R> request(Request<R> request) {
    return request(request, envelope());
  }

  /** Asks on behalf of the caller in {@code envelope}, until its deadline. */
  public <R extends Contract> Future<R> request(Request<R> request, Envelope envelope) {
    if (waiting.incrementAndGet() > config.maxWaiting()) {
      waiting.decrementAndGet();
      return Future.failedFuture(
          Problem.UNAVAILABLE.because("too many calls are waiting").retryAfter(SOON));
    }
    return attempt(request, Names.of(request.getClass()), envelope, 1)
        .onComplete(done -> waiting.decrementAndGet());
  }

  /** Tells every listener on every node, as far as they can be reached now. */
  public void publish(Event event) {
    String name = Names.of(event.getClass());
    events.publish(name, new Call(envelope(), event));
  }

  /** A room to furnish; nothing is served before {@link Room#open}. */
  public Room room(String name) {
    return new Room(name, events, config, time, servedHere);
  }

  /** Calls of this node that wait for an answer now. */
  public int waiting() {
    return waiting.get();
  }

  private <R extends Contract> Future<R> attempt(
      Request<R> request, String name, Envelope envelope, int nth) {
    long left = envelope.left(time.nanos()).toMillis();
    if (left <= 0) {
      return Future.failedFuture(late(name));
    }
    boolean here = config.localFirst() && servedHere.contains(name);
    boolean repeatable = REPEATABLE.get(request.getClass());
    DeliveryOptions options =
        new DeliveryOptions()
            .setCodecName(ContractCodec.NAME)
            .setSendTimeout(repeatable && nth == 1 && !here ? Math.max(1, left * 7 / 10) : left)
            .setLocalOnly(here);
    Call call = new Call(envelope.with(TraceContext.child(envelope.traceparent())), request);
    return events
        .<Object>request(name, call, options)
        .transform(
            (reply, cause) -> {
              if (cause == null) {
                return Future.succeededFuture(Bus.<R>answer(reply));
              }
              boolean again = repeatable && nth < TRIES && !(cause instanceof Failure);
              return again && envelope.left(time.nanos()).compareTo(config.retryPause()) > 0
                  ? vertx
                      .timer(config.retryPause().toMillis() * nth, TimeUnit.MILLISECONDS)
                      .compose(tick -> attempt(request, name, envelope, nth + 1))
                  : Future.failedFuture(category(name, cause));
            });
  }

  // The room's side sends what its handler returns, and that is typed.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <R extends Contract> R answer(Message<Object> reply) {
    if (reply.body() instanceof Undecodable undecodable) {
      throw Problem.INTERNAL.because("the answer could not be read: " + undecodable.type());
    }
    return (R) reply.body();
  }

  private static Failure category(String name, Throwable cause) {
    if (cause instanceof Failure failure) {
      return failure;
    }
    if (cause instanceof ReplyException reply) {
      return switch (reply.failureType()) {
        case TIMEOUT -> late(name);
        case RECIPIENT_FAILURE -> Problem.INTERNAL.because("the room answered off contract");
        case NO_HANDLERS, ERROR -> nobody(name); // ERROR: the way to the other node broke
      };
    }
    return nobody(name);
  }

  private static Failure nobody(String name) {
    return Problem.UNAVAILABLE.because("no room serves " + name + " now").retryAfter(SOON);
  }

  private static Failure late(String name) {
    return Problem.TIMEOUT.because(name + " did not answer in time");
  }
}
