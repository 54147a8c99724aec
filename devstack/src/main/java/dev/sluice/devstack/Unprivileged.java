package dev.sluice.devstack;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * PostgreSQL refuses to run as root. For root its commands get a prefix that takes the privileges
 * away: a user namespace of its own, in which it is nobody while its files stay root's, or, where
 * the kernel or a container forbids those, the user nobody, who then has to own the files.
 */
enum Unprivileged {
  /** This JVM is an ordinary user's; nothing to take away. */
  ALREADY,
  /** Root, in its own user namespace. */
  BY_NAMESPACE,
  /** Root, as another user. */
  BY_USER;

  private static final int NOBODY = 65_534;

  /** What this process needs. */
  static Unprivileged here() {
    try {
      if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
        return ALREADY;
      }
    } catch (IOException e) {
      throw new StartFailedException("cannot tell who runs this: " + e, e);
    }
    return LinuxUtils.isUnshareAvailable() ? BY_NAMESPACE : BY_USER;
  }

  /** What goes before the command. */
  List<String> prefix() {
    return switch (this) {
      case ALREADY -> List.of();
      case BY_NAMESPACE -> List.of("unshare", "-U");
      case BY_USER -> List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    };
  }

  /**
   * Gives the folder and all in it to the user that the command will run as, and lets that user
   * through the folder it is in, which is often a temporary one, closed to all but its maker.
   */
  void own(Path folder) throws IOException {
    if (this == BY_USER) {
      Set<PosixFilePermission> open = Files.getPosixFilePermissions(folder.getParent());
      open.add(PosixFilePermission.OTHERS_EXECUTE);
      Files.setPosixFilePermissions(folder.getParent(), open);
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : (Iterable<Path>) paths::iterator) {
          Files.setAttribute(path, "unix:uid", NOBODY);
          Files.setAttribute(path, "unix:gid", NOBODY);
        }
      }
    }
  }
}
