package dev.sluice.codec;

import dev.sluice.contract.Contract;
import java.util.Objects;

/** A contract in its envelope: the body of every message on the bus that is not a reply. */
public record Call(Envelope envelope, Contract body) {
  public Call {
    Objects.requireNonNull(envelope, "envelope");
    Objects.requireNonNull(body, "body");
  }
}
