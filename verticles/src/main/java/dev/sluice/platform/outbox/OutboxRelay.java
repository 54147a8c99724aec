package dev.sluice.platform.outbox;

import dev.sluice.platform.db.Database;
import dev.sluice.platform.kafka.KafkaConfig;
import dev.sluice.platform.kafka.RefusedException;
import dev.sluice.platform.kafka.TransactionalProducer;
import dev.sluice.platform.outbox.RelayMachine.Effect;
import dev.sluice.platform.outbox.RelayMachine.Heard;
import dev.sluice.platform.outbox.RelayMachine.Phase;
import dev.sluice.platform.outbox.RelayMachine.State;
import dev.sluice.platform.outbox.RelayMachine.Step;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the outbox of one schema to Kafka. Every node that has the room runs one; one of them
 * holds the lock and works, the others stand by.
 *
 * <p>Why it is right:
 *
 * <ul>
 *   <li><b>Committed is published, rolled back is not.</b> The row is in the transaction of the
 *       change. It is deleted only after Kafka has committed it, by its number and not by a mark in
 *       the sequence, so that a row with a smaller number which commits later is not passed over.
 *   <li><b>Order of a key.</b> Whoever writes an event holds the lock on its aggregate's row until
 *       the commit, so no later event of the aggregate can have a number before that. Whatever a
 *       read sees is therefore, for each aggregate, a beginning of what there is, and is read, sent
 *       and committed in the order of the numbers. A read always starts at the smallest number:
 *       starting behind the last one seen would break just this.
 *   <li><b>Duplicates.</b> If the relay dies after Kafka's commit and before the rows are deleted,
 *       that one batch is published again, unchanged and in order. Consumers know it by its event
 *       ids.
 *   <li><b>One relay.</b> The lock belongs to the session of the very connection that reads and
 *       deletes. A node that died has lost it as soon as its socket is closed, a node that hangs
 *       after the session limit. Its successor first opens a producer of the same transactional id,
 *       which aborts what the old one has open and forbids it to commit any more; only then it
 *       reads. So two relays never take turns within a key.
 *   <li><b>Poison.</b> An event the brokers will never take is moved to outbox_dead, with an error
 *       in the log and a count, and its successors go on: one order that cannot be told must not
 *       silence all others. Anything else that fails is tried again for ever, with a pause.
 * </ul>
 *
 * <p>All of it runs on the context it was made on; {@link RelayMachine} decides, this class does.
 */
public final class OutboxRelay {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
  private static final long HEARTBEAT_MILLIS = 1000;
  private static final int COUNT_EVERY = 5;

  private final Vertx vertx;
  private final Context context;
  private final Database database;
  private final KafkaConfig kafka;
  private final OutboxConfig config;
  private final Promise<Void> stopped = Promise.promise();
  private final OutboxFigures figures = new OutboxFigures();

  private State state;
  private long turn;
  private long heartbeat = -1;
  private int beats;
  private RelaySession session;
  private TransactionalProducer producer;
  private List<OutboxRow> rows = List.of();
  private String refusal = "";
  private Future<Void> closing = Future.succeededFuture();

