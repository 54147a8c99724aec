package dev.sluice.platform.outbox;

import java.util.List;

/**
 * What the relay does next: a pure function of where it is and what it has just heard. {@link
 * OutboxRelay} carries the effects out and reports what came of them.
 *
 * <p>What must hold, and is tested over all states that can be reached: nothing is published
 * without the lock and an armed producer; nothing is deleted that was not published or buried;
 * whenever the connection is lost, the producer is closed at once; a batch that was refused is
 * tried again one event at a time, because only then it is certain which event is to blame, and the
 * batch grows again by doubling; what wakes the relay while it reads makes it read again.
 */
final class RelayMachine {

  /** How many quick looks follow the last event found: with 50 ms between them, one second. */
  static final int QUICK_LOOKS = 20;

  private static final long QUICK_MILLIS = 50;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private RelayMachine() {}

  enum Phase {
    /** No connection; waiting to try again. */
    OFFLINE,
    CONNECTING,
    /** Asking for the lock. */
    LOCKING,
    /** Another node has the lock; waiting to ask again. */
    STANDBY,
    /** Has the lock; opening a producer, which fences those before it. */
    ARMING,
    READING,
    /** Nothing to do; waiting to be woken or for the next look. */
    IDLE,
    PUBLISHING,
    /** Published; deleting the rows. */
    DELETING,
    /** Moving one refused row to the dead. */
    BURYING,
    /** Publishing failed; waiting to arm again. */
    RESTING,
    STOPPED;

    /** Whether the lock is held here. */
    boolean leads() {
      return switch (this) {
        case OFFLINE, CONNECTING, LOCKING, STANDBY, STOPPED -> false;
        case ARMING, READING, IDLE, PUBLISHING, DELETING, BURYING, RESTING -> true;
      };
    }
  }

  /** What the relay hears. */
  enum Heard {
    /** A wait is over. */
    TICK,
    /** Somebody wrote to the outbox. */
    WAKE,
    CONNECTED,
    /** The connection is gone, or could not be made. */
    LOST,
    LOCKED,
    TAKEN,
    ARMED,
    ROWS,
    EMPTY,
    PUBLISHED,
    /** The producer failed; whether the batch was committed is not known. */
    FAILED,
    /** The brokers will never take something in this batch. */
    REFUSED,
    DELETED,
    BURIED,
    STOP
  }

  enum Effect {
    CONNECT,
    LOCK,
    ARM,
    READ,
    PUBLISH,
    DELETE,
    BURY,
    /** Close the producer, if there is one. */
    DISARM,
    /** End the connection, if there is one. */
    CUT,
    /** Wait, longer with each failure in a row. */
    WAIT_LONGER,
    WAIT_FOR_TAKEOVER,
    WAIT_QUICKLY,
    WAIT_FOR_POLL
  }

  /**
   * @param failures in a row, for the length of the next pause
   * @param limit most rows to read next
   * @param looks quick looks left before the relay only polls
   * @param woken whether somebody wrote while the relay was reading
   */
  record State(Phase phase, int failures, int limit, int looks, boolean woken) {
    static State first(int batch) {
      return new State(Phase.OFFLINE, 0, batch, 0, false);
    }

    private State to(Phase next) {
      return new State(next, failures, limit, looks, woken);
    }

    private State failed(Phase next) {
      return new State(next, Math.min(failures + 1, 30), limit, looks, woken);
    }

    private State well(Phase next, int nextLimit, int nextLooks) {
      return new State(next, 0, nextLimit, nextLooks, false);
    }
  }

  record Step(State state, List<Effect> effects) {}

  /**
   * The step from {@code s} when {@code heard} comes in. What does not belong to the phase changes
   * nothing: it is the answer to something given up.
   *
   * @param batch the configured size of a batch
   */
  static Step next(State s, Heard heard, int batch) {
    if (s.phase() == Phase.STOPPED) {
      return same(s);
    }
    return switch (heard) {
      case STOP -> step(s.to(Phase.STOPPED), Effect.DISARM, Effect.CUT);
      case LOST -> lost(s);
      case WAKE -> woken(s);
      case TICK -> tick(s);
      default -> answered(s, heard, batch);
    };
  }

