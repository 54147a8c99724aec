package dev.sluice.devstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs inside the jars, unpacked once a machine and user, not once a start (PostgreSQL
 * alone is 60 MB).
 *
 * <p>The folder of a program carries the checksum of its archive, so another version never meets
 * the files of this one. It is filled under another name and renamed when complete: of two
 * processes that unpack at the same time one wins, and an unpacking that was killed is never used.
 */
final class Binaries {

  private static final String POSTGRES = "postgres-linux-x86_64.txz";
  private static final String REDIS = "redis-server-6.2.6-v5-linux-amd64";

  // Whatever the umask: PostgreSQL may have to run as another user.
  private static final String OPEN = "rwxr-xr-x";

  private final Path cache;

  private Binaries(Path cache) {
    this.cache = cache;
  }

  /**
   * The cache named by SLUICE_DEVSTACK_CACHE, or ~/.cache/sluice, or, where there is no home, one
   * under /tmp.
   */
  static Binaries cached() {
    String os = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!os.equals("Linux amd64")) {
      throw new StartFailedException(
          "devstack holds PostgreSQL and Redis for Linux amd64 only, this is " + os);
    }
    String set = System.getenv("SLUICE_DEVSTACK_CACHE");
    String user = System.getProperty("user.name");
    Path home = Path.of(System.getProperty("user.home"), ".cache", "sluice");
    Path shared = Path.of(System.getProperty("java.io.tmpdir"), "sluice-binaries-" + user);
    List<Path> candidates;
    if (set != null && !set.isBlank()) {
      candidates = List.of(Path.of(set).toAbsolutePath());
    } else if (Unprivileged.here() == Unprivileged.BY_USER) {
      // Root's home is closed to the user that PostgreSQL will run as.
      candidates = List.of(shared);
    } else {
      candidates = List.of(home, shared);
    }
    for (Path candidate : candidates) {
      if (usable(candidate)) {
        return new Binaries(candidate);
      }
    }
    throw new StartFailedException(
        "no folder to unpack PostgreSQL and Redis in; tried "
            + candidates
            + "; set SLUICE_DEVSTACK_CACHE to one");
  }

  /** The folder with bin, lib and share of PostgreSQL. */
  Path postgres() {
    return unpacked(
        "postgres",
        POSTGRES,
        (archive, folder) -> {
          try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            extract(tar, folder);
          }
        });
  }

  /** The redis-server program. */
  Path redis() {
    return unpacked(
            "redis",
            REDIS,
            (program, folder) -> {
              Path file = folder.resolve("redis-server");
              Files.copy(program, file);
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OPEN));
            })
        .resolve("redis-server");
  }

  private Path unpacked(String name, String resource, Unpacking unpacking) {
    try {
      URL url = Binaries.class.getResource("/" + resource);
      if (url == null) {
        throw new StartFailedException("no " + resource + " on the class path");
      }
      JarURLConnection jar = (JarURLConnection) url.openConnection();
      Path folder = cache.resolve(name + "-" + Long.toHexString(jar.getJarEntry().getCrc()));
      if (Files.isDirectory(folder)) {
        return folder;
      }
      Path fresh = Files.createTempDirectory(cache, name + "-");
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(OPEN));
      try (InputStream in = new BufferedInputStream(url.openStream(), 1 << 16)) {
        unpacking.unpack(in, fresh);
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        if (!Files.isDirectory(folder)) {
          throw e;
        }
        // Another process was faster; its files are the same.
      } finally {
        if (Files.exists(fresh)) {
          delete(fresh);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new StartFailedException("cannot unpack " + resource + " into " + cache + ": " + e, e);
    }
  }

  private static void extract(TarArchiveInputStream tar, Path folder) throws IOException {
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path target = folder.resolve(entry.getName()).normalize();
      if (!target.startsWith(folder)) {
        throw new IOException("entry leaves the archive: " + entry.getName());
      }
      openFolder(entry.isDirectory() ? target : target.getParent());
      if (entry.isDirectory()) {
        continue;
      }
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      } else {
        Files.copy(tar, target);
        boolean program = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(program ? OPEN : "rw-r--r--"));
      }
    }
  }

  private static void openFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      openFolder(folder.getParent());
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(OPEN));
    }
  }

  // Made by this user and not writable by others: a folder under /tmp could have been put there by
  // anyone.
  private static boolean usable(Path folder) {
    try {
      openFolder(folder);
      return Files.isWritable(folder)
          && Files.getAttribute(folder, "unix:uid")
              .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
          && Files.getPosixFilePermissions(folder).stream()
              .noneMatch(p -> p.name().equals("OTHERS_WRITE"));
    } catch (IOException unusable) {
      return false;
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Unpacking {
    void unpack(InputStream in, Path folder) throws IOException;
  }
}
