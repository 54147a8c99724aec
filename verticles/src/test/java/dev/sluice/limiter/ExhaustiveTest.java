package dev.sluice.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limiter.Flush.Entry;
import dev.sluice.limiter.Policy.Algorithm;
import dev.sluice.limiter.Policy.Loss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every order of every event, up to a length: requests, flushes sent, carried out, answered, given
 * up before or after they were carried out, and time that passes.
 */
final class ExhaustiveTest {
  private static final long TICK_NANOS = 60_000_000;
  private static final int ACTIONS_A_NODE = 5;

  private long paths;

  @ParameterizedTest
  @CsvSource({
    "2, 8, 1, 1, false",
    "2, 8, 2, 0, false",
    "2, 7, 2, 1, true",
    "3, 6, 1, 1, false",
    "3, 6, 2, 1, false",
  })
  void noOrderOfEventsBreaksTheBound(int nodes, int length, int burst, int debt, boolean sliding) {
    Policy policy =
        new Policy(
            "p",
            sliding ? Algorithm.SLIDING_WINDOW : Algorithm.TOKEN_BUCKET,
            sliding ? burst : 10,
            Duration.ofSeconds(sliding ? 2 : 1),
            burst,
            false,
            debt,
            Duration.ZERO,
            Loss.CLOSED);
    explore(policy, nodes, new int[length], 0);
    System.out.printf("%d orders of %d events on %d nodes%n", paths, length, nodes);
    assertThat(paths).isGreaterThan(1000);
  }

  private void explore(Policy policy, int nodes, int[] path, int length) {
    World world = new World(policy, nodes);
    for (int i = 0; i < length; i++) {
      if (!world.act(path[i])) {
        return; // this cannot happen now, so nothing longer begins with it
      }
    }
    assertThat(world.audit.largest())
        .as("after %s", java.util.Arrays.toString(java.util.Arrays.copyOf(path, length)))
        .isLessThanOrEqualTo(world.bound());
    if (length == path.length) {
      paths++;
      return;
    }
    for (int action = 0; action <= nodes * ACTIONS_A_NODE; action++) {
      path[length] = action;
      explore(policy, nodes, path, length + 1);
    }
  }

  private static final class World {
    private final Policy policy;
    private final Bucket bucket;
    private final AllWindows audit;
    private final List<Node> nodes = new ArrayList<>();
    private long now = 1_000_000_000;

    World(Policy policy, int count) {
      this.policy = policy;
      this.bucket = Bucket.full(policy, now / 1000);
      this.audit = new AllWindows(policy);
      for (int i = 0; i < count; i++) {
        nodes.add(new Node(this, count));
      }
    }

    double bound() {
      Terms terms = Terms.of(policy, nodes.size());
      double onTheWay = policy.quota() / (double) policy.window().toNanos() * Terms.LEASE_NANOS;
      double leases = Math.min(nodes.size() * terms.most(), onTheWay);
      boolean sliding = policy.algorithm() == Algorithm.SLIDING_WINDOW;
      return policy.burst() + (double) nodes.size() * terms.debt() + (sliding ? 0 : leases) + 1e-6;
    }

    /** False if this cannot happen now. */
    boolean act(int action) {
      if (action == nodes.size() * ACTIONS_A_NODE) {
        now += TICK_NANOS;
        return true;
      }
      Node node = nodes.get(action / ACTIONS_A_NODE);
      return switch (action % ACTIONS_A_NODE) {
        case 0 -> node.request();
        case 1 -> node.send();
        case 2 -> node.carryOut();
        case 3 -> node.answer();
        default -> node.giveUp();
      };
    }
  }

  private static final class Node implements LeaseProtocol.Effects<Integer> {
    private final World world;
    private final LeaseProtocol<Integer> protocol;
    private final Book<Integer> book;
    private Flush<Integer> sent;
    private Answers answers;

    Node(World world, int count) {
      this.world = world;
      this.protocol = new LeaseProtocol<>(10, () -> count, this);
      this.book = protocol.book(world.policy);
    }

    @Override
    public void decided(Decided<Integer> decided, Policy policy) {
      if (decided.outcome() == Decision.Outcome.ALLOWED) {
        world.audit.admitted(1, world.now);
      }
    }

    @Override
    public void due() {}

    boolean request() {
      long left = book.tryTake("c", 1, world.now);
      if (left == Limiter.ASK) {
        left = book.take("c", 1, 0, world.now);
      }
      if (left >= 0) {
        world.audit.admitted(1, world.now);
      }
      return true;
    }

    boolean send() {
      if (sent == null) {
        sent = protocol.flush(world.now);
        return sent != null;
      }
      return false;
    }

    boolean carryOut() {
      if (sent == null || answers != null) {
        return false;
      }
      List<Answer> all = new ArrayList<>();
      for (Entry<Integer> entry : sent.entries()) {
        all.add(world.bucket.apply(entry.ask(), world.now / 1000));
      }
      answers = new Answers("e", true, all);
      return true;
    }

    boolean answer() {
      if (answers == null) {
        return false;
      }
      protocol.answered(sent, answers, world.now);
      sent = null;
      answers = null;
      return true;
    }

    boolean giveUp() {
      if (sent == null) {
        return false;
      }
      protocol.missed(sent, true, world.now);
      sent = null;
      answers = null;
      return true;
    }
  }
}
