package dev.sluice.edge.proxy;

/** The tries of a request that are under way: one, or two when it hedges. */
final class Tries {
  private Try one;
  private Try other;

  void add(Try attempt) {
    assert other == null;
    if (one == null) {
      one = attempt;
    } else {
      other = attempt;
    }
  }

  /** It is over, one way or the other. */
  void forget(Try attempt) {
    if (one == attempt) {
      one = other;
      other = null;
    } else if (other == attempt) {
      other = null;
    }
  }

  boolean isEmpty() {
    return one == null;
  }

  boolean isTwo() {
    return other != null;
  }

  /** Ends all of them, without holding it against their targets. */
  void cancel() {
    Try first = one;
    Try second = other;
    one = null;
    other = null;
    if (first != null) {
      first.cancel();
    }
    if (second != null) {
      second.cancel();
    }
  }

  /** Takes out all of them. */
  Tries take() {
    Tries all = new Tries();
    all.one = one;
    all.other = other;
    one = null;
    other = null;
    return all;
  }

  /** The time of all of them is over, and that counts against their targets. */
  void late() {
    if (one != null) {
      one.late();
    }
    if (other != null) {
      other.late();
    }
  }
}
