package dev.sluice.edge.files;

import dev.sluice.edge.http.ByteRange;
import dev.sluice.edge.http.Conditions;
import dev.sluice.edge.http.HttpDate;
import dev.sluice.edge.transform.AcceptEncoding;
import dev.sluice.edge.transform.MediaTypes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Finds a file in a folder. Links are followed as long as what they lead to is in the folder; the
 * folder itself may be a link, and is looked at each time, so that another release can be put in
 * its place at once. Blocks: for workers only.
 */
final class Lookup {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;
  private static final int MOST_LOOKS = 5;

  private final Path folder;
  private final String index;

  /** A file that may be seen. */
  private record Found(Path real, BasicFileAttributes attributes) {}

  /**
   * @param index the file for a folder; empty: none
   */
  Lookup(Path folder, String index) {
    this.folder = folder;
    this.index = index;
  }

  /**
   * What to answer. A file may be replaced while it is looked at; then it is looked at again, so
   * that what is said of it is of the very content that is sent.
   *
   * @param path one that was checked by {@link AskedPath}
   * @param slash whether what was asked for ends in a slash, or is the root of all
   */
  FileAnswer find(
      String path, boolean slash, Conditions conditions, AcceptEncoding accepted, Instant now)
      throws IOException {
    try {
      for (int look = 0; look < MOST_LOOKS; look++) {
        FileAnswer answer = look(path, slash, conditions, accepted, now);
        if (answer != null) {
          return answer;
        }
      }
    } catch (AccessDeniedException e) {
      return new FileAnswer.Nothing(); // what we may not read, nobody may through us
    }
    throw new IOException("the file '" + path + "' is replaced all the time");
  }

  /** Null if what was found was replaced meanwhile. */
  private FileAnswer look(
      String path, boolean slash, Conditions conditions, AcceptEncoding accepted, Instant now)
      throws IOException {
    Path root;
    Path asked;
    try {
      root = folder.toRealPath();
      asked = root.resolve(path);
    } catch (InvalidPathException | IOException e) {
      return new FileAnswer.Nothing(); // names the file system cannot have, or no folder now
    }
    Found found = look(root, asked);
    if (found != null && found.attributes.isDirectory()) {
      Found page = index.isEmpty() ? null : look(root, asked.resolve(index));
      if (page == null || !page.attributes.isRegularFile()) {
        return new FileAnswer.Nothing();
      }
      return slash
          ? form(root, asked.resolve(index), page, conditions, accepted, now)
          : new FileAnswer.WithSlash();
    }
    // A pipe or a device would keep the worker waiting.
    if (found == null || !found.attributes.isRegularFile() || (slash && !path.isEmpty())) {
      return new FileAnswer.Nothing();
    }
    return form(root, asked, found, conditions, accepted, now);
  }

  private static FileAnswer form(
      Path root,
      Path asked,
      Found plain,
      Conditions conditions,
      AcceptEncoding accepted,
      Instant now)
      throws IOException {
    String name = String.valueOf(asked.getFileName());
    String type = ContentTypes.of(name);
    boolean varies = MediaTypes.compressible(type);
    Found chosen = plain;
    String coding = null;
    if (varies && accepted.prefersBrotli()) {
      Found made = look(root, asked.resolveSibling(name + ".br"));
      if (made != null && made.attributes.isRegularFile()) {
        chosen = made;
        coding = "br";
      }
    }
    if (varies && coding == null && accepted.prefersGzip()) {
      Found made = look(root, asked.resolveSibling(name + ".gz"));
      if (made != null && made.attributes.isRegularFile()) {
        chosen = made;
        coding = "gzip";
      }
    }
    String tag = tag(chosen.attributes, coding);
    String date = HttpDate.text(chosen.attributes.lastModifiedTime().toMillis());
    switch (conditions.check(tag, date, now.toEpochMilli())) {
      case FAILED -> {
        return new FileAnswer.ConditionFailed();
      }
      case NOT_MODIFIED -> {
        return new FileAnswer.Form(NOT_MODIFIED, type, tag, date, coding, varies, null, 0, 0, null);
      }
      case SEND -> {}
    }
    long size = chosen.attributes.size();
    ByteRange range = conditions.range(tag, date, size, now.toEpochMilli());
    if (range != null && range.isNowhere()) {
      return new FileAnswer.NoSuchPart(size);
    }
    FileChannel content = null;
    if (!conditions.head()) {
      content = open(chosen);
      if (content == null) {
        return null;
      }
    }
    return new FileAnswer.Form(
        range == null ? OK : PARTIAL,
        type,
        tag,
        date,
        coding,
        varies,
        range == null ? null : range.of(size),
        range == null ? 0 : range.first(),
        range == null ? size : range.length(),
        content);
  }

  /** Null if there is nothing that may be seen. */
  private static Found look(Path root, Path asked) {
    try {
      Path real = asked.toRealPath();
      return real.startsWith(root) ? new Found(real, attributes(real)) : null;
    } catch (IOException e) {
      return null; // not there, not readable, a link in a circle
    }
  }

  /** Null if the file is not any more what was found. */
  private static FileChannel open(Found found) throws IOException {
    FileChannel content = null;
    boolean same = false;
    try {
      // What was a file must not have become a link to somewhere else.
      content = FileChannel.open(found.real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      // The same before and after, it was the same when it was opened.
      BasicFileAttributes now = attributes(found.real);
      same =
          tag(now, null).equals(tag(found.attributes, null))
              && Objects.equals(now.fileKey(), found.attributes.fileKey());
    } catch (NoSuchFileException e) {
      same = false;
    } finally {
      if (content != null && !same) {
        content.close();
      }
    }
    return same ? content : null;
  }

  private static BasicFileAttributes attributes(Path real) throws IOException {
    return Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Strong: another content has another size or another time, to the nanosecond where the file
   * system keeps it. A coded form has its own.
   */
  private static String tag(BasicFileAttributes attributes, String coding) {
    return '"'
        + Long.toHexString(attributes.size())
        + '-'
        + Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
        + (coding == null ? "" : "-" + coding)
        + '"';
  }
}
