package dev.sluice.limiter;

import dev.sluice.contract.Limits;
import dev.sluice.contract.Limits.Bucket;
import dev.sluice.contract.Limits.Denial;
import dev.sluice.contract.Limits.Explained;
import dev.sluice.contract.Limits.Held;
import dev.sluice.contract.Limits.Holding;
import dev.sluice.contract.Limits.HoldingsTold;
import dev.sluice.limiter.DecisionLog.Entry;
import dev.sluice.limiter.Inquiries.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** Puts together why a client is limited: a node's own part, and the whole out of all parts. */
final class Explanation {
  static final int DENIALS = 20;

  private Explanation() {}

  static HoldingsTold part(
      UUID inquiry, String node, List<Holdings.Held> holdings, List<Entry> refusals) {
    return new HoldingsTold(
        inquiry,
        node,
        holdings.stream().map(held -> new Held(held.policy(), holding(node, held))).toList(),
        refusals.stream().flatMap(entry -> denials(node, entry)).limit(DENIALS).toList());
  }

  static Explained whole(String client, Told<HoldingsTold> told) {
    Map<String, List<Holding>> policies = new TreeMap<>();
    List<Denial> denials = new ArrayList<>();
    for (HoldingsTold part : told.answers().values()) {
      for (Held held : part.holdings()) {
        policies.computeIfAbsent(held.policy(), policy -> new ArrayList<>()).add(held.holding());
      }
      denials.addAll(part.denials());
    }
    List<Bucket> buckets = new ArrayList<>();
    policies.forEach(
        (policy, holdings) -> buckets.add(new Bucket(policy, level(holdings), holdings)));
    denials.sort(Comparator.comparing(Denial::at).reversed());
    return new Explained(
        client, buckets, denials.stream().limit(DENIALS).toList(), told.nodes(), told.missing());
  }

  /** As the node knows it that heard last of the ledger. */
  private static Long level(List<Holding> holdings) {
    return holdings.stream()
        .filter(holding -> holding.ageMillis() != null)
        .min(Comparator.comparing(Holding::ageMillis))
        .map(Holding::level)
        .orElse(null);
  }

  private static Holding holding(String node, Holdings.Held held) {
    boolean never = held.ageMillis() < 0;
    return new Holding(
        node,
        never ? null : Long.valueOf(held.level()),
        never ? null : Long.valueOf(held.ageMillis()),
        held.leased(),
        held.owed(),
        held.deniedMillis(),
        held.fairShare());
  }

  private static Stream<Denial> denials(String node, Entry entry) {
    return Stream.of(
            denial(node, entry, Limits.Reason.DENIED, entry.denied()),
            denial(node, entry, Limits.Reason.UNKNOWN, entry.unknown()))
        .filter(denial -> denial.requests() > 0);
  }

  private static Denial denial(String node, Entry entry, Limits.Reason reason, int requests) {
    return new Denial(
        Instant.ofEpochMilli(entry.refusedAt()),
        node,
        entry.policy().name(),
        reason,
        requests,
        entry.cost(),
        entry.retryMillis());
  }
}
