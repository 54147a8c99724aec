package dev.sluice.edge;

import dev.sluice.contract.Problem;
import dev.sluice.edge.guard.AttackRule;
import dev.sluice.edge.guard.AttackRules;
import dev.sluice.edge.guard.Certificates;
import dev.sluice.edge.guard.Countries;
import dev.sluice.edge.guard.GuardConfig;
import dev.sluice.edge.guard.RouteGuard;
import dev.sluice.edge.guard.Visitors;
import dev.sluice.platform.lifecycle.Ground;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node protects itself with besides limits, and what reads files for it. Of what is not
 * configured there is no step, so it costs nothing.
 */
final class Protection {
  private static final Logger LOG = LoggerFactory.getLogger(Protection.class);
  private static final CharSequence HSTS = HttpHeaders.createOptimized("Strict-Transport-Security");

  private final MeterRegistry meters;
  private final Certificates certificates;
  private final Countries countries;
  private final Visitors visitors;
  private final AttackRules attacks;
  private final Duration hsts;

  Protection(Ground ground, EdgeConfig config) {
    this.meters = ground.metrics().registry();
    GuardConfig guard = ground.config().get(GuardConfig.SECTION);
    this.certificates = new Certificates(ground.vertx(), config.tls(), meters);
    this.countries = new Countries(ground.vertx(), guard.countryFile(), meters);
    this.visitors = new Visitors(guard, countries, meters);
    this.attacks = new AttackRules(guard.rules(), meters);
    this.hsts = config.tls().isOn() ? config.tls().hsts() : Duration.ZERO;
  }

  /** Reads the files that are configured. */
  Future<Void> open() {
    return certificates.open().compose(read -> countries.open());
  }

  void close() {
    certificates.close();
    countries.close();
  }

  Certificates certificates() {
    return certificates;
  }

  /** What comes right after {@link Observe} in the chain of an event loop. */
  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    if (!hsts.isZero()) {
      steps.add(tellBrowsers(HttpHeaders.createOptimized("max-age=" + hsts.toSeconds())));
    }
    if (!visitors.isEverybody()) {
      steps.add(welcome(visitors));
    }
    if (attacks.isEverywhere()) {
      steps.add(lookForAttacks(attacks));
    }
    return steps;
  }

  /** Has a request looked at as its route says. */
  static Step ofRoute() {
    return exchange -> {
      Step guard = exchange.endpoint.guard();
      return guard == null || guard.request(exchange);
    };
  }

  /** Null where a route has no guard of its own. */
  Step guard(RouteGuard config) {
    Visitors own = new Visitors(config, countries, meters);
    Step welcome = own.isEverybody() ? null : welcome(own);
    boolean looks = config.rules() && attacks.isOn() && !attacks.isEverywhere();
    if (!looks) {
      return welcome;
    }
    Step look = lookForAttacks(attacks);
    return welcome == null ? look : exchange -> welcome.request(exchange) && look.request(exchange);
  }

  private static Step welcome(Visitors visitors) {
    return exchange -> {
      boolean may = visitors.mayCome(exchange.host());
      if (!may) {
        exchange.fail(Problem.DENIED.because("requests from this address are not served"));
      }
      return may;
    };
  }

  private static Step lookForAttacks(AttackRules attacks) {
    return exchange -> {
      List<AttackRule> broken = attacks.judge(exchange.request);
      if (broken.isEmpty()) {
        return true;
      }
      List<String> rules = broken.stream().map(AttackRule::id).toList();
      LOG.atWarn()
          .addKeyValue("rules", rules)
          .addKeyValue("blocked", attacks.isBlocking())
          .addKeyValue("address", exchange.host())
          .addKeyValue("correlationId", exchange.correlationId)
          .log("a request looks like an attack");
      if (attacks.isBlocking()) {
        exchange.fail(Problem.DENIED.because("the request looks like an attack: " + rules));
      }
      return !attacks.isBlocking();
    };
  }

  /** RFC 6797. */
  private static Step tellBrowsers(CharSequence value) {
    return new Step() {
      @Override
      public boolean request(Exchange exchange) {
        return true;
      }

      @Override
      public void response(Exchange exchange) {
        exchange.response.putHeader(HSTS, value);
      }
    };
  }
}
