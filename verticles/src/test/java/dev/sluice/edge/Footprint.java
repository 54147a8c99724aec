package dev.sluice.edge;

import dev.sluice.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node in a JVM of its own holds in memory, in bytes.
 *
 * @param heap in use after a garbage collection
 * @param direct in buffers outside of the heap
 * @param resident of the whole process, as the system sees it; 0 where it cannot be read
 */
record Footprint(long heap, long direct, long resident) {
  private static final HttpClient client = HttpClient.newHttpClient();

  /** Collects its garbage first. */
  static Footprint of(NodeProcess node) throws IOException, InterruptedException {
    Process collect =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-Xshare:auto",
                Long.toString(node.pid()),
                "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!collect.waitFor(20, TimeUnit.SECONDS) || collect.exitValue() != 0) {
      throw new IllegalStateException("its garbage cannot be collected with jcmd");
    }
    String metrics =
        client
            .send(
                HttpRequest.newBuilder(URI.create(node.announced("management") + "/metrics"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    return new Footprint(
        sum(metrics, "jvm_memory_used_bytes\\{area=\"heap\""),
        sum(metrics, "jvm_buffer_memory_used_bytes\\{id=\"direct\""),
        resident(node.pid()));
  }

  private static long sum(String metrics, String series) {
    Matcher lines = Pattern.compile(series + "[^}]*} ([0-9.E]+)").matcher(metrics);
    double sum = 0;
    while (lines.find()) {
      sum += Double.parseDouble(lines.group(1).toUpperCase(Locale.ROOT));
    }
    return Math.round(sum);
  }

  private static long resident(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    Matcher line = Pattern.compile("VmRSS:\\s+([0-9]+) kB").matcher(Files.readString(status));
    return line.find() ? Long.parseLong(line.group(1)) * 1024 : 0;
  }

  Footprint minus(Footprint before) {
    return new Footprint(heap - before.heap, direct - before.direct, resident - before.resident);
  }

  /** The largest of each. */
  Footprint most(Footprint other) {
    return new Footprint(
        Math.max(heap, other.heap),
        Math.max(direct, other.direct),
        Math.max(resident, other.resident));
  }

  @Override
  public String toString() {
    return "heap %.1f MB, direct %.1f MB, resident %.1f MB"
        .formatted(heap / 1048576.0, direct / 1048576.0, resident / 1048576.0);
  }
}
