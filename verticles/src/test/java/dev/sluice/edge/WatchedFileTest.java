package dev.sluice.edge;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
  private WatchedFile watched;

  @AfterEach
  void stop() throws Exception {
    watched.close();
    await(vertx.close());
  }

  private Path write(String name, String text) throws IOException {
    return Files.setLastModifiedTime(Files.writeString(folder.resolve(name), text), TIME);
  }

  private String nextRead() throws InterruptedException {
    return read.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void anotherFileOfTheSameTimeAndSizeIsSeen() throws Exception {
    Path file = write("file", "one");
    Path next = write("next", "two");
    watched =
        new WatchedFile(
            vertx,
            file,
            () -> {
              try {
                read.add(Files.readString(file));
              } catch (IOException e) {
                read.add(e.toString());
              }
            });
    watched.open();
    assertThat(nextRead()).isEqualTo("one");
    Path moved = Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    assertThat(Files.getLastModifiedTime(moved)).isEqualTo(TIME);
    assertThat(nextRead()).isEqualTo("two");
    assertThat(Files.readString(Files.writeString(file, ""))).isEmpty();
    assertThat(write("file", "three")).isEqualTo(file);
    assertThat(nextRead()).isEqualTo("three");
  }
}
