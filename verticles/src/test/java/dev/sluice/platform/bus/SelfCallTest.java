package dev.sluice.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.codec.CallerSeal;
import dev.sluice.codec.ContractCodec;
import dev.sluice.platform.config.Config;
import dev.sluice.platform.time.Time;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SelfCallTest {
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private final Time time = Time.system();
  private Bus bus;

  @BeforeEach
  void register(Vertx vertx) {
    CallerSeal seal = new CallerSeal("s".repeat(32), () -> time.now().getEpochSecond());
    new ContractCodec(seal, time::nanos).registerOn(vertx.eventBus());
    bus = new Bus(vertx, Config.defaults(BusConfig.SECTION), time, "me");
  }

  @Test
  void aNodeThatCanBeReachedAnswersItself(Vertx vertx, VertxTestContext test) {
    SelfCall self = new SelfCall(vertx, bus, "me", TIMEOUT);
    self.open().compose(opened -> self.ask()).onComplete(test.succeedingThenComplete());
  }

  @Test
  void aNodeWhoseAddressIsTakenByASilentOneDoesNot(Vertx vertx, VertxTestContext test) {
    SelfCall self = new SelfCall(vertx, bus, "me", TIMEOUT);
    self.open()
        .compose(opened -> vertx.eventBus().consumer("node.ping.lost", m -> {}).completion())
        .compose(silent -> new SelfCall(vertx, bus, "lost", TIMEOUT).ask())
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure).isInstanceOf(ReplyException.class);
                          assertThat(((ReplyException) failure).failureType())
                              .isEqualTo(ReplyFailure.TIMEOUT);
                          test.completeNow();
                        })));
  }
}
