package dev.sluice;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The options of {@code java -jar sluice.jar}.
 *
 * @param conf folder with {@code sluice.yaml} and {@code roles/}, or null for none
 * @param roles in place of {@code node.roles}; empty to leave that
 */
record CommandLine(Path conf, List<String> roles, boolean cluster, Action action) {

  enum Action {
    START,
    CHECK,
    HELP,
    VERSION
  }

  static final String HELP =
      """
      Starts one node of Sluice.

      Usage: java -jar sluice.jar [options]

        --conf DIR      folder with sluice.yaml and roles/ (default: conf, if it is there)
        --roles A,B     what to serve: rooms (auth, order, audit, routes, cache), edge, or roles of
                        conf/roles; default: node.roles, which is 'all'
        --cluster       join other nodes; the same as SLUICE_CLUSTER_ENABLED=true
        --check         check the configuration, say what it comes to, and end
        --version       print the version and end
        --help          print this and end

      Every key of sluice.yaml can be given in the environment too: edge.port is SLUICE_EDGE_PORT.
      docs/configuration.md lists them all. The only one that must be given is SLUICE_NODE_SECRET.

      Exit status: 0 stopped in order, 1 could not start or keep running, 2 wrong usage or configuration.
      """;

  /**
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static CommandLine parse(String[] args) {
    Path conf = null;
    List<String> roles = new ArrayList<>();
    boolean cluster = false;
    Action action = Action.START;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--conf" -> conf = Path.of(value(args, ++i));
        case "--roles" -> roles.addAll(Arrays.asList(value(args, ++i).split(",")));
        case "--cluster" -> cluster = true;
        case "--check" -> action = Action.CHECK;
        case "--version" -> action = Action.VERSION;
        case "--help", "-h" -> action = Action.HELP;
        default -> throw new IllegalArgumentException("unknown option: " + args[i]);
      }
    }
    return new CommandLine(conf, List.copyOf(roles), cluster, action);
  }

  private static String value(String[] args, int at) {
    if (at >= args.length || args[at].startsWith("--")) {
      throw new IllegalArgumentException(args[at - 1] + " needs a value");
    }
    return args[at];
  }
}
