package dev.sluice.load.simulation;

import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The simulations there are, and their size when none is given. */
@SuppressWarnings("ImmutableEnumChecker") // records and sets of numbers are
enum Scene {
  PROXY(
      ProxySimulation.class,
      "a route to the demo service, ten requests a user",
      new Size(100, 16, 30)),
  API(
      ApiSimulation.class,
      "one login, then orders: 15 % created, 60 % read, 25 % listed",
      new Size(20, 8, 30)),
  ORDERS(
      OrdersSimulation.class,
      "orders from creation to confirmation, by API key",
      new Size(20, 8, 30)),
  LOGIN(
      LoginSimulation.class,
      "logins from many addresses, each then asks who it is and refreshes",
      new Size(2, 2, 30)),
  TIERS(
      TiersSimulation.class,
      "clients of all tiers, some beyond their limit: 429 where due and nowhere else",
      new Size(5, 0, 15),
      429),
  WEBSOCKET(
      WebSocketSimulation.class,
      "clients that hold a WebSocket, hear ticks and send texts",
      new Size(10, 100, 30)),
  LOGIN_STORM(
      LoginStormSimulation.class,
      "a burst of logins at once: quick refusals, and others are served as before",
      new Size(100, 50, 10),
      429,
      503),
  SOAK(SoakSimulation.class, "moderate load of all kinds for long", new Size(10, 8, 600)),
  SPIKE(
      SpikeSimulation.class,
      "load, five times as much for a third of the time, and load as before",
      new Size(50, 4, 30));

  private record Size(int open, int closed, int seconds) {}

  private final Class<? extends Simulation> simulation;
  private final String line;
  private final Size size;
  private final Set<Integer> refusals;

  Scene(Class<? extends Simulation> simulation, String line, Size size, Integer... refusals) {
    this.simulation = simulation;
    this.line = line;
    this.size = size;
    this.refusals = Set.of(refusals);
  }

  /**
   * @throws IllegalArgumentException naming those there are
   */
  static Scene named(String name) {
    for (Scene scene : values()) {
      if (scene.label().equals(name)) {
        return scene;
      }
    }
    throw new IllegalArgumentException(
        "there is no simulation '"
            + name
            + "'; there are "
            + Arrays.stream(values()).map(Scene::label).collect(Collectors.joining(", ")));
  }

  /** As it is written on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it does, in a line. */
  String line() {
    return line;
  }

  Class<? extends Simulation> simulation() {
    return simulation;
  }

  /** Whether it can be run with this model. */
  boolean knows(Model model) {
    return users(model) > 0;
  }

  /** Open: that come each second. Closed: at any time. 0 when the model makes no sense here. */
  int users(Model model) {
    return model == Model.OPEN ? size.open : size.closed;
  }

  Duration duration() {
    return Duration.ofSeconds(size.seconds);
  }

  /** Statuses that are as it should be although they are refusals. */
  Set<Integer> refusals() {
    return refusals;
  }
}
