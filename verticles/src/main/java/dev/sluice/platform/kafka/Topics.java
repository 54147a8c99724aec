package dev.sluice.platform.kafka;

import java.util.Set;

/** The names of the topics, each keyed by the id of what changed. */
public final class Topics {
  public static final String ORDERS = "orders";
  public static final String PAYMENTS = "payments";
  public static final String USERS = "users";
  public static final String NOTIFICATIONS = "notifications";
  public static final String ROUTES = "routes";

  /** Where others tell which cached answers their changes make stale. */
  public static final String CACHE = "cache";

  /** What rooms announce things on. */
  public static final Set<String> OF_ROOMS = Set.of(ORDERS, PAYMENTS, USERS, NOTIFICATIONS, ROUTES);

  /** All of them; a node makes those that are missing when it starts. */
  public static final Set<String> ALL =
      Set.of(ORDERS, PAYMENTS, USERS, NOTIFICATIONS, ROUTES, CACHE);

  private Topics() {}
}
