package dev.sluice.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.edge.upstream.UpstreamConfig.Balance;
import dev.sluice.platform.time.Time;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Picking makes no garbage; only the attempt that holds its place is an object. */
class PickAllocationTest {
  private static final int WARM = 30_000;
  private static final int CALLS = 300_000;
  private static final double MOST_BYTES_A_CALL = 0.1;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Time STILL =
      new Time() {
        @Override
        public Instant now() {
          return Instant.EPOCH;
        }

        @Override
        public long nanos() {
          return 0;
        }
      };

  @ParameterizedTest
  @EnumSource(Balance.class)
  void aPick(Balance balance) {
    Sample sample = Sample.of().balance(balance).breaker(Sample.breaker(50));
    for (int i = 1; i < 9; i++) {
      sample.target("http://10.0.0." + i, i, Map.of("version", "v" + i % 2));
    }
    Upstream upstream = sample.upstream(STILL);
    Subset subset = upstream.subset(Map.of("version", "v1"));
    long unused = picks(upstream, subset, WARM);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    unused = picks(upstream, subset, CALLS);
    double bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) CALLS;
    assertThat(bytes).isLessThan(MOST_BYTES_A_CALL);
    assertThat(unused).isPositive();
  }

  private static long picks(Upstream upstream, Subset subset, int times) {
    long picked = 0;
    for (int i = 0; i < times; i++) {
      if (upstream.pick(subset, i * 0x9e3779b97f4a7c15L, i % 3 == 0 ? 1 : 0)
          instanceof Endpoint e) {
        // What an attempt does at its end, without the attempt.
        upstream.succeeded(e, e.breaker().permit(), upstream.breaker().permit());
        upstream.ended(e);
        picked++;
      }
    }
    return picked;
  }
}
