package dev.sluice.limiter;

import dev.sluice.limiter.Flush.Entry;
import dev.sluice.limiter.Policy.Algorithm;
import dev.sluice.limiter.Policy.Loss;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Runs the nodes' protocol, the code that ships, against a ledger of {@link Bucket}s, in a world
 * where time is a number: calls are delayed, lost, doubled and overtake each other, nodes crash,
 * pause and have clocks of their own speed, and Redis goes away and comes back with and without its
 * data. All of it follows from the seed.
 */
final class Simulation {
  static final long MILLI = 1_000_000L;
  static final long SECONDS = 3;

  private record Event(long at, long order, Runnable what) {}

  final Scenario scenario;
  final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
  private final Map<String, AllWindows> auditors = new HashMap<>();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private Map<String, Bucket> ledger = new HashMap<>();
  private long order;
  private long ledgerEpoch = 1;
  private boolean ledgerAway;
  private long ledgerBehind;
  long now;
  int crashes;
  int failovers;
  int amnesias;
  int undecided;
  int offered;
  String broken;
  private double idealLevel;
  private long idealAt;
  private long ideal;

  private Simulation(long seed, Scenario scenario) {
    this.scenario = scenario;
    this.random = new Random(seed * 31 + 7);
    this.idealLevel = scenario.policy().burst();
  }

  /** Runs one; what it broke is in the answer's {@link #violation}. */
  static Simulation run(long seed, Scenario scenario) {
    Simulation simulation = new Simulation(seed, scenario);
    simulation.run();
    return simulation;
  }

  /** For those who load this class by another loader: what was broken, or null. */
  static String violation(long seed) {
    return run(seed, Scenario.random(seed)).violation();
  }

  void at(long when, Runnable what) {
    events.add(new Event(Math.max(when, now), order++, what));
  }

  private void run() {
    for (int i = 0; i < scenario.nodes(); i++) {
      nodes.add(new SimulatedNode(this, i));
    }
    nodes.forEach(SimulatedNode::offer);
    nodes.forEach(SimulatedNode::suffer);
    for (int i = 0; i < scenario.outages(); i++) {
      at(random.nextLong(SECONDS * 1000) * MILLI, this::loseRedis);
    }
    while (!events.isEmpty() && broken == null) {
      Event event = events.poll();
      now = event.at;
      event.what.run();
    }
  }

  boolean over() {
    return now > SECONDS * 1000 * MILLI;
  }

  /** A request comes; one bucket that knew all at once would have let it through or not. */
  void offered(int cost) {
    offered++;
    Policy policy = scenario.policy();
    double refill = (now - idealAt) * (double) policy.quota() / policy.window().toNanos();
    idealLevel = Math.min((double) policy.burst(), idealLevel + refill);
    idealAt = now;
    if (idealLevel >= cost) {
      idealLevel -= cost;
      ideal += cost;
    }
  }

  /** What one bucket that knew all at once would have let through; with one client only. */
  long ideal() {
    return ideal;
  }

  void admitted(String client, int cost) {
    auditors.computeIfAbsent(client, c -> new AllWindows(scenario.policy())).admitted(cost, now);
  }

  long total() {
    return auditors.values().stream().mapToLong(AllWindows::total).sum();
  }

  /** Carries a flush to the ledger and the answers back, or not. */
  void send(Flush<Long> flush, SimulatedNode to, int incarnation) {
    int times = random.nextDouble() < scenario.twice() ? 2 : 1;
    for (int i = 0; i < times; i++) {
      if (random.nextDouble() >= scenario.lost()) {
        at(now + delay(), () -> arrive(flush, to, incarnation));
      }
    }
  }

  private void arrive(Flush<Long> flush, SimulatedNode to, int incarnation) {
    if (ledgerAway) {
      at(now + delay(), () -> to.failed(flush, incarnation));
      return;
    }
    Answers answers = apply(flush);
    if (random.nextDouble() >= scenario.lost()) {
      at(now + delay(), () -> to.answered(flush, answers, incarnation));
    }
  }

  private Answers apply(Flush<Long> flush) {
    String epoch = "e" + ledgerEpoch;
    if (!flush.epoch().isEmpty() && !flush.epoch().equals(epoch)) {
      return new Answers(epoch, false, List.of());
    }
    long micros = 1_000_000_000L + now / 1000 - ledgerBehind;
    List<Answer> answers = new ArrayList<>();
    for (Entry<Long> entry : flush.entries()) {
      Policy policy = entry.terms().policy();
      answers.add(
          ledger
              .computeIfAbsent(entry.holding().client, c -> Bucket.full(policy, micros))
              .apply(entry.ask(), micros));
    }
    return new Answers(epoch, true, answers);
  }

  private long delay() {
    boolean slow = random.nextDouble() < scenario.slow();
    return 50_000 + (long) (random.nextDouble() * (slow ? 75 : 1) * MILLI);
  }

  private void loseRedis() {
    ledgerAway = true;
    failovers++;
    at(
        now + random.nextLong(500) * MILLI,
        () -> {
          ledgerAway = false;
          ledgerBehind += random.nextInt(50) * 1000L;
          if (scenario.amnesia()) {
            ledger = new HashMap<>();
            ledgerEpoch++;
            amnesias++;
          }
        });
  }

  /** What was let through beyond the bound, or another promise that was broken; null if none. */
  String violation() {
    if (broken != null) {
      return broken;
    }
    for (Map.Entry<String, AllWindows> audited : auditors.entrySet()) {
      double most = bound();
      if (audited.getValue().largest() > most + 1e-6) {
        return "%s: %.3f admitted beyond rate*T, the bound is %.3f"
            .formatted(audited.getKey(), audited.getValue().largest(), most);
      }
    }
    return undecided > 0 ? undecided + " requests were never decided" : null;
  }

  /** The bound of docs/rate-limiting.md, as the most any window may have beyond rate*T. */
  private double bound() {
    Policy policy = scenario.policy();
    Terms terms = Terms.of(policy, scenario.nodes());
    double perNano = policy.quota() / (double) policy.window().toNanos();
    double onLease =
        Math.min(
            (double) scenario.nodes() * terms.most(),
            perNano * Terms.LEASE_NANOS * (1 + scenario.drift()));
    boolean sliding = policy.algorithm() == Algorithm.SLIDING_WINDOW;
    double debts = (scenario.nodes() + crashes) * terms.debt();
    // A ledger whose clock falls behind forgets what is on its way.
    double onTheWay = failovers * perNano * 1000 * Terms.answerMicros(policy);
    double bound = policy.burst() * (1 + amnesias) + debts + onTheWay;
    if (policy.onRedisLoss() == Loss.FAIR_SHARE) {
      // Nodes find out one by one; crashed ones start from a full share.
      bound += shares(perNano);
    }
    return sliding ? bound : bound + onLease;
  }

  private double shares(double perNano) {
    double away = nodes.stream().mapToLong(SimulatedNode::awayNanos).max().orElse(0);
    long times = nodes.stream().mapToLong(SimulatedNode::timesAway).sum();
    return times == 0
        ? 0
        : Math.max(scenario.policy().burst(), scenario.nodes()) * times + perNano * away;
  }
}
