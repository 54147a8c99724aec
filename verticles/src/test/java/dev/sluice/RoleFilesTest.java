package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleFilesTest {
  /** As they are started: the rooms in their order, and the edge last. */
  private static final List<String> ALL =
      Stream.concat(SluiceNode.ROOMS.keySet().stream(), Stream.of(SluiceNode.EDGE)).toList();

  @TempDir private Path conf;

  @BeforeEach
  void roles() throws IOException {
    Files.createDirectory(conf.resolve("roles"));
    role("core", "- auth\n- order\n");
  }

  private void role(String name, String yaml) throws IOException {
    Files.writeString(conf.resolve("roles").resolve(name + ".yaml"), yaml);
  }

  private static Set<String> known(String... roles) {
    Set<String> known = new TreeSet<>(ALL);
    known.addAll(List.of(roles));
    return known;
  }

  private void refused(String role, String message) {
    assertThatThrownBy(() -> new RoleFiles(conf).rooms(List.of(role)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message.replace("CONF", conf.toString()));
  }

  @Test
  void roomsRolesAndAll() throws IOException {
    RoleFiles roles = new RoleFiles(conf);
    assertThat(roles.rooms(List.of("order"))).containsExactly("order");
    assertThat(roles.rooms(List.of("edge", "core"))).containsExactly("edge", "auth", "order");
    assertThat(roles.rooms(List.of("core", "order"))).containsExactly("auth", "order");
    assertThat(roles.rooms(List.of("all"))).containsExactlyElementsOf(ALL);
    assertThat(new RoleFiles(null).rooms(List.of("all"))).containsExactlyElementsOf(ALL);
  }

  @Test
  void whatIsUnknownIsNamedWithWhatIsKnown() {
    refused(
        "orders",
        "node.roles: there is no room or role 'orders'; known are " + known("all", "core"));
    assertThatThrownBy(() -> new RoleFiles(null).rooms(List.of("core")))
        .hasMessage("node.roles: there is no room or role 'core'; known are " + known("all"));
  }

  @Test
  void noRoleReachesOutOfItsFolder() throws IOException {
    Files.writeString(conf.resolve("outside.yaml"), "- order\n");
    refused(
        "../outside",
        "node.roles: there is no room or role '../outside'; known are " + known("all", "core"));
  }

  @Test
  void aRoleWithAnUnknownRoomIsRefused() throws IOException {
    role("bad", "- order\n- orders\n");
    refused("bad", "CONF/roles/bad.yaml: there is no room 'orders'; known are " + ALL);
  }

  @Test
  void aRoleMustBeAListOfRooms() throws IOException {
    for (String yaml : List.of("", "[]", "order", "rooms: [order]", "a: order", "- [order]")) {
      role("bad", yaml);
      refused("bad", "CONF/roles/bad.yaml: must be a list of rooms, such as '- order'");
    }
  }

  @Test
  void aRoleThatIsNoYamlIsRefused() throws IOException {
    role("bad", "- order\n- [\n");
    assertThatThrownBy(() -> new RoleFiles(conf).rooms(List.of("bad")))
        .hasMessageContaining(conf.resolve("roles/bad.yaml").toString());
  }
}
