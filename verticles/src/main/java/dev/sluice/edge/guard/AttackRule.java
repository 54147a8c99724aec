package dev.sluice.edge.guard;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One shape of attack. A rule is a list of phrases: words and signs that must come one after the
 * other, with nothing but white space or SQL comments between them. Single words never make one:
 * {@code select a plan} is nobody's attack.
 */
public enum AttackRule {
  /** {@code union select}, {@code ' or 1=1}, {@code ; drop table}, {@code sleep(5)}, ... */
  SQL(
      "union select",
      "union all select",
      "union distinct select",
      "; drop table",
      "; drop database",
      "; delete from",
      "; insert into",
      "; truncate table",
      "; shutdown",
      "; exec",
      "; declare @",
      "' or '",
      "' or #",
      "' or true",
      "\" or \"",
      "\" or #",
      "' and '",
      "' and #",
      "' | | '",
      "' - -",
      "' ; - -",
      "or # = #",
      "and # = #",
      "waitfor delay '",
      "pg_sleep (",
      "benchmark ( # ,",
      "sleep ( # )",
      "xp_cmdshell",
      "information_schema .",
      "load_file (",
      "into outfile '",
      "extractvalue ( #",
      "updatexml ( #"),
  /** {@code <script}, {@code onerror=}, {@code javascript:} where it can run, ... */
  XSS(
      "< script",
      "< / script",
      "< iframe",
      "< object",
      "< embed",
      "< svg onload",
      "< svg / onload",
      "< img src",
      "< body onload",
      "onerror =",
      "onload =",
      "onmouseover =",
      "onfocus =",
      "javascript : alert",
      "javascript : eval",
      "javascript : document",
      "javascript : window",
      "document . cookie",
      "document . write",
      "string . fromcharcode"),
  /** {@code ../..}, {@code /etc/passwd}, {@code %00}, ... */
  TRAVERSAL(
      ". . / . .",
      ". . \\ . .",
      "/ . . /",
      "/ . . \\",
      "\\ . . \\",
      ". . / etc",
      ". . ; /",
      "/ etc / passwd",
      "/ etc / shadow",
      "/ proc / self",
      "c : \\ windows",
      "c : / windows",
      "win . ini",
      "boot . ini",
      "web - inf /",
      "/ . git / config",
      "/ . git / head",
      "/ . env",
      "/ . ssh /",
      "/ . aws / credentials",
      "file : / / /",
      "php : / / filter",
      "php : / / input"),
  /** {@code ; cat /}, {@code $(id)}, {@code () { :;}}, ... */
  SHELL(
      "; cat /",
      "| cat /",
      "& cat /",
      "; ls -",
      "| ls -",
      "; whoami",
      "| whoami",
      "; wget http",
      "| wget http",
      "; curl http",
      "| curl http",
      "& wget http",
      "& curl http",
      "; rm -",
      "| nc -",
      "; nc -",
      "; bash -",
      "| bash",
      "| sh -",
      "$ ( id )",
      "$ ( whoami )",
      "$ ( cat /",
      "$ ( curl http",
      "$ ( wget http",
      "` id `",
      "` whoami `",
      "/ bin / sh",
      "/ bin / bash",
      "( ) { : ;",
      "cmd . exe",
      "powershell -",
      "/ dev / tcp /"),
  /** {@code ${jndi:ldap://...}} of Log4j, also in its disguises. */
  JNDI(
      "$ { jndi :",
      "$ { lower :",
      "$ { upper :",
      "$ { env :",
      "$ { sys :",
      "$ { : : -",
      "$ { date :",
      "jndi : ldap",
      "jndi : rmi",
      "jndi : dns");

  /** One a line. */
  private final String phrases;

  AttackRule(String... phrases) {
    this.phrases = String.join("\n", phrases);
  }

  /** As in the configuration, and on metrics. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Throws IllegalArgumentException for what is none, naming those that are. */
  static AttackRule of(String id) {
    for (AttackRule rule : values()) {
      if (rule.id().equals(id)) {
        return rule;
      }
    }
    throw new IllegalArgumentException(
        "one of " + Arrays.stream(values()).map(AttackRule::id).toList() + ", not '" + id + "'");
  }

  /** The words of each phrase. */
  List<List<String>> phrases() {
    return phrases.lines().map(phrase -> List.of(phrase.split(" ", -1))).toList();
  }

  /** Adds the rules that a text breaks. */
  static void look(String text, Set<AttackRule> broken) {
    Phrases.ALL.look(text, broken);
  }
}
