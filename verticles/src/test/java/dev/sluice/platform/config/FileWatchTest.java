package dev.sluice.platform.config;

import static dev.sluice.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Most of it is turned by hand, a look at a time. */
class FileWatchTest {
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(FileWatch.class);
  private FileWatch watched;

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() throws Exception {
    logger.detachAppender(log);
    watched.close();
    await(vertx.close());
  }

  private Path write(String name, String text) throws IOException {
    return Files.setLastModifiedTime(Files.writeString(folder.resolve(name), text), TIME);
  }

  private String nextRead() throws InterruptedException {
    return read.poll(10, TimeUnit.SECONDS);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void watch(Path... files) {
    watched =
        new FileWatch(
            vertx,
            Duration.ofMillis(20),
            List.of(files),
            () ->
                Stream.of(files)
                    .map(FileWatchTest::text)
                    .reduce(String::concat)
                    .ifPresent(read::add));
  }

  /** As many looks as it takes to be sure. */
  private void lookTwice() {
    watched.look();
    watched.look();
  }

  private List<String> said() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void anotherFileOfTheSameTimeAndSizeIsSeen() throws Exception {
    Path file = write("file", "one");
    Path next = write("next", "two");
    watch(file);
    watched.open();
    assertThat(nextRead()).isEqualTo("one");
    Path moved = Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    assertThat(Files.getLastModifiedTime(moved)).isEqualTo(TIME);
    assertThat(nextRead()).isEqualTo("two");
    assertThat(Files.readString(Files.writeString(file, ""))).isEmpty();
    assertThat(write("file", "three")).isEqualTo(file);
    assertThat(nextRead()).isEqualTo("three");
  }

  @Test
  void itIsToldOnceInAnyCaseUnlessItWasSeen() throws Exception {
    Path file = write("file", "one");
    watch(file);
    lookTwice();
    lookTwice();
    assertThat(read).containsExactly("one");
    read.clear();
    watch(file);
    watched.seen();
    lookTwice();
    assertThat(read).as("it was known").isEmpty();
    write("file", "changed");
    lookTwice();
    lookTwice();
    assertThat(read).containsExactly("changed");
  }

  @Test
  void oneThatChangesBetweenSeeingAndLookingIsTold() throws Exception {
    Path file = write("file", "one");
    watch(file);
    watched.seen();
    write("file", "changed");
    watched.look();
    assertThat(read).as("it may still be written").isEmpty();
    watched.look();
    assertThat(read).containsExactly("changed");
  }

  @Test
  void oneThatIsAwayChangesNothingAndIsLoggedOnce() throws Exception {
    Path file = write("file", "one");
    watch(file);
    watched.seen();
    Files.delete(file);
    watched.look();
    assertThat(said()).as("it may be the moment between two versions").isEmpty();
    lookTwice();
    lookTwice();
    assertThat(read).isEmpty();
    assertThat(said()).containsExactly(file + " is not there any more; what was read of it stays");
    assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
    write("file", "again");
    lookTwice();
    assertThat(read).containsExactly("again");
    Files.delete(file);
    lookTwice();
    assertThat(said()).as("it was there again").hasSize(2);
  }

  @Test
  void oneThatIsEmptyChangesNothingAndIsLoggedOnce() throws Exception {
    Path file = write("file", "one");
    watch(file);
    lookTwice();
    write("file", "");
    lookTwice();
    Files.delete(file);
    lookTwice();
    assertThat(read).containsExactly("one");
    assertThat(said()).containsExactly(file + " is empty; what was read of it stays");
  }

  @Test
  void oneThatNeverWasThereIsNotMissed() throws Exception {
    Path file = folder.resolve("file");
    watch(file);
    watched.seen();
    lookTwice();
    assertThat(read).isEmpty();
    assertThat(said()).isEmpty();
    write("file", "one");
    lookTwice();
    assertThat(read).containsExactly("one");
  }

  @Test
  void oneThatIsWrittenInTwoHalvesIsToldWhole() throws Exception {
    Path file = write("file", "old");
    watch(file);
    watched.seen();
    write("file", "one half");
    watched.look();
    write("file", "one half and the other");
    watched.look();
    assertThat(read).isEmpty();
    watched.look();
    assertThat(read).containsExactly("one half and the other");
  }

  @Test
  void severalAreToldTogetherWhenAllHaveRested() throws Exception {
    Path one = write("one", "1");
    Path two = write("two", "2");
    watch(one, two);
    watched.seen();
    write("one", "one");
    watched.look();
    write("two", "two");
    watched.look();
    assertThat(read).as("the second has only just come").isEmpty();
    watched.look();
    assertThat(read).containsExactly("onetwo");
  }

  @Test
  void oneOfSeveralThatIsAwayHoldsBackTheOther() throws Exception {
    Path one = write("one", "1");
    Path two = write("two", "2");
    watch(one, two);
    watched.seen();
    write("one", "one");
    Files.delete(two);
    lookTwice();
    assertThat(read).isEmpty();
    assertThat(said()).containsExactly(two + " is not there any more; what was read of it stays");
    write("two", "two");
    lookTwice();
    assertThat(read).containsExactly("onetwo");
  }

  @Test
  void whatFailsIsNotTheEndOfLooking() throws Exception {
    Path file = write("file", "one");
    watched =
        new FileWatch(
            vertx,
            Duration.ofMillis(20),
            List.of(file),
            () -> {
              read.add(text(file));
              throw new IllegalStateException("cannot use it");
            });
    watched.open();
    assertThat(nextRead()).isEqualTo("one");
    write("file", "three");
    assertThat(nextRead()).isEqualTo("three");
  }
}
