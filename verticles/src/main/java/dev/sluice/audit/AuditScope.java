package dev.sluice.audit;

import dev.sluice.codec.Caller;
import java.util.UUID;

/**
 * Whose entries a caller sees: everybody's, or only those of {@code userId}. An account-less caller
 * who may not see all sees none.
 */
record AuditScope(UUID userId, boolean all) {
  static final String ALL_ENTRIES = "admin:audit";

  static AuditScope of(Caller caller) {
    return new AuditScope(caller.userId(), caller.may(ALL_ENTRIES));
  }
}
