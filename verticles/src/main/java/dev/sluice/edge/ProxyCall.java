package dev.sluice.edge;

import dev.sluice.edge.proxy.ProxyRoute;

/** The destination of a route that leads to upstreams. */
record ProxyCall(ProxyRoute route) implements Destination {
  @Override
  public void serve(Exchange exchange) {
    exchange.worker.forwarder().forward(exchange, route);
  }
}
