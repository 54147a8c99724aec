package dev.sluice.platform.outbox;

import java.util.Locale;

/** What sort of event it is, for those who subscribe to a sort rather than to a type. */
public enum Category {
  /** Something of the business happened: an order was placed. */
  DOMAIN,
  /** Something of the platform happened: somebody logged in. */
  SYSTEM,
  /** Something happened between the platform and others: a call to an outside service failed. */
  INTEGRATION;

  /** As it is written in the envelope: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
