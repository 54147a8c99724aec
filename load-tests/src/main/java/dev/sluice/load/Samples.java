package dev.sluice.load;

import dev.sluice.codec.Call;
import dev.sluice.codec.Caller;
import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.codec.Envelope;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Money;
import dev.sluice.contract.Order;
import dev.sluice.platform.time.Time;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What the benchmarks send around: an order with three lines, on behalf of a signed-in user. */
public final class Samples {
  private static final long DEADLINE_NANOS = 3_600_000_000_000L;

  private Samples() {}

  public static ContractCodec codec(Time time) {
    return new ContractCodec(
        new CallerSeal(
            "a secret of the benchmarks of 32 characters", () -> time.now().getEpochSecond()),
        time::nanos);
  }

  public static Order.View order() {
    Order.Line line = new Order.Line("TEA-1", 2, new Money(450, "EUR"));
    Instant at = Instant.parse("2026-01-31T12:00:00Z");
    return new Order.View(
        UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000a"),
        UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000b"),
        Order.Status.CONFIRMED,
        List.of(line, line, line),
        new Money(2700, "EUR"),
        2,
        at,
        at);
  }

  public static Call call(Contract body, Time time) {
    Caller caller =
        new Caller(
            Caller.Kind.USER,
            UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000b"),
            "session",
            "ada@example.com",
            List.of("user"),
            List.of("read:orders", "write:orders", "read:audit"),
            "free");
    return new Call(
        new Envelope(
            caller,
            time.nanos() + DEADLINE_NANOS,
            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            null),
        body);
  }
}
