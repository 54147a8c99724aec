package dev.sluice.limiter;

import dev.sluice.codec.Envelope;
import dev.sluice.contract.Limits;
import dev.sluice.contract.Problem;
import dev.sluice.limiter.DecisionLog.Drained;
import dev.sluice.limiter.Inquiries.Told;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.time.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be asked of the limiters of all nodes. There is one on each node that has a limiter;
 * whichever is asked asks the others, itself included, over the bus, and puts the answers together.
 *
 * <p>Every second it tells the others what was let through here, which they audit, and by which
 * they know that this node is there.
 *
 * <p>All of it runs on one event loop, that of the context it was opened in.
 */
public final class LimitsRoom {
  private static final Logger LOG = LoggerFactory.getLogger(LimitsRoom.class);
  private static final long REPORT_MILLIS = 1_000;
  private static final Duration PATIENCE = Duration.ofMillis(300);

  /** Each may hold the logs of all nodes while it is made. */
  private static final int PREVIEWS = 2;

  private final Vertx vertx;
  private final Bus bus;
  private final Time time;
  private final String node;
  private final Holdings holdings;
  private final DecisionLog log;
  private final Auditor auditor;
  private final Duration patience;
  private Context context;
  private Neighbours neighbours;
  private Inquiries inquiries;
  private Room room;
  private long timer;
  private int previews;

  /**
   * @param bus of this node, as {@code vertx} and {@code time} are
   * @param node this node's name, unlike that of any other
   * @param holdings what this node knows of its clients' buckets
   * @param log which nobody else drains
   */
  public LimitsRoom(
      Vertx vertx,
      Bus bus,
      Time time,
      String node,
      Holdings holdings,
      DecisionLog log,
      Auditor auditor) {
    this(vertx, bus, time, node, holdings, log, auditor, PATIENCE);
  }

  /** With more patience, for tests on a machine that is busy with others. */
  LimitsRoom(
      Vertx vertx,
      Bus bus,
      Time time,
      String node,
      Holdings holdings,
      DecisionLog log,
      Auditor auditor,
      Duration patience) {
    this.vertx = vertx;
    this.bus = bus;
    this.time = time;
    this.node = node;
    this.holdings = holdings;
    this.log = log;
    this.auditor = auditor;
    this.patience = patience;
  }

  /** Completes when the whole cluster knows that it is served here. */
  public Future<Void> open() {
    context = vertx.getOrCreateContext();
    Promise<Void> opened = Promise.promise();
    context.runOnContext(now -> furnish().onComplete(opened));
    return opened.future();
  }

  /** Completes when no new question can come; who waits for an answer gets what there is. */
  public Future<Void> close() {
    if (context == null) {
      return Future.succeededFuture(); // what was never opened
    }
    Promise<Void> closed = Promise.promise();
    context.runOnContext(
        now -> {
          vertx.cancelTimer(timer);
          inquiries.close();
          room.close().onComplete(closed);
        });
    return closed.future();
  }

  private Future<Void> furnish() {
    neighbours = new Neighbours(time);
    inquiries = new Inquiries(vertx, bus, neighbours, patience);
    room =
        bus.room("limits")
            .serve(Limits.Explain.class, this::explain)
            .serve(Limits.Reset.class, this::reset)
            .serve(Limits.Preview.class, this::preview)
            .hear(Limits.HoldingsAsked.class, (asked, call) -> tell(asked))
            .hear(Limits.Refilled.class, (refilled, call) -> forget(refilled))
            .hear(Limits.RequestsAsked.class, (asked, call) -> tell(asked))
            .hear(Limits.HoldingsTold.class, (t, call) -> inquiries.told(t.inquiry(), t.node(), t))
            .hear(Limits.Forgotten.class, (t, call) -> inquiries.told(t.inquiry(), t.node(), t))
            .hear(Limits.RequestsTold.class, (t, call) -> inquiries.told(t.inquiry(), t.node(), t))
            .hear(Limits.Admitted.class, (report, call) -> hear(report));
    return room.open()
        .onSuccess(opened -> timer = vertx.setPeriodic(REPORT_MILLIS, tick -> report()));
  }

