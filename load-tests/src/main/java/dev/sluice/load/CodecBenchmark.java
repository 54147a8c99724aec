package dev.sluice.load;

import dev.sluice.codec.Call;
import dev.sluice.codec.ContractCodec;
import dev.sluice.contract.Order;
import dev.sluice.platform.time.Time;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A call and an answer to the wire and back; on one node neither happens. */
@State(Scope.Thread)
public class CodecBenchmark {
  private final Time time = Time.system();
  private final ContractCodec codec = Samples.codec(time);
  private final Call call =
      Samples.call(new Order.Get(UUID.fromString("0190f3c2-7c1a-7000-8000-00000000000a")), time);
  private final Order.View answer = Samples.order();
  private final Buffer callBytes = encoded(call);
  private final Buffer answerBytes = encoded(answer);

  @Benchmark
  public Buffer encodeCall() {
    return encoded(call);
  }

  @Benchmark
  public Object decodeCall() {
    return codec.decodeFromWire(0, callBytes);
  }

  @Benchmark
  public Buffer encodeAnswer() {
    return encoded(answer);
  }

  @Benchmark
  public Object decodeAnswer() {
    return codec.decodeFromWire(0, answerBytes);
  }

  private Buffer encoded(Object message) {
    Buffer buffer = Buffer.buffer(512);
    codec.encodeToWire(buffer, message);
    return buffer;
  }
}
