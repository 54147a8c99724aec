package dev.sluice.codec;

import dev.sluice.contract.Failure;
import java.util.Objects;

/**
 * A message that arrived and could not be read: of a type this node does not know, broken, or under
 * a seal that does not hold. It is answered with its failure at once.
 *
 * @param type the wire tag, {@code ?} when not even that could be read
 */
public record Undecodable(String type, Failure failure) {
  public Undecodable {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(failure, "failure");
  }
}
