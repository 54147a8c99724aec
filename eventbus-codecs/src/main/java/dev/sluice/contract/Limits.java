package dev.sluice.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What can be asked of the rate limiter, and what the nodes that have it tell each other. A slot is
 * a tenth of a second of the time of day: milliseconds since 1970 divided by 100.
 */
public sealed interface Limits extends Contract {
  /** Milliseconds in a slot. */
  int SLOT_MILLIS = 100;

  /** Who shares one bucket: a kind and a name. */
  Pattern CLIENT = Pattern.compile("[a-z][a-z0-9_-]{0,39}:[^\\p{Cntrl}]{1,400}");

  /** How tokens come back. */
  enum Algorithm {
    /** Steadily, with up to a burst saved up. */
    TOKEN_BUCKET,
    /** One window after they were taken. */
    SLIDING_WINDOW
  }

  /** Why a request was refused. */
  enum Reason {
    /** Over the limit. */
    DENIED,
    /** It could not be counted, and the policy is closed then. */
    UNKNOWN
  }

  /**
   * Why a client is or is not limited: its buckets as each node sees them, and its last refusals.
   *
   * @param client such as {@code ip:192.0.2.1}, {@code key:<id>} or {@code user:<uuid>}
   */
  @Requires("read:limits")
  @Idempotent
  record Explain(String client) implements Limits, Request<Explained> {
    public Explain {
      checkClient(client);
    }
  }

  /**
   * @param denials the last ones, newest first; at most 20
   * @param nodes that answered
   * @param missing nodes that were there a moment ago and did not answer in time
   */
  record Explained(
      String client,
      List<Bucket> buckets,
      List<Denial> denials,
      List<String> nodes,
      List<String> missing)
      implements Limits {
    public Explained {
      buckets = Check.copy(buckets);
      denials = Check.copy(denials);
      nodes = Check.copy(nodes);
      missing = Check.copy(missing);
    }
  }

  /**
   * A client's bucket under one policy.
   *
   * @param level whole tokens in the ledger, by the node that heard of it last; below 0 when in
   *     debt; absent when no node ever heard
   */
  record Bucket(String policy, @MayBeAbsent Long level, List<Holding> holdings) {
    public Bucket {
      holdings = Check.copy(holdings);
    }
  }

  /**
   * What one node knows and has of a bucket.
   *
   * @param level whole tokens in the ledger when it last answered this node
   * @param ageMillis how long ago that was; absent, with the level, for never
   * @param leased tokens the node may spend without asking
   * @param owed tokens it has spent and the ledger does not know of yet
   * @param deniedMillis for how much longer it refuses without asking
   * @param fairShare whether it counts alone now, because Redis is away
   */
  record Holding(
      String node,
      @MayBeAbsent Long level,
      @MayBeAbsent Long ageMillis,
      long leased,
      long owed,
      long deniedMillis,
      boolean fairShare) {}

  /**
   * Requests of one client that were refused within one slot.
   *
   * @param at when the last of them was, by the clock of its node
   * @param requests how many
   * @param cost of each, in tokens
   * @param retryMillis what the last one was told to wait
   */
  record Denial(
      Instant at,
      String node,
      String policy,
      Reason reason,
      int requests,
      int cost,
      long retryMillis) {}

  /**
   * Makes a client's bucket full again, and all nodes forget what they held of it. Tokens that are
   * being spent meanwhile may come on top.
   *
   * @param policy absent for all policies some node holds a bucket of
   */
  @Requires("admin:limits")
  record Reset(String client, @MayBeAbsent String policy) implements Limits, Request<WasReset> {
    public Reset {
      checkClient(client);
      if (policy != null) {
        checkPolicy(policy);
      }
    }
  }

  /**
   * @param policies whose buckets are full again
   * @param nodes that have forgotten theirs
   * @param missing nodes that were there a moment ago and did not answer in time; they may refuse,
   *     or spend what they hold, until they ask the ledger again
   */
  record WasReset(String client, List<String> policies, List<String> nodes, List<String> missing)
      implements Limits {
    public WasReset {
      policies = Check.copy(policies);
      nodes = Check.copy(nodes);
      missing = Check.copy(missing);
    }
  }

