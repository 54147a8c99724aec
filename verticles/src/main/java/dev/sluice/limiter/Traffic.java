package dev.sluice.limiter;

import dev.sluice.contract.Limits;
import dev.sluice.contract.Limits.Previewed;
import dev.sluice.contract.Limits.RequestsTold;
import dev.sluice.contract.Problem;
import dev.sluice.limiter.DecisionLog.Entry;
import dev.sluice.limiter.DecisionLog.Part;
import dev.sluice.limiter.Inquiries.Told;
import dev.sluice.limiter.Replay.Seen;
import dev.sluice.limiter.Replay.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The requests seen under a policy: a node's own as they are told to others, and what a proposed
 * limit would have done to those of all nodes. Pure functions.
 */
final class Traffic {
  static final int CLIENTS = 100;

  private Traffic() {}

  static RequestsTold part(UUID inquiry, String node, Part log) {
    Map<String, Integer> numbers = new HashMap<>();
    List<String> clients = new ArrayList<>();
    List<Long> seen = new ArrayList<>(log.entries().size() * RequestsTold.NUMBERS);
    for (Entry entry : log.entries()) {
      int number =
          numbers.computeIfAbsent(
              entry.client(),
              client -> {
                clients.add(client);
                return clients.size() - 1;
              });
      seen.add((long) number);
      seen.add(entry.slot());
      seen.add((long) entry.cost());
      seen.add((long) entry.allowed());
      seen.add((long) entry.denied());
      seen.add((long) entry.unknown());
    }
    return new RequestsTold(inquiry, node, log.from(), clients, seen);
  }

  /** The limit that is proposed; its faults are told by the field. */
  static Policy proposed(Limits.Preview preview) {
    try {
      return new Policy(
          "preview",
          Policy.Algorithm.valueOf(preview.algorithm().name()),
          preview.rate(),
          preview.per(),
          preview.burst(),
          false,
          0,
          Duration.ZERO,
          Policy.Loss.FAIR_SHARE);
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      int colon = message.indexOf(": ");
      throw Problem.field(
          message.substring(0, colon), "is not possible; expected " + message.substring(colon + 2));
    }
  }

  /**
   * Takes milliseconds when there are many requests: not for an event loop.
   *
   * @param told by all nodes; only what came since all of them remember is taken
   */
  static Previewed previewed(Policy proposed, Told<RequestsTold> told, Instant now) {
    long from = 0;
    for (RequestsTold part : told.answers().values()) {
      from = Math.max(from, part.from());
    }
    List<Seen> traffic = new ArrayList<>();
    for (RequestsTold part : told.answers().values()) {
      addSince(from, part, traffic);
    }
    List<Verdict> verdicts = new Replay(proposed).verdicts(traffic);
    return new Previewed(
        traffic.isEmpty() ? null : begin(from, traffic),
        now,
        verdicts.size(),
        verdicts.stream().mapToLong(Verdict::requests).sum(),
        verdicts.stream().mapToLong(Verdict::refusedThen).sum(),
        verdicts.stream().mapToLong(Verdict::refused).sum(),
        verdicts.stream()
            .limit(CLIENTS)
            .map(v -> new Limits.Client(v.client(), v.requests(), v.refusedThen(), v.refused()))
            .toList(),
        told.nodes(),
        told.missing());
  }

  private static Instant begin(long from, List<Seen> traffic) {
    long first = traffic.stream().mapToLong(Seen::slot).min().orElse(from);
    return Instant.ofEpochMilli((from > 0 ? from : first) * Limits.SLOT_MILLIS);
  }

  private static void addSince(long from, RequestsTold part, List<Seen> traffic) {
    List<Long> numbers = part.seen();
    for (int i = 0; i < numbers.size(); i += RequestsTold.NUMBERS) {
      long slot = numbers.get(i + 1);
      long refused = numbers.get(i + 4) + numbers.get(i + 5);
      long requests = numbers.get(i + 3) + refused;
      if (slot >= from && requests > 0) {
        String client = part.clients().get(numbers.get(i).intValue());
        int cost = Math.max(1, numbers.get(i + 2).intValue());
        traffic.add(new Seen(client, slot, cost, requests, refused));
      }
    }
  }
}
