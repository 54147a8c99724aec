package dev.sluice.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortChoiceTest {

  private static final String HOST = "127.0.0.1";

  @Test
  void aPreferredPortThatIsTakenGivesWayToTheNextFreeOne() throws Exception {
    try (ServerSocket taken = listening(PortChoice.any().pick(HOST))) {
      int port = PortChoice.preferably(taken.getLocalPort(), "X").pick(HOST);
      assertThat(port).isGreaterThan(taken.getLocalPort());
      listening(port).close();
    }
  }

  @Test
  void anExactPortThatIsTakenIsNamedWithItsSetting() throws Exception {
    try (ServerSocket taken = listening(PortChoice.any().pick(HOST))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> PortChoice.exactly(port, "SLUICE_DEVSTACK_REDIS_PORT").pick(HOST))
          .isInstanceOfSatisfying(
              PortTakenException.class, e -> assertThat(e.port()).isEqualTo(port))
          .hasMessageContaining("port " + port + " ")
          .hasMessageContaining("SLUICE_DEVSTACK_REDIS_PORT");
    }
  }

  @Test
  void aStartOnAnyPortIsTriedAgainOnAnother() {
    int[] starts = {0};
    int port =
        PortChoice.any()
            .start(
                HOST,
                candidate -> {
                  if (++starts[0] < 3) {
                    throw new StartFailedException("somebody was faster");
                  }
                  return candidate;
                });
    assertThat(port).isPositive();
    assertThatThrownBy(
            () ->
                PortChoice.exactly(port, "X")
                    .start(
                        HOST,
                        candidate -> {
                          throw new StartFailedException("no");
                        }))
        .hasMessage("no");
  }

  @Test
  void aPortIsAPort() {
    assertThatThrownBy(() -> PortChoice.exactly(65_536, "--kafka-port"))
        .hasMessageContaining("--kafka-port")
        .hasMessageContaining("65536");
  }

  private static ServerSocket listening(int port) throws Exception {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