  /**
   * What a limit would have done to the traffic just seen under a policy; nothing is changed. Each
   * request is taken as it came: what clients would have done after another answer, nobody knows.
   *
   * @param policy whose traffic is taken
   * @param rate tokens a {@code per}
   * @param burst size of the bucket; absent for {@code rate}, which a sliding window always has
   * @param algorithm absent for a token bucket
   */
  @Requires("read:limits")
  @Idempotent
  record Preview(
      String policy,
      long rate,
      Duration per,
      @MayBeAbsent Long burst,
      @MayBeAbsent Algorithm algorithm)
      implements Limits, Request<Previewed> {
    private static final Duration LONGEST = Duration.ofDays(31);

    public Preview {
      checkPolicy(policy);
      if (rate < 1) {
        throw Problem.field("rate", "must be at least 1, was " + rate);
      }
      Check.present("per", per);
      if (per.isNegative() || per.compareTo(LONGEST) > 0) {
        throw Problem.field("per", "must be from PT0.1S to PT744H (31 days), was " + per);
      }
      burst = burst == null ? Long.valueOf(rate) : burst;
      algorithm = algorithm == null ? Algorithm.TOKEN_BUCKET : algorithm;
    }
  }

  /**
   * @param from when the traffic begins all nodes still remember; absent when there was none
   * @param to when it ends; what came in the last tenth of a second may lack
   * @param clients how many there were
   * @param refusedThen of the requests, how many were refused when they came
   * @param refused how many the proposed limit would have refused
   * @param items the clients it would have refused most, at most 100
   * @param nodes whose traffic this is
   * @param missing nodes that were there a moment ago and did not answer in time
   */
  record Previewed(
      @MayBeAbsent Instant from,
      Instant to,
      int clients,
      long requests,
      long refusedThen,
      long refused,
      List<Client> items,
      List<String> nodes,
      List<String> missing)
      implements Limits {
    public Previewed {
      items = Check.copy(items);
      nodes = Check.copy(nodes);
      missing = Check.copy(missing);
    }
  }

  /** What a proposed limit would have done to one client. */
  record Client(String client, long requests, long refusedThen, long refused) {}

  /** Every node is asked what it holds of a client. */
  record HoldingsAsked(UUID inquiry, String client) implements Limits, Event {}

  record HoldingsTold(UUID inquiry, String node, List<Held> holdings, List<Denial> denials)
      implements Limits, Event {
    public HoldingsTold {
      holdings = Check.copy(holdings);
      denials = Check.copy(denials);
    }
  }

  /** One node's part of one bucket. */
  record Held(String policy, Holding holding) {}

  /** Every node is told that buckets were filled, and forgets what it held of them. */
  record Refilled(UUID inquiry, String client, List<String> policies) implements Limits, Event {
    public Refilled {
      policies = Check.copy(policies);
    }
  }

  record Forgotten(UUID inquiry, String node) implements Limits, Event {}

  /** Every node is asked for the requests it saw under a policy. */
  record RequestsAsked(UUID inquiry, String policy) implements Limits, Event {}

  /**
   * The requests a node saw.
   *
   * @param from the first slot of which nothing is lost; 0 when nothing was ever lost
   * @param clients who is meant by a number in {@code seen}
   * @param seen six numbers each: client, slot, cost, requests that were let through, requests that
   *     were refused, requests that could not be counted
   */
  record RequestsTold(UUID inquiry, String node, long from, List<String> clients, List<Long> seen)
      implements Limits, Event {
    /** Numbers a client and slot has in {@code seen}. */
    public static final int NUMBERS = 6;

    public RequestsTold {
      clients = Check.copy(clients);
      seen = Check.copy(seen);
      if (seen.size() % NUMBERS != 0) {
        throw Problem.field("seen", "must have " + NUMBERS + " numbers each");
      }
    }
  }

  /**
   * What a node let through lately, told every second: of its busiest buckets, at most 100. A node
   * without any tells that too; so the others know that it is there.
   *
   * @param missed requests that were let through since the last time and are in no report
   */
  record Admitted(String node, long missed, List<Busy> buckets) implements Limits, Event {
    public Admitted {
      buckets = Check.list("buckets", Check.copy(buckets), 0, 100);
    }
  }

  /**
   * A busy bucket, with its limit.
   *
   * @param slot of the first number in {@code tokens}; one slot each follows
   * @param tokens taken, less those given back
   */
  record Busy(
      String client,
      String policy,
      Algorithm algorithm,
      long rate,
      Duration per,
      long burst,
      long slot,
      List<Long> tokens) {
    public Busy {
      Check.present("client", client);
      Check.present("policy", policy);
      Check.present("algorithm", algorithm);
      Check.present("per", per);
      if (rate < 1 || burst < 1 || per.toMillis() < 1) {
        throw Problem.field("rate", "must be at least 1, as burst and per");
      }
      tokens = Check.list("tokens", tokens, 1, 100);
    }
  }

  private static void checkClient(String client) {
    Check.matches(
        "client", client, CLIENT, "a kind and a name, such as \"ip:192.0.2.1\" or \"key:<id>\"");
  }

  private static void checkPolicy(String policy) {
    Check.text("policy", policy, 1, 200);
  }
}
