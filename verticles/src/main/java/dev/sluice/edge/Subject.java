package dev.sluice.edge;

/** What limits look at, whichever protocol it came by. */
interface Subject {
  /** Such as {@code ip:192.0.2.1}. */
  String address();

  Client client();

  /** Such as {@code route:auth.login}. */
  String route();

  /** The account a login is for, hashed; null where there is none, or it is not known yet. */
  String account();

  /** Whether nobody waits for an answer any more. */
  boolean gone();
}
