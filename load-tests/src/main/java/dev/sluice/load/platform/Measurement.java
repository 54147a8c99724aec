package dev.sluice.load.platform;

import java.io.IOException;

/** One of the things that are measured, by itself. */
interface Measurement {
  /** Measures all rounds; what it has started has ended when it returns. */
  Table run(int rounds, int seconds) throws IOException, InterruptedException;
}
