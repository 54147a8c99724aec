package dev.sluice.platform.bus;

import dev.sluice.codec.Call;
import dev.sluice.codec.ContractCodec;
import dev.sluice.contract.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;

/**
 * A node asking itself, by an address of its own that the whole cluster knows. After a partition
 * subscriptions can be lost (vert.x#4394): the node looks well and nobody can reach it. Then this
 * fails, and the node is not ready.
 */
public final class SelfCall {
  private final Vertx vertx;
  private final Bus bus;
  private final String node;
  private final String address;
  private final DeliveryOptions options;
  private final MessageConsumer<Object> consumer;

  public SelfCall(Vertx vertx, Bus bus, String node, Duration timeout) {
    this.vertx = vertx;
    this.bus = bus;
    this.node = node;
    this.address = "node.ping." + node;
    this.options =
        new DeliveryOptions().setCodecName(ContractCodec.NAME).setSendTimeout(timeout.toMillis());
    DeliveryOptions reply = new DeliveryOptions().setCodecName(ContractCodec.NAME);
    this.consumer = vertx.eventBus().consumer(address, m -> m.reply(new Node.Pong(node), reply));
  }

  /** Completes when the cluster knows the address. */
  public Future<Void> open() {
    return consumer.completion();
  }

  public Future<Void> ask() {
    Call call = new Call(bus.envelope(), new Node.Ping(node));
    return vertx.eventBus().request(address, call, options).mapEmpty();
  }
}
