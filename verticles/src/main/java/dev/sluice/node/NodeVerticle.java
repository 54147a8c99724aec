package dev.sluice.node;

import dev.sluice.codec.Envelope;
import dev.sluice.contract.Node;
import dev.sluice.platform.bus.Room;
import dev.sluice.platform.lifecycle.Ground;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.BiConsumer;

/** The node room; there is one on every node. */
public final class NodeVerticle extends VerticleBase {
  private final Ground ground;
  private final BiConsumer<String, String> setLevel;
  private Room room;

  /**
   * @param setLevel sets the level of a logger on this node: its name, and the level in lower case
   */
  public NodeVerticle(Ground ground, BiConsumer<String, String> setLevel) {
    this.ground = ground;
    this.setLevel = setLevel;
  }

  @Override
  public Future<?> start() {
    room =
        ground
            .bus()
            .room("node")
            .serve(Node.SetLogLevel.class, this::tellAll)
            .hear(
                Node.LogLevelChanged.class,
                (change, call) -> setLevel.accept(change.logger(), change.level().text()));
    return room.open();
  }

  @Override
  public Future<?> stop() {
    return room.close();
  }

  /** Every node that hears it does it, this one included. */
  private Future<Node.LogLevel> tellAll(Node.SetLogLevel request, Envelope call) {
    ground.bus().publish(new Node.LogLevelChanged(request.logger(), request.level()));
    return Future.succeededFuture(new Node.LogLevel(request.logger(), request.level()));
  }
}
