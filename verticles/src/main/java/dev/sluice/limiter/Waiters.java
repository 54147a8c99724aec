package dev.sluice.limiter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The requests that wait for one bucket, first come first; bounded. */
final class Waiters<W> {
  private static final int MOST = 1024;

  /** One of them, with what it costs, and since when it waits. */
  record Waiting<W>(W who, int cost, long since) {}

  private final ArrayDeque<Waiting<W>> queue = new ArrayDeque<>(0);

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** False if too many wait already. */
  boolean add(W who, int cost, long now) {
    return queue.size() < MOST && queue.add(new Waiting<>(who, cost, now));
  }

  int[] costs() {
    return queue.stream().mapToInt(Waiting::cost).toArray();
  }

  /** Lets the first ones go as the ledger granted it; answers what they cost. */
  int grant(Answer answer, List<Decided<W>> decided) {
    int cost = 0;
    for (int i = 0; i < answer.granted(); i++) {
      Waiting<W> first = queue.poll();
      cost += first.cost();
      long left = answer.level() + answer.leased() + (answer.granted() - 1 - i);
      decided.add(Decided.allowed(first.who(), left));
    }
    return cost;
  }

  void refuseFirst(long waitMillis, List<Decided<W>> decided) {
    decided.add(Decided.denied(queue.poll().who(), waitMillis));
  }

  void refuseAll(long waitMillis, List<Decided<W>> decided) {
    while (!queue.isEmpty()) {
      refuseFirst(waitMillis, decided);
    }
  }

  /** Takes out those who have waited since {@code since} or longer. */
  List<Waiting<W>> release(long since) {
    List<Waiting<W>> released = new ArrayList<>();
    while (!queue.isEmpty() && queue.peek().since() <= since) {
      released.add(queue.poll());
    }
    return released;
  }
}
