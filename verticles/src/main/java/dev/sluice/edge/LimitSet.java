package dev.sluice.edge;

import java.util.ArrayList;
import java.util.List;

/** The limits of one tier on one endpoint. */
final class LimitSet {
  private static final Limit[] NONE = {};

  /** What is counted before anything is read of the body; the tier's first. */
  final Limit[] atOnce;

  /** What depends on the account, which only the body names. */
  final Limit[] onceRead;

  /** How clients are told. */
  final RateLimitFields fields;

  /** {@code RateLimit-Policy} for {@link #atOnce}, and for both. */
  final CharSequence policies;

  final CharSequence allPolicies;

  LimitSet(List<Limit> atOnce, List<Limit> onceRead, RateLimitFields fields) {
    this.atOnce = atOnce.toArray(NONE);
    this.onceRead = onceRead.toArray(NONE);
    this.fields = fields;
    List<Limit> all = new ArrayList<>(atOnce);
    all.addAll(onceRead);
    this.policies = RateLimitFields.policies(atOnce);
    this.allPolicies = RateLimitFields.policies(all);
  }

  boolean isEmpty() {
    return atOnce.length == 0 && onceRead.length == 0;
  }
}
