package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Auth;
import dev.sluice.contract.Order;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private final Accounts accounts = new Accounts("a secret");

  @Test
  void anAccountHasOneNameWhichDoesNotSayWhoItIs() {
    String name = accounts.of(new Auth.Login("Ada@Example.com", "p"));
    assertThat(name).matches("account:[0-9a-f]{32}");
    assertThat(accounts.of(new Auth.Login("ada@example.COM", "other"))).isEqualTo(name);
    assertThat(accounts.of(new Auth.Login("bob@example.com", "p"))).isNotEqualTo(name);
    assertThat(new Accounts("another").of(new Auth.Login("ada@example.com", "p")))
        .isNotEqualTo(name);
  }

  @Test
  void onlyWhatNamesAnAccountHasOne() {
    assertThat(Accounts.named(Auth.Login.class)).isTrue();
    assertThat(Accounts.named(Order.Create.class)).isFalse();
    assertThat(accounts.of(new Auth.Me())).isNull();
  }
}
