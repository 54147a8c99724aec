package dev.sluice.edge;

import dev.sluice.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that others have written, in a process of its own, on a free port: what people have
 * behind a gateway. All of them serve the same: files, {@code /up} which takes bodies, {@code
 * /connection} which says which connection it came on, {@code /close} which closes its connection,
 * {@code /gzip.txt}.
 */
@SuppressWarnings("try") // that waiting is interrupted ends the test
final class Peer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Pattern PORT = Pattern.compile("^port ([0-9]+)", Pattern.MULTILINE);

  private final Process process;
  private final int port;

  private Peer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Where a program is; null if it is not installed. */
  static Path program(String name) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.concat(Stream.of(path.split(":", -1)), Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /**
   * @param folder its own, with the folder {@code files} in it
   */
  static Peer nginx(Path program, Path folder) throws Exception {
    int port = freePort();
    String conf =
        script("nginx.conf")
            .replace("@folder@", folder.toString())
            .replace("@port@", Integer.toString(port));
    Path file = Files.writeString(folder.resolve("nginx.conf"), conf);
    Process process =
        start(folder, program.toString(), "-p", folder.toString(), "-c", file.toString());
    Peer peer = new Peer(process, port);
    Waiting.until("nginx answers", START_LIMIT, () -> peer.listens(folder));
    return peer;
  }

  /** Runs a script that says which port it has got. */
  static Peer script(Path program, String name, Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve(name), script(name));
    Process process =
        start(folder, program.toString(), file.toString(), folder.resolve("files").toString());
    return announced(name, process, folder);
  }

  /**
   * A {@link PeerProcess}.
   *
   * @param port 0 for a free one
   * @param options of the JVM
   */
  static Peer jvm(Path folder, int port, String... options) throws Exception {
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(PeerProcess.class.getName(), Integer.toString(port)));
    return announced("the peer", start(folder, command.toArray(String[]::new)), folder);
  }

  private static Peer announced(String name, Process process, Path folder) throws Exception {
    int[] port = {0};
    Waiting.until(
        name + " has a port",
        START_LIMIT,
        () -> {
          alive(process, folder);
          Matcher said = PORT.matcher(log(folder));
          if (said.find()) {
            port[0] = Integer.parseInt(said.group(1));
          }
          return port[0] > 0;
        });
    return new Peer(process, port[0]);
  }

  private static Process start(Path folder, String... command) throws IOException {
    return new ProcessBuilder(List.of(command))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  int port() {
    return port;
  }

  String url() {
    return String.format(Locale.ROOT, "http://127.0.0.1:%d", port);
  }

  private boolean listens(Path folder) throws IOException {
    alive(process, folder);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (java.net.ConnectException notYet) {
      return false;
    }
  }

  private static void alive(Process process, Path folder) throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("it ended:\n" + log(folder));
    }
  }

  private static String log(Path folder) throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private static String script(String name) throws IOException {
    try (InputStream in = Peer.class.getResourceAsStream("peers/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** SIGKILL, for it and what it has started. */
  @Override
  public void close() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}
