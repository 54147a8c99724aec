package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevstackTest {

  @TempDir Path folder;

  @Test
  void startsAllThreeAndHandsOutTheirAddresses() {
    List<String> steps = new CopyOnWriteArrayList<>();
    PortChoice any = PortChoice.any();
    try (Devstack stack = Devstack.start(folder, "127.0.0.1", any, any, any, steps::add)) {
      assertThat(stack.environment())
          .containsEntry("SLUICE_POSTGRES_URI", stack.postgres().uri())
          .containsEntry("SLUICE_REDIS_URI", stack.redis().uri())
          .containsEntry("SLUICE_KAFKA_BOOTSTRAP_SERVERS", stack.kafka().bootstrapServers())
          .hasSize(3);
      assertThat(steps)
          .hasSize(3)
          .anyMatch(
              it -> it.matches("postgres ready on " + stack.postgres().port() + " in [0-9.]+ s"));
      assertThatThrownBy(() -> Devstack.start(folder))
          .isInstanceOf(StartFailedException.class)
          .hasMessageContaining("already runs")
          .hasMessageContaining("pid " + ProcessHandle.current().pid());
    }
  }

  @Test
  void whenOneDoesNotStartTheOthersAreStoppedAndTheFolderIsFree() throws Exception {
    PortChoice any = PortChoice.any();
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PortChoice taken = PortChoice.exactly(other.getLocalPort(), "SLUICE_DEVSTACK_KAFKA_PORT");
      assertThatThrownBy(() -> Devstack.start(folder, "127.0.0.1", any, any, taken, step -> {}))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("SLUICE_DEVSTACK_KAFKA_PORT");
      assertThat(ProcessHandle.current().descendants())
          .extracting(one -> one.info().command().orElse(""))
          .noneMatch(it -> it.endsWith("/postgres") || it.endsWith("/redis-server"));
    }
    DataLock.acquire(folder).close();
  }
}
