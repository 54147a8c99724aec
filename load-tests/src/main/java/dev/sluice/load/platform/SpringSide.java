package dev.sluice.load.platform;

import dev.sluice.load.compare.Servers;
import dev.sluice.load.compare.Started;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The same endpoints by Spring WebFlux and R2DBC, with one event loop for requests and one for the
 * database, as Sluice has.
 *
 * @param database its own, as {@code postgresql://user:password@host:port/database}
 * @param keys where those are that sign tokens; empty: it has its own, and its own token
 */
record SpringSide(Servers servers, String database, String keys) implements Side {
  static final String NAME = "Spring WebFlux + R2DBC";

  private static final Pattern PORT = Pattern.compile("port (\\d+)");
  private static final Pattern TOKEN = Pattern.compile("token (\\S+)");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Started launch(String folder) throws IOException {
    List<String> command = new ArrayList<>(Servers.java("-Dreactor.netty.ioWorkerCount=1"));
    command.add("-jar");
    command.add(servers.root().resolve("load-tests/peers/orders/target/orders.jar").toString());
    command.add("--database=" + database);
    if (!keys.isEmpty()) {
      command.add("--jwks=" + keys);
    }
    return servers.add(Started.start(servers.folder(folder).resolve("out"), Map.of(), command));
  }

  @Override
  public int port(String folder, Started server) {
    return Integer.parseInt(server.await(null, PORT));
  }

  /** It has no page for probes; whoever is not known is refused once all of it is there. */
  @Override
  public String probe() {
    return Orders.PATH;
  }

  @Override
  public int status() {
    return 401;
  }

  @Override
  public String token(Started server, int port) {
    return "Authorization: Bearer " + server.await(null, TOKEN);
  }
}
