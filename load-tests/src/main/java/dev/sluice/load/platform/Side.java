package dev.sluice.load.platform;

import dev.sluice.load.compare.Started;
import java.io.IOException;

/** One of the two that take orders, and how it is started. */
interface Side {
  /** As tables have it. */
  String name();

  /**
   * Starts one, and does not wait for it.
   *
   * @param folder of its own, by name
   */
  Started launch(String folder) throws IOException;

  /** Waits until it says that it is ready, and returns the port it takes requests on. */
  int port(String folder, Started server);

  /** A path that is asked without credentials, to see that it answers. */
  String probe();

  /** What it answers to that. */
  int status();

  /** The header of requests by somebody who may place and read orders. */
  String token(Started server, int port) throws IOException, InterruptedException;
}
