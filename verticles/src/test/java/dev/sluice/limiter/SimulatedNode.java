package dev.sluice.limiter;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** A node of a {@link Simulation}: the shell that is {@link NodeLimiters} in production. */
final class SimulatedNode implements LeaseProtocol.Effects<Long> {
  private static final long TWO_PATIENCES = 8 * Terms.PATIENCE_NANOS;

  private record Open(String client, int cost) {}

  private record Granted(long askedAt, int tokens) {}

  private final Simulation world;
  private final Scenario scenario;
  private final Random random;
  private final int index;
  private final double speed;
  private final Map<Long, Open> waiting = new HashMap<>();
  private final Map<Long, Long> sentAt = new HashMap<>();
  private final Map<String, ArrayDeque<Granted>> granted = new HashMap<>();
  private LeaseProtocol<Long> protocol;
  private Book<Long> book;
  private int incarnation;
  private long requests;
  private boolean planned;
  private long lastFlush;
  private long pausedUntil;
  private long awaySince = -1;
  private long awayNanos;
  private long timesAway;

  SimulatedNode(Simulation world, int index) {
    this.world = world;
    this.scenario = world.scenario;
    this.random = world.random;
    this.index = index;
    this.speed = 1 + (random.nextDouble() * 2 - 1) * scenario.drift();
    start();
  }

  private void start() {
    protocol = new LeaseProtocol<>(scenario.room(), scenario::nodes, this);
    book = protocol.book(scenario.policy());
    planned = false;
    lastFlush = -Terms.INTERVAL_NANOS;
  }

  /** Requests keep coming, in bursts and with pauses between. */
  void offer() {
    if (world.over()) {
      return;
    }
    double share = scenario.skewed() ? Math.pow(0.3, index) / 1.4 : 1.0 / scenario.nodes();
    double perNano = scenario.policy().quota() / (double) scenario.policy().window().toNanos();
    double mean = 1 / (perNano * scenario.offered() * share * scenario.clients());
    int burst = random.nextInt(20) == 0 ? 1 + random.nextInt(60) : 1;
    for (int i = 0; i < burst; i++) {
      run(this::request);
    }
    long gap = (long) (-Math.log(1 - random.nextDouble()) * mean * Math.sqrt(burst));
    world.at(world.now + Math.max(1000, Math.min(gap, 2000 * Simulation.MILLI)), this::offer);
  }

  /** Crashes and pauses. */
  void suffer() {
    if (scenario.faults() == 0 || world.over()) {
      return;
    }
    long gap = (long) (-Math.log(1 - random.nextDouble()) * 1e9 / scenario.faults());
    world.at(
        world.now + gap,
        () -> {
          if (random.nextInt(3) == 0) {
            crash();
          } else {
            pausedUntil =
                Math.max(pausedUntil, world.now + random.nextLong(300) * Simulation.MILLI);
          }
          suffer();
        });
  }

  private void crash() {
    world.crashes++;
    incarnation++;
    waiting.clear();
    sentAt.clear();
    granted.clear();
    noteAway(false);
    start();
  }

  /** Runs something on this node, which may have to wait until it is awake. */
  private void run(Runnable what) {
    if (world.now < pausedUntil) {
      world.at(pausedUntil, () -> run(what));
    } else {
      what.run();
    }
  }

  private void request() {
    long id = requests++;
    String client = "c" + random.nextInt(scenario.clients());
    int cost = scenario.dear() && random.nextInt(5) == 0 ? 1 + random.nextInt(10) : 1;
    int paid = (int) Math.min(cost, scenario.policy().burst());
    world.offered(paid);
    long left = book.tryTake(client, paid, clock());
    if (left == Limiter.ASK) {
      waiting.put(id, new Open(client, paid));
      left = book.take(client, cost, id, clock());
      if (left == Limiter.ASK) {
        int mine = incarnation;
        world.at(world.now + TWO_PATIENCES, () -> run(() -> overdue(id, mine)));
        return;
      }
      waiting.remove(id);
    }
    if (left >= 0) {
      world.admitted(client, paid);
    }
    check(client);
  }

