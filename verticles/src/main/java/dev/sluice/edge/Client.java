package dev.sluice.edge;

import dev.sluice.codec.Caller;

/**
 * A caller, with the names of its buckets. Made once where callers are remembered, so that no
 * request has to put the names together.
 *
 * @param user such as {@code user:UUID}, null for nobody
 * @param key such as {@code key:ID}, null without an API key
 * @param bucket the key, or else the user
 */
record Client(Caller caller, String user, String key, String bucket) {
  static final Client ANONYMOUS = new Client(Caller.ANONYMOUS, null, null, null);

  static Client of(Caller caller) {
    String user = caller.userId() == null ? null : "user:" + caller.userId();
    String key = caller.kind() == Caller.Kind.KEY ? "key:" + caller.id() : null;
    return new Client(caller, user, key, key != null ? key : user);
  }
}