  /** How long a wait takes in this state; 0 for what is no wait. */
  static long millis(Effect effect, State s, OutboxConfig config) {
    return switch (effect) {
      case WAIT_LONGER ->
          Math.min(
              FIRST_PAUSE_MILLIS << Math.min(Math.max(s.failures() - 1, 0), 20),
              config.backoff().toMillis());
      case WAIT_FOR_TAKEOVER -> config.takeover().toMillis();
      case WAIT_QUICKLY -> Math.min(QUICK_MILLIS, config.poll().toMillis());
      case WAIT_FOR_POLL -> config.poll().toMillis();
      default -> 0;
    };
  }

  private static Step lost(State s) {
    return s.phase() == Phase.OFFLINE
        ? same(s)
        : step(s.failed(Phase.OFFLINE), Effect.DISARM, Effect.CUT, Effect.WAIT_LONGER);
  }

  private static Step woken(State s) {
    return switch (s.phase()) {
      case IDLE -> step(s.to(Phase.READING), Effect.READ);
      case READING -> step(new State(s.phase(), s.failures(), s.limit(), s.looks(), true));
      default -> same(s);
    };
  }

  private static Step tick(State s) {
    return switch (s.phase()) {
      case OFFLINE -> step(s.to(Phase.CONNECTING), Effect.CONNECT);
      case STANDBY -> step(s.to(Phase.LOCKING), Effect.LOCK);
      case IDLE -> step(s.to(Phase.READING), Effect.READ);
      case RESTING -> step(s.to(Phase.ARMING), Effect.ARM);
      default -> same(s);
    };
  }

  private static Step answered(State s, Heard heard, int batch) {
    return switch (s.phase()) {
      case CONNECTING ->
          heard == Heard.CONNECTED ? step(s.to(Phase.LOCKING), Effect.LOCK) : same(s);
      case LOCKING ->
          switch (heard) {
            case LOCKED -> step(s.to(Phase.ARMING), Effect.ARM);
            case TAKEN -> step(s.well(Phase.STANDBY, batch, 0), Effect.WAIT_FOR_TAKEOVER);
            default -> same(s);
          };
      case ARMING ->
          switch (heard) {
            case ARMED -> step(s.to(Phase.READING), Effect.READ);
            case FAILED -> rest(s);
            default -> same(s);
          };
      case READING -> read(s, heard);
      case PUBLISHING -> published(s, heard);
      case DELETING ->
          heard == Heard.DELETED
              ? step(
                  s.well(Phase.READING, Math.min(2 * s.limit(), batch), QUICK_LOOKS), Effect.READ)
              : same(s);
      case BURYING ->
          heard == Heard.BURIED ? step(s.well(Phase.ARMING, 1, QUICK_LOOKS), Effect.ARM) : same(s);
      default -> same(s);
    };
  }

  private static Step read(State s, Heard heard) {
    if (heard == Heard.ROWS) {
      return step(s.to(Phase.PUBLISHING), Effect.PUBLISH);
    }
    if (heard != Heard.EMPTY) {
      return same(s);
    }
    if (s.woken()) {
      return step(s.well(Phase.READING, s.limit(), QUICK_LOOKS), Effect.READ);
    }
    return s.looks() > 0
        ? step(s.well(Phase.IDLE, s.limit(), s.looks() - 1), Effect.WAIT_QUICKLY)
        : step(s.well(Phase.IDLE, s.limit(), 0), Effect.WAIT_FOR_POLL);
  }

  private static Step published(State s, Heard heard) {
    return switch (heard) {
      case PUBLISHED -> step(s.to(Phase.DELETING), Effect.DELETE);
      case FAILED -> rest(s);
      case REFUSED ->
          s.limit() == 1
              ? step(s.to(Phase.BURYING), Effect.DISARM, Effect.BURY)
              : step(s.well(Phase.ARMING, 1, QUICK_LOOKS), Effect.DISARM, Effect.ARM);
      default -> same(s);
    };
  }

  private static Step rest(State s) {
    return step(s.failed(Phase.RESTING), Effect.DISARM, Effect.WAIT_LONGER);
  }

  private static Step step(State state, Effect... effects) {
    return new Step(state, List.of(effects));
  }

  private static Step same(State s) {
    return new Step(s, List.of());
  }
}