  private void overdue(long id, int then) {
    if (then == incarnation && waiting.containsKey(id)) {
      if (world.now < pausedUntil + TWO_PATIENCES) {
        world.at(world.now + TWO_PATIENCES, () -> run(() -> overdue(id, then)));
      } else {
        world.undecided++;
      }
    }
  }

  @Override
  public void decided(Decided<Long> decided, Policy policy) {
    Open open = waiting.remove(decided.who());
    if (open == null) {
      world.broken = "a request was decided twice";
    } else if (decided.outcome() == Decision.Outcome.ALLOWED) {
      world.admitted(open.client, open.cost);
    }
  }

  @Override
  public void due() {
    if (!planned) {
      planned = true;
      int mine = incarnation;
      long wait =
          protocol.away() ? Terms.INTERVAL_NANOS : lastFlush + Terms.INTERVAL_NANOS - clock();
      after(Math.max(0, wait), mine, this::flush);
    }
  }

  private void flush() {
    planned = false;
    long sent = clock();
    lastFlush = sent;
    Flush<Long> flush = protocol.flush(sent);
    if (flush == null) {
      next();
      return;
    }
    sentAt.put(flush.number(), sent);
    world.send(flush, this, incarnation);
    after(Terms.PATIENCE_NANOS, incarnation, () -> missed(flush, false));
  }

  void answered(Flush<Long> flush, Answers answers, int then) {
    run(
        () -> {
          if (then == incarnation) {
            note(flush, answers);
            protocol.answered(flush, answers, clock());
            noteAway(protocol.away());
            next();
          }
        });
  }

  void failed(Flush<Long> flush, int then) {
    run(
        () -> {
          if (then == incarnation) {
            missed(flush, true);
          }
        });
  }

  private void missed(Flush<Long> flush, boolean failed) {
    protocol.missed(flush, failed, clock());
    noteAway(protocol.away());
    next();
  }

  private void next() {
    if (protocol.isIdle() && protocol.due() && !(world.over() && protocol.away())) {
      due();
    }
  }

  /** Remembers what was leased, to know better than the node what it may still hold. */
  private void note(Flush<Long> flush, Answers answers) {
    for (int i = 0; i < answers.answers().size(); i++) {
      int leased = answers.answers().get(i).leased();
      if (leased > 0) {
        granted
            .computeIfAbsent(flush.entries().get(i).holding().client, c -> new ArrayDeque<>())
            .add(new Granted(sentAt.get(flush.number()), leased));
      }
    }
  }

  /** No node holds more than was leased to it in the last while, nor more than it may. */
  private void check(String client) {
    Holding<Long> holding = book.find(client);
    if (holding == null) {
      return;
    }
    ArrayDeque<Granted> leases = granted.getOrDefault(client, new ArrayDeque<>());
    while (!leases.isEmpty() && leases.peek().askedAt < clock() - Terms.LEASE_NANOS) {
      leases.poll();
    }
    long alive = leases.stream().mapToLong(Granted::tokens).sum();
    long held = holding.held(book.terms(), clock()).leased();
    if (held > alive || held > book.terms().most()) {
      world.broken =
          "%s: node %d holds %d tokens; %d were leased in time, and it may hold %d"
              .formatted(client, index, held, alive, book.terms().most());
    }
  }

  private void after(long nanos, int then, Runnable what) {
    world.at(
        world.now + (long) (nanos / speed),
        () ->
            run(
                () -> {
                  if (then == incarnation) {
                    what.run();
                  }
                }));
  }

  private void noteAway(boolean away) {
    if (away && awaySince < 0) {
      awaySince = world.now;
      timesAway++;
    } else if (!away && awaySince >= 0) {
      awayNanos += world.now - awaySince;
      awaySince = -1;
    }
  }

  long awayNanos() {
    return awayNanos;
  }

  long timesAway() {
    return timesAway;
  }

  private long clock() {
    return (long) (world.now * speed) + 1_000_000_000L;
  }
}