  private Future<Limits.Explained> explain(Limits.Explain request, Envelope call) {
    return holdingsOf(request.client()).map(told -> Explanation.whole(request.client(), told));
  }

  /** The ledger first: a node that forgot before would hear the old level from it again. */
  private Future<Limits.WasReset> reset(Limits.Reset request, Envelope call) {
    String client = request.client();
    return policies(request)
        .compose(
            policies ->
                Future.all(policies.stream().map(p -> holdings.refill(client, p)).toList())
                    .compose(
                        full ->
                            inquiries.ask(
                                Limits.Forgotten.class,
                                id -> new Limits.Refilled(id, client, policies)))
                    .map(
                        told ->
                            new Limits.WasReset(client, policies, told.nodes(), told.missing())))
        .onSuccess(
            done ->
                LOG.atInfo()
                    .addKeyValue("correlationId", call.correlationId())
                    .addKeyValue("by", call.caller().id())
                    .addKeyValue("client", client)
                    .addKeyValue("policies", done.policies())
                    .log("limits were reset"));
  }

  private Future<List<String>> policies(Limits.Reset request) {
    return request.policy() != null
        ? Future.succeededFuture(List.of(request.policy()))
        : holdingsOf(request.client()).map(told -> policies(request.client(), told));
  }

  private static List<String> policies(String client, Told<Limits.HoldingsTold> told) {
    List<String> policies =
        told.answers().values().stream()
            .flatMap(part -> part.holdings().stream())
            .map(Limits.Held::policy)
            .distinct()
            .sorted()
            .toList();
    if (policies.isEmpty()) {
      throw Problem.NOT_FOUND.because(
          "no node holds a bucket of "
              + client
              + "; with 'policy', its bucket is reset in the ledger all the same");
    }
    return policies;
  }

  private Future<Told<Limits.HoldingsTold>> holdingsOf(String client) {
    return inquiries.ask(Limits.HoldingsTold.class, id -> new Limits.HoldingsAsked(id, client));
  }

  private Future<Limits.Previewed> preview(Limits.Preview request, Envelope call) {
    Policy proposed = Traffic.proposed(request);
    if (previews >= PREVIEWS) {
      return Future.failedFuture(
          Problem.UNAVAILABLE
              .because(PREVIEWS + " previews are being made already")
              .retryAfter(Duration.ofSeconds(1)));
    }
    previews++;
    return inquiries
        .ask(Limits.RequestsTold.class, id -> new Limits.RequestsAsked(id, request.policy()))
        .compose(
            told ->
                vertx.executeBlocking(() -> Traffic.previewed(proposed, told, time.now()), false))
        .onComplete(made -> context.runOnContext(now -> previews--));
  }

  private void tell(Limits.HoldingsAsked asked) {
    String client = asked.client();
    bus.publish(
        Explanation.part(
            asked.inquiry(), node, holdings.of(client), log.refusals(client, Explanation.DENIALS)));
  }

  private void tell(Limits.RequestsAsked asked) {
    bus.publish(Traffic.part(asked.inquiry(), node, log.under(asked.policy())));
  }

  private void forget(Limits.Refilled refilled) {
    refilled.policies().forEach(policy -> holdings.forget(refilled.client(), policy));
    bus.publish(new Limits.Forgotten(refilled.inquiry(), node));
  }

  private void hear(Limits.Admitted report) {
    neighbours.heard(report.node());
    auditor.hear(report);
  }

  private void report() {
    Drained drained = log.drain();
    bus.publish(new Limits.Admitted(node, drained.missed(), BusyBuckets.of(drained.entries())));
    auditor.advance();
  }
}
