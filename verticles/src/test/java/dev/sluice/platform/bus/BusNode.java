package dev.sluice.platform.bus;

import dev.sluice.codec.Call;
import dev.sluice.codec.Caller;
import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Contract;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.Time;
import dev.sluice.platform.trace.TraceContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A bus on a Vertx, without any server, and callers to ask it. */
record BusNode(Vertx vertx, Bus bus) {
  private static final String SECRET = "a secret of the tests of 32 characters";
  private static final Time TIME = Time.system();

  static BusNode on(Vertx vertx, String name, Map<String, String> settings) {
    codec().registerOn(vertx.eventBus());
    BusConfig config =
        Config.load(null, settings, List.of(BusConfig.SECTION)).get(BusConfig.SECTION);
    return new BusNode(vertx, new Bus(vertx, config, TIME, name));
  }

  /** The codec every node of the tests has. */
  static ContractCodec codec() {
    return new ContractCodec(
        new CallerSeal(SECRET, () -> TIME.now().getEpochSecond()), TIME::nanos);
  }

  static Caller user(String... permissions) {
    return new Caller(
        Caller.Kind.USER,
        UUID.randomUUID(),
        "session-1",
        "somebody@example.com",
        List.of("user"),
        List.of(permissions),
        "free");
  }

  /** A call that begins now and has this much time. */
  static Envelope call(Caller caller, Duration time) {
    return new Envelope(
        caller, TIME.nanos() + time.toNanos(), "correlation-1", TraceContext.begin(), null);
  }

  /** Past all checks of the asking side, as a node with a defect would. */
  Future<Message<Object>> raw(String address, Envelope envelope, Contract body) {
    return vertx
        .eventBus()
        .request(
            address,
            new Call(envelope, body),
            new DeliveryOptions().setCodecName(ContractCodec.NAME).setSendTimeout(5_000));
  }
}
