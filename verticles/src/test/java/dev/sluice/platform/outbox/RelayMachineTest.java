package dev.sluice.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.platform.outbox.RelayMachine.Effect;
import dev.sluice.platform.outbox.RelayMachine.Heard;
import dev.sluice.platform.outbox.RelayMachine.Phase;
import dev.sluice.platform.outbox.RelayMachine.State;
import dev.sluice.platform.outbox.RelayMachine.Step;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelayMachineTest {
  private static final int BATCH = 8;

  /** What a relay really has, as the effects leave it. */
  private record World(State state, boolean connected, boolean locked, boolean armed) {}

  @Test
  void holdsOverAllThatCanHappen() {
    Set<World> seen = new HashSet<>();
    Queue<World> open = new ArrayDeque<>();
    open.add(new World(State.first(BATCH), false, false, false));
    while (!open.isEmpty()) {
      World world = open.remove();
      if (!seen.add(world)) {
        continue;
      }
      for (Heard heard : Heard.values()) {
        if (canHear(world, heard)) {
          open.add(check(world, heard));
        }
      }
    }
    Set<Phase> reached = EnumSet.noneOf(Phase.class);
    seen.forEach(world -> reached.add(world.state().phase()));
    assertThat(reached).containsExactlyInAnyOrder(Phase.values());
    assertThat(seen).hasSizeGreaterThan(100);
  }

  @Test
  void whatDoesNotBelongToAPhaseChangesNothing() {
    for (Phase phase : Phase.values()) {
      State state = new State(phase, 0, BATCH, 0, false);
      for (Heard heard : Heard.values()) {
        Step step = RelayMachine.next(state, heard, BATCH);
        if (step.state().phase() == phase && phase != Phase.READING) {
          assertThat(step.effects()).as("%s in %s", heard, phase).isEmpty();
        }
      }
    }
  }

  @Test
  void aRefusedBatchIsTriedOneByOneAndGrowsAgain() {
    State state = new State(Phase.PUBLISHING, 0, BATCH, 0, false);
    state = after(state, Heard.REFUSED, Heard.ARMED, Heard.ROWS);
    assertThat(state.limit()).isEqualTo(1);
    Step buried = RelayMachine.next(state, Heard.REFUSED, BATCH);
    assertThat(buried.effects()).containsExactly(Effect.DISARM, Effect.BURY);
    state = after(buried.state(), Heard.BURIED, Heard.ARMED, Heard.ROWS);
    for (int limit : new int[] {2, 4, 8, 8}) {
      state = after(state, Heard.PUBLISHED, Heard.DELETED, Heard.ROWS);
      assertThat(state.limit()).isEqualTo(limit);
    }
  }

  @Test
  void itLooksQuicklyForASecondAndThenPolls() {
    State state = after(new State(Phase.DELETING, 3, BATCH, 0, false), Heard.DELETED);
    assertThat(state.failures()).isZero();
    for (int look = 0; look < RelayMachine.QUICK_LOOKS; look++) {
      Step quiet = RelayMachine.next(state, Heard.EMPTY, BATCH);
      assertThat(quiet.effects()).containsExactly(Effect.WAIT_QUICKLY);
      state = after(quiet.state(), Heard.TICK);
    }
    assertThat(RelayMachine.next(state, Heard.EMPTY, BATCH).effects())
        .containsExactly(Effect.WAIT_FOR_POLL);
  }

  @Test
  void whatIsWrittenWhileItReadsIsReadNext() {
    State reading = after(new State(Phase.READING, 0, BATCH, 0, false), Heard.WAKE);
    Step again = RelayMachine.next(reading, Heard.EMPTY, BATCH);
    assertThat(again.effects()).containsExactly(Effect.READ);
    assertThat(again.state().woken()).isFalse();
  }

  @Test
  void pausesGrowUpToTheirLimit() {
    OutboxConfig config = OutboxConfig.defaults();
    long[] expected = {100, 200, 400, 800, 1600, 2000, 2000};
    State state = new State(Phase.PUBLISHING, 0, BATCH, 0, false);
    for (long millis : expected) {
      Step failed = RelayMachine.next(state, Heard.FAILED, BATCH);
      assertThat(RelayMachine.millis(Effect.WAIT_LONGER, failed.state(), config)).isEqualTo(millis);
      state = after(failed.state(), Heard.TICK, Heard.ARMED, Heard.ROWS);
    }
  }

  /** Answers come only to what was asked; the rest may come at any time. */
  private static boolean canHear(World world, Heard heard) {
    return switch (heard) {
      case LOST -> world.connected() || world.state().phase() == Phase.CONNECTING;
      case CONNECTED -> world.state().phase() == Phase.CONNECTING;
      case WAKE -> world.locked();
      case TICK, STOP -> true;
      case LOCKED, TAKEN -> world.state().phase() == Phase.LOCKING;
      case ARMED -> world.state().phase() == Phase.ARMING;
      case FAILED ->
          world.state().phase() == Phase.ARMING || world.state().phase() == Phase.PUBLISHING;
      case ROWS, EMPTY -> world.state().phase() == Phase.READING;
      case PUBLISHED, REFUSED -> world.state().phase() == Phase.PUBLISHING;
      case DELETED -> world.state().phase() == Phase.DELETING;
      case BURIED -> world.state().phase() == Phase.BURYING;
    };
  }

  private static World check(World before, Heard heard) {
    Step step = RelayMachine.next(before.state(), heard, BATCH);
    List<Effect> effects = step.effects();
    boolean connected = (before.connected() || heard == Heard.CONNECTED) && heard != Heard.LOST;
    boolean locked = (before.locked() || heard == Heard.LOCKED) && connected;
    boolean armed = before.armed() || heard == Heard.ARMED;
    String what = before + " hears " + heard;
    for (Effect effect : effects) {
      switch (effect) {
        case DISARM -> armed = false;
        case CUT -> {
          connected = false;
          locked = false;
        }
        case CONNECT -> assertThat(connected).as(what).isFalse();
        case LOCK -> assertThat(connected && !locked).as(what).isTrue();
        case ARM -> assertThat(locked && !armed).as(what).isTrue();
        case READ -> assertThat(locked && armed).as(what).isTrue();
        case PUBLISH -> {
          assertThat(locked && armed).as(what).isTrue();
          assertThat(heard).as(what).isEqualTo(Heard.ROWS);
        }
        case DELETE -> assertThat(heard).as(what).isEqualTo(Heard.PUBLISHED);
        case BURY -> {
          assertThat(heard).as(what).isEqualTo(Heard.REFUSED);
          assertThat(before.state().limit()).as(what).isEqualTo(1);
        }
        case WAIT_LONGER, WAIT_FOR_TAKEOVER, WAIT_QUICKLY, WAIT_FOR_POLL -> {}
      }
    }
    if (!connected) {
      assertThat(armed).as(what + ": a producer without a lock").isFalse();
    }
    assertThat(step.state().limit()).as(what).isBetween(1, BATCH);
    assertThat(step.state().phase().leads()).as(what).isEqualTo(locked);
    return new World(step.state(), connected, locked, armed);
  }

  private static State after(State state, Heard... all) {
    State reached = state;
    for (Heard heard : all) {
      reached = RelayMachine.next(reached, heard, BATCH).state();
    }
    return reached;
  }
}
