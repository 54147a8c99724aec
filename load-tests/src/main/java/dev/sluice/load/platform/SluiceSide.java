package dev.sluice.load.platform;

import dev.sluice.load.compare.Servers;
import dev.sluice.load.compare.Started;
import java.io.IOException;
import java.util.Map;

/**
 * A node, whose orders go from the gateway over the bus to the room and from there to PostgreSQL.
 *
 * @param settings of it, beyond those of every node
 */
record SluiceSide(Servers servers, Map<String, String> settings) implements Side {
  static final String NAME = "Sluice";

  private static final String NO_ROUTES = "upstreams: {}\nroutes: {}\n";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Started launch(String folder) throws IOException {
    return servers.node(folder, settings, NO_ROUTES);
  }

  @Override
  public int port(String folder, Started server) {
    return servers.port(folder, server);
  }

  @Override
  public String probe() {
    return "/health/ready";
  }

  @Override
  public int status() {
    return 200;
  }

  @Override
  public String token(Started server, int port) throws IOException, InterruptedException {
    return servers.token(port);
  }
}