  /** To be made on the context it shall run on; does nothing before {@link #start}. */
  public OutboxRelay(Vertx vertx, Database database, KafkaConfig kafka, OutboxConfig config) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.database = database;
    this.kafka = kafka;
    this.config = config;
    this.state = State.first(config.batch());
  }

  /** Starts to work; neither server needs to be there. */
  public void start() {
    context.runOnContext(
        begun -> {
          heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, beat -> beat());
          hear(Heard.TICK);
        });
  }

  /** Lets go of the lock and the producer at once; the rest of the outbox is another relay's. */
  public Future<Void> stop() {
    context.runOnContext(
        asked -> {
          vertx.cancelTimer(heartbeat);
          hear(Heard.STOP);
        });
    return stopped.future();
  }

  /** What to show of this relay. */
  public OutboxFigures figures() {
    return figures;
  }

  private void hear(Heard heard) {
    Step step = RelayMachine.next(state, heard, config.batch());
    if (step.state().phase() != state.phase()) {
      turn++;
    }
    state = step.state();
    step.effects().forEach(this::perform);
    boolean leads = state.phase().leads();
    if (leads != figures.leading()) {
      figures.lead(leads);
      LOG.info("outbox of {}: this node {}", database.schema(), leads ? "relays" : "stands by");
    }
    if (state.phase() == Phase.STOPPED) {
      closing.onComplete(closed -> stopped.tryComplete());
    }
  }

  private void perform(Effect effect) {
    switch (effect) {
      case CONNECT -> connect();
      case LOCK -> ask(session.lock(), granted -> hear(granted ? Heard.LOCKED : Heard.TAKEN));
      case ARM -> arm();
      case READ -> ask(session.read(state.limit(), config.batchBytes()), this::found);
      case PUBLISH -> publish();
      case DELETE -> ask(session.delete(rows), gone -> deleted());
      case BURY -> bury();
      case DISARM -> disarm();
      case CUT -> cut();
      case WAIT_LONGER, WAIT_FOR_TAKEOVER, WAIT_QUICKLY, WAIT_FOR_POLL ->
          pause(RelayMachine.millis(effect, state, config));
    }
  }

  private void connect() {
    long asked = turn;
    RelaySession.open(database, config.sessionLimit())
        .onSuccess(
            opened -> {
              if (asked == turn) {
                connected(opened);
              } else {
                opened.cut();
              }
            })
        .onFailure(
            failure -> {
              LOG.debug("outbox of {}: {}", database.schema(), failure.toString());
              if (asked == turn) {
                hear(Heard.LOST);
              }
            });
  }

  private void connected(RelaySession opened) {
    session = opened;
    opened.listen(() -> hear(Heard.WAKE), () -> lost(opened));
    hear(Heard.CONNECTED);
  }

  private void lost(RelaySession ended) {
    if (session == ended) {
      LOG.warn("outbox of {}: lost the connection to postgres", database.schema());
      hear(Heard.LOST);
    }
  }

  private void arm() {
    long asked = turn;
    TransactionalProducer.open(vertx, kafka, "outbox-" + database.schema())
        .onSuccess(
            opened -> {
              if (asked == turn) {
                producer = opened;
                hear(Heard.ARMED);
              } else {
                opened.close();
              }
            })
        .onFailure(
            failure -> {
              if (asked == turn) {
                kafkaFailed(failure);
              }
            });
  }

  private void found(List<OutboxRow> read) {
    rows = read;
    hear(read.isEmpty() ? Heard.EMPTY : Heard.ROWS);
  }

  private void publish() {
    long asked = turn;
    producer
        .publish(rows.stream().map(OutboxRow::event).toList())
        .onComplete(
            done -> {
              if (asked != turn) {
                return;
              }
              if (done.succeeded()) {
                hear(Heard.PUBLISHED);
              } else if (done.cause() instanceof RefusedException refused) {
                refusal = refused.getMessage();
                hear(Heard.REFUSED);
              } else {
                kafkaFailed(done.cause());
              }
            });
  }

  private void kafkaFailed(Throwable failure) {
    LOG.warn("outbox of {}: cannot publish: {}", database.schema(), failure.toString());
    hear(Heard.FAILED);
  }

  private void deleted() {
    figures.publish(rows.size());
    rows = List.of();
    hear(Heard.DELETED);
  }

  private void bury() {
    OutboxRow row = rows.get(0);
    ask(
        session.bury(row, refusal),
        buried -> {
          figures.bury();
          LOG.error(
              "outbox of {}: the brokers refuse event {} of {} on {}: {}; it is in outbox_dead",
              database.schema(),
              row.event().headers().get("eventId"),
              row.event().key(),
              row.event().topic(),
              refusal);
          hear(Heard.BURIED);
        });
  }

  private void disarm() {
    if (producer != null) {
      closing = producer.close();
      producer = null;
    }
  }

  private void cut() {
    if (session != null) {
      RelaySession ended = session;
      session = null;
      ended.cut();
    }
  }

  /** Every failure on the held connection is its end: what a new one finds out is certain. */
  private <T> void ask(Future<T> query, Consumer<T> answered) {
    long asked = turn;
    query.onComplete(
        done -> {
          if (asked != turn) {
            return;
          }
          if (done.succeeded()) {
            answered.accept(done.result());
          } else {
            LOG.warn("outbox of {}: {}", database.schema(), done.cause().toString());
            hear(Heard.LOST);
          }
        });
  }

  private void pause(long millis) {
    long asked = turn;
    vertx.setTimer(
        millis,
        over -> {
          if (asked == turn) {
            hear(Heard.TICK);
          }
        });
  }

  /** Keeps the session alive while Kafka is awaited, and finds a server that has fallen silent. */
  private void beat() {
    RelaySession beaten = session;
    if (beaten == null) {
      return;
    }
    boolean counts = figures.leading() && ++beats % COUNT_EVERY == 0;
    Future<?> asked = counts ? beaten.backlog().onSuccess(figures::waiting) : beaten.ping();
    asked.onFailure(failure -> lost(beaten));
  }
}
