/**
 * Orders: placed, read, listed, and moved through their states. The room owns the schema {@code
 * order}; what happens to an order is announced on the topic {@code orders}, keyed by the order's
 * id, in the transaction that makes it true. It hears nothing.
 */
package dev.sluice.order;
