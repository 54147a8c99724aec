package dev.sluice.edge.guard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for obvious attacks in the path, the query and a few headers of requests. It knows the
 * shapes that scanners and copied exploits have; it is no proof against somebody who tries, and
 * looks at no body. Each text is decoded at most twice and walked once by {@link Phrases}, without
 * backtracking, so what it costs grows with the length of the request and nothing else.
 * Thread-safe.
 */
public final class AttackRules {
  private final RulesConfig.Mode mode;
  private final boolean everywhere;
  private final Set<AttackRule> used;
  private final List<String> headers;
  private final Map<AttackRule, Counter> found = new EnumMap<>(AttackRule.class);

  public AttackRules(RulesConfig config, MeterRegistry meters) {
    this.mode = config.mode();
    this.everywhere = config.everywhere();
    this.headers = config.headers();
    this.used = EnumSet.allOf(AttackRule.class);
    config.exclude().forEach(id -> used.remove(AttackRule.of(id)));
    for (AttackRule rule : used) {
      found.put(
          rule,
          Counter.builder("attacks.found")
              .description("Requests that look like an attack, by the rule that says so.")
              .tags("rule", rule.id(), "mode", mode.name().toLowerCase(java.util.Locale.ROOT))
              .register(meters));
    }
  }

  /** Whether anything is looked for. */
  public boolean isOn() {
    return mode != RulesConfig.Mode.OFF;
  }

  /** Whether that is for all requests, and not only for routes that ask for it. */
  public boolean isEverywhere() {
    return isOn() && everywhere;
  }

  /** Whether what is found is to be refused, and not only told. */
  public boolean isBlocking() {
    return mode == RulesConfig.Mode.BLOCK;
  }

  /** The rules a request breaks, counted; mostly none. */
  public List<AttackRule> judge(HttpServerRequest request) {
    Set<AttackRule> broken = EnumSet.noneOf(AttackRule.class);
    look(request.uri(), true, broken);
    for (String header : headers) {
      String value = request.getHeader(header);
      if (value != null) {
        look(value, false, broken);
      }
    }
    if (broken.isEmpty()) {
      return List.of();
    }
    broken.retainAll(used);
    broken.forEach(rule -> found.get(rule).increment());
    return new ArrayList<>(broken);
  }

  static void look(String text, boolean encoded, Set<AttackRule> broken) {
    String once = encoded ? PercentText.decoded(text) : text;
    AttackRule.look(once, broken);
    String twice = PercentText.decoded(once);
    if (!twice.equals(once)) {
      AttackRule.look(twice, broken);
    }
  }
}
