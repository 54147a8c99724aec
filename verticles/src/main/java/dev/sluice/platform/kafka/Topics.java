package dev.sluice.platform.kafka;

import java.util.Set;

/** The names of the topics that rooms announce things on, each keyed by the id of what changed. */
public final class Topics {
  public static final String ORDERS = "orders";
  public static final String PAYMENTS = "payments";
  public static final String USERS = "users";
  public static final String NOTIFICATIONS = "notifications";

  /** All of them; a node makes those that are missing when it starts. */
  public static final Set<String> ALL = Set.of(ORDERS, PAYMENTS, USERS, NOTIFICATIONS);

  private Topics() {}
}
