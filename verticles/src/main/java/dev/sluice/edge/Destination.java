package dev.sluice.edge;

/** Where a request goes after the chain: it must answer or fail the exchange, once. */
interface Destination {
  void serve(Exchange exchange);
}
