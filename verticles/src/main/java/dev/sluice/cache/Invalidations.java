package dev.sluice.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.codec.Names;
import dev.sluice.contract.Cache;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.platform.bus.Bus;
import dev.sluice.platform.kafka.ReceivedEvent;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has purged what events name, each thing once a batch. A batch is tried again from its beginning
 * when no edge answered: to purge twice is to purge, so events need not be told apart by their ids.
 * What an edge will never do is passed over, for it would hold up all that come behind it.
 */
final class Invalidations {
  private static final Logger LOG = LoggerFactory.getLogger(Invalidations.class);
  private static final String NAME = Names.of(Cache.Invalidated.class);
  private static final Set<Problem> LATER =
      Set.of(Problem.UNAVAILABLE, Problem.TIMEOUT, Problem.LIMITED);

  private final Bus bus;
  private final LongAdder refused = new LongAdder();

  Invalidations(Bus bus) {
    this.bus = bus;
  }

  /** Fails when it is to be tried again. */
  Future<Void> handle(List<ReceivedEvent> events) {
    Set<Cache.Purge> wanted = new LinkedHashSet<>();
    for (ReceivedEvent event : events) {
      add(event, wanted);
    }
    Cache.Purge all = new Cache.Purge(null, null, null, true);
    Future<Void> done = Future.succeededFuture();
    for (Cache.Purge purge : wanted.contains(all) ? Set.of(all) : wanted) {
      done = done.compose(before -> ask(purge));
    }
    return done;
  }

  /** Events passed over since the start. */
  long refused() {
    return refused.sum();
  }

  private void add(ReceivedEvent event, Set<Cache.Purge> wanted) {
    try {
      if (event.eventType().equals(NAME)) {
        wanted.add(event.as(Cache.Invalidated.class).purge());
      } else {
        refuse("the event " + event.eventId(), "is " + event.eventType() + ", not " + NAME);
      }
    } catch (JsonProcessingException | Failure unfit) {
      refuse("the event " + event.eventId(), String.valueOf(unfit.getMessage()));
    }
  }

  private Future<Void> ask(Cache.Purge purge) {
    return bus.request(purge)
        .<Void>mapEmpty()
        .recover(
            why -> {
              if (why instanceof Failure failure && LATER.contains(failure.problem())) {
                return Future.failedFuture(why);
              }
              refuse(purge.toString(), String.valueOf(why.getMessage()));
              return Future.succeededFuture();
            });
  }

  private void refuse(String what, String why) {
    refused.increment();
    LOG.error("{} is passed over: {}", what, why.length() > 300 ? why.substring(0, 300) : why);
  }
}
