package dev.sluice.platform.bus;

import dev.sluice.codec.Caller;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import dev.sluice.contract.Requires;

/** Whether a caller may ask what {@link Requires} something; the same at the edge and in a room. */
public final class Permission {
  private Permission() {}

  /** Null when it is allowed, else why not. */
  public static Failure refused(Caller caller, String requires) {
    if (requires.equals(Requires.ANYONE) || caller.kind() == Caller.Kind.NODE) {
      return null;
    }
    if (requires.equals(Requires.NODE)) {
      return Problem.DENIED.because("this is for nodes of the cluster only");
    }
    if (caller.kind() == Caller.Kind.ANONYMOUS) {
      return Problem.UNAUTHENTICATED.because(
          "credentials are needed: a token in 'Authorization: Bearer ...' or a key in 'X-API-Key'");
    }
    if (requires.equals(Requires.SIGNED_IN) || caller.may(requires)) {
      return null;
    }
    return Problem.DENIED.because("the permission " + requires + " is needed");
  }
}
