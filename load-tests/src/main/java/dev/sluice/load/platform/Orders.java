package dev.sluice.load.platform;

import dev.sluice.load.compare.Contender;
import dev.sluice.load.compare.Servers;
import dev.sluice.load.compare.Started;
import dev.sluice.load.compare.Warming;
import dev.sluice.load.compare.Wrk;
import dev.sluice.load.platform.Table.Column;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Placing and reading an order, with Sluice and with Spring, in databases of one PostgreSQL. Both
 * check the same token, and give the same answers; that is tried before anything is measured.
 */
final class Orders implements Measurement {
  static final String PATH = "/api/v1/orders";

  /** Three lines. */
  static final String BODY =
      """
      {"items":[{"sku":"TEA-1","quantity":2,"unitPrice":{"amount":"4.50","currency":"EUR"}},\
      {"sku":"CUP-7","quantity":1,"unitPrice":{"amount":"12.00","currency":"EUR"}},\
      {"sku":"POT-3","quantity":1,"unitPrice":{"amount":"39.90","currency":"EUR"}}]}""";

  private static final Column MICROS = new Column("CPU us/request", 1);
  private static final Column POSTGRES_MICROS = new Column("PostgreSQL us/request", 1);
  private static final Column PER_SECOND = new Column("requests/s", 0);
  private static final String DATABASE = "peer";

  private final Servers servers;
  private Postgres postgres;
  private final List<Case> cases = new ArrayList<>();
  private final Table table = new Table("orders", MICROS, POSTGRES_MICROS, PER_SECOND);

  /**
   * One of two requests of one of two sides.
   *
   * @param script null to read
   */
  private record Case(Contender contender, Path script) {}

  Orders(Servers servers) {
    this.servers = servers;
  }

  @Override
  public Table run(int rounds, int seconds) throws IOException, InterruptedException {
    postgres = new Postgres(servers);
    // Those rooms alone that Spring has something like; the others have work with each event.
    Map<String, String> settings =
        Map.of("SLUICE_NODE_ROLES", "edge,auth,order", "SLUICE_AUTH_ACCESS_TTL", "1d");
    Side sluice = new SluiceSide(servers, settings);
    try (Started ours = sluice.launch("orders")) {
      int port = sluice.port("orders", ours);
      String token = sluice.token(ours, port);
      postgres.create(DATABASE);
      String keys = String.format(Locale.ROOT, "http://127.0.0.1:%d/.well-known/jwks.json", port);
      Side spring = new SpringSide(servers, postgres.uri(DATABASE), keys);
      try (Started theirs = spring.launch("orders-spring")) {
        int second = spring.port("orders-spring", theirs);
        alike(new OrderClient(port, token), new OrderClient(second, token));
        open(sluice, ours, port, token);
        open(spring, theirs, second, token);
        measure(rounds, seconds);
      }
    }
    compared("get", ", 2 at least, 4 the aim");
    compared("create", "");
    return table;
  }

  /** Both say the same, and have kept the same. */
  private void alike(OrderClient ours, OrderClient theirs)
      throws IOException, InterruptedException {
    List<String> said = ours.conversation(BODY);
    List<String> saidThere = theirs.conversation(BODY);
    if (!said.equals(saidThere) || !said.get(0).equals("201")) {
      throw new IllegalStateException("not the same answers:\n" + said + "\n" + saidThere);
    }
    for (String kept : List.of("orders", "order_items", "idempotency")) {
      long here = postgres.rows(Postgres.OURS, "\"order\"." + kept);
      long there = postgres.rows(DATABASE, "peer_orders." + kept);
      if (here != there || here == 0) {
        throw new IllegalStateException(
            "not the same is kept: %d and %d rows of %s".formatted(here, there, kept));
      }
    }
    if (postgres.rows(DATABASE, "peer_orders.outbox") != 1) {
      throw new IllegalStateException("Spring announced no event");
    }
  }

  private void open(Side side, Started server, int port, String token)
      throws IOException, InterruptedException {
    String id = new OrderClient(port, token).place(BODY, UUID.randomUUID().toString()).id();
    cases.add(
        new Case(new Contender("get, " + side.name(), server, port, PATH + "/" + id, token), null));
    cases.add(
        new Case(new Contender("create, " + side.name(), server, port, PATH, token), script()));
  }

  private Path script() throws IOException {
    try (InputStream in = Orders.class.getResourceAsStream("create.lua")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Files.writeString(
          servers.folder("orders").resolve("create.lua"), text.replace("@body@", BODY));
    }
  }

  private void measure(int rounds, int seconds) throws IOException, InterruptedException {
    for (Case one : cases) {
      Warming.of(one.contender().name(), Warming.MOST, () -> ask(one, seconds).perSecond());
    }
    List<Case> turns = new ArrayList<>(cases);
    for (int round = 1; round <= rounds; round++) {
      for (Case one : turns) {
        measure(one, seconds, round, rounds);
      }
      // PostgreSQL tidies up later, and not always during the turn of the same.
      Collections.reverse(turns);
    }
  }

  /** All is done when it returns, the sending of events to Kafka included. */
  private Wrk.Outcome ask(Case one, int seconds) throws IOException, InterruptedException {
    Wrk.Outcome outcome =
        one.script() == null
            ? Wrk.run(one.contender(), seconds, null)
            : Wrk.run(one.contender(), seconds, one.script(), UUID.randomUUID().toString());
    postgres.awaitEmpty(Postgres.OURS, "\"order\".outbox");
    return outcome;
  }

  private void measure(Case one, int seconds, int round, int rounds)
      throws IOException, InterruptedException {
    Contender contender = one.contender();
    long postgresCpu = postgres.cpuMicros();
    long cpu = contender.server().cpuMicros();
    Wrk.Outcome outcome = ask(one, seconds);
    double micros = (contender.server().cpuMicros() - cpu) / (double) outcome.requests();
    double atPostgres = (postgres.cpuMicros() - postgresCpu) / (double) outcome.requests();
    table.add(contender.name(), MICROS, micros);
    table.add(contender.name(), POSTGRES_MICROS, atPostgres);
    table.add(contender.name(), PER_SECOND, outcome.perSecond());
    Platform.progress(
        "round %d of %d, %s: %.1f us and %.1f us of PostgreSQL, %,.0f requests/s",
        round, rounds, contender.name(), micros, atPostgres, outcome.perSecond());
  }

  private void compared(String what, String goal) {
    String ours = what + ", " + SluiceSide.NAME;
    String theirs = what + ", " + SpringSide.NAME;
    double database = table.median(ours, POSTGRES_MICROS) - table.median(theirs, POSTGRES_MICROS);
    table.say(
        "%s: %.2f times as many requests per CPU second as Spring%s; PostgreSQL uses %.1f us %s"
            + " a request.",
        what,
        table.median(theirs, MICROS) / table.median(ours, MICROS),
        goal,
        Math.abs(database),
        database > 0 ? "more" : "less");
  }
}
