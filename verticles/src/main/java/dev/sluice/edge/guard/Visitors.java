package dev.sluice.edge.guard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * Who may come, by address and by country. A look-up of an IPv4 address allocates nothing.
 * Thread-safe; what is not configured is not looked at.
 */
public final class Visitors {
  private final Networks networks;
  private final boolean[] countries;
  private final boolean listedMayCome;
  private final Supplier<CountryTable> table;
  private final Counter byAddress;
  private final Counter byCountry;

  /** For a route; what it asks for besides is that of the node. */
  public Visitors(RouteGuard guard, Countries table, MeterRegistry meters) {
    this(guard.allow(), guard.deny(), guard.countries(), table::table, meters);
  }

  /** For all routes of a node. */
  public Visitors(GuardConfig guard, Countries table, MeterRegistry meters) {
    this(guard.allow(), guard.deny(), guard.countries(), table::table, meters);
  }

  Visitors(
      List<String> allow,
      List<String> deny,
      CountriesConfig named,
      Supplier<CountryTable> table,
      MeterRegistry meters) {
    this.networks = allow.isEmpty() && deny.isEmpty() ? null : new Networks(allow, deny);
    this.countries = named.isEmpty() ? null : new boolean[CountryTable.codes()];
    this.listedMayCome = !named.allow().isEmpty();
    for (String country : listedMayCome ? named.allow() : named.deny()) {
      countries[CountryTable.code(country)] = true;
    }
    this.table = table;
    this.byAddress = counter(meters, "address");
    this.byCountry = counter(meters, "country");
  }

  private static Counter counter(MeterRegistry meters, String by) {
    return Counter.builder("requests.denied")
        .description("Requests refused because of where they come from.")
        .tags("by", by)
        .register(meters);
  }

  /** Whether everybody may come, so that nobody needs to ask. */
  public boolean isEverybody() {
    return networks == null && countries == null;
  }

  /**
   * Whether a client may come; counts it if not.
   *
   * @param address of the client, in the usual form of its kind
   */
  public boolean mayCome(String address) {
    if (networks != null && !networks.allows(address)) {
      byAddress.increment();
      return false;
    }
    if (countries == null) {
      return true;
    }
    int country = table.get().country(address);
    boolean listed = country != CountryTable.UNKNOWN && countries[country];
    if (listed != listedMayCome) {
      byCountry.increment();
      return false;
    }
    return true;
  }
}
