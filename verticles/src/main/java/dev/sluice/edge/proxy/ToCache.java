package dev.sluice.edge.proxy;

import dev.sluice.edge.cache.Answer;
import dev.sluice.edge.cache.Ticket;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;

/**
 * Fetches anew, behind a client that was given what is kept. Nobody waits who could lose patience
 * with a body that does not end, so it has as much time as the head had.
 */
final class ToCache extends Deadlines.Limit implements Reply {
  private static final int NOT_MODIFIED = 304;

  private final Forwarder forwarder;
  private final ProxyRoute route;
  private final Ticket ticket;
  private Try current;

  ToCache(Forwarder forwarder, ProxyRoute route, Ticket ticket) {
    this.forwarder = forwarder;
    this.route = route;
    this.ticket = ticket;
  }

  @Override
  public void prepare(MultiMap headers) {
    ticket.prepare(headers);
  }

  @Override
  public void answered(Try attempt, HttpClientResponse response) {
    int status = response.statusCode();
    if (status == NOT_MODIFIED && ticket.validating()) {
      Answer unused = ticket.notModified(response.headers());
      assert unused == null || unused.status() > 0;
      ticket.abort();
      attempt.discard(response);
    } else if (ticket.head(status, response.headers())) {
      current = attempt;
      forwarder.deadlines().in(route.timeoutMillis(), this);
      response.exceptionHandler(e -> broke());
      response.handler(ticket::body);
      response.endHandler(
          end -> {
            forwarder.deadlines().cancel(this);
            ticket.end();
            attempt.done(false);
          });
    } else {
      attempt.discard(response);
    }
  }

  @Override
  public void failed(int status, Throwable failure) {
    ticket.abort();
  }

  @Override
  protected void late() {
    broke();
  }

  private void broke() {
    forwarder.deadlines().cancel(this);
    ticket.abort();
    current.broke();
  }
}
