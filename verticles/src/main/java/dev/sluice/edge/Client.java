package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.edge.guard.ClientCertificates;
import dev.sluice.edge.proxy.Inbound;
import java.util.List;

/**
 * A caller, with the names of its buckets. Made once where callers are remembered, so that no
 * request has to put the names together.
 *
 * @param user such as {@code user:UUID}, null for nobody
 * @param key such as {@code key:ID}, null without an API key
 * @param bucket the key, or else the user
 * @param identity as upstreams are told, null for nobody
 */
record Client(Caller caller, String user, String key, String bucket, Inbound.Identity identity) {
  /** That of services; without a limit, unless one is set. */
  static final String SERVICE_TIER = "internal";

  static final Client ANONYMOUS = new Client(Caller.ANONYMOUS, null, null, null, null);

  /**
   * A service that showed a certificate: it needs no permissions of ours, and is in the tier of
   * services.
   */
  static Client of(ClientCertificates.Identity certificate) {
    String id = "cert:" + certificate.subject();
    Caller caller = new Caller(Caller.Kind.KEY, null, id, null, List.of(), List.of(), SERVICE_TIER);
    return new Client(
        caller,
        null,
        "key:" + id,
        "key:" + id,
        new Inbound.Identity(certificate.subject(), SERVICE_TIER, "mtls"));
  }

  static Client of(Caller caller) {
    String user = caller.userId() == null ? null : "user:" + caller.userId();
    String key = caller.kind() == Caller.Kind.KEY ? "key:" + caller.id() : null;
    Inbound.Identity identity =
        new Inbound.Identity(
            caller.userId() == null ? caller.id() : caller.userId().toString(),
            caller.tier() == null ? "" : caller.tier(),
            caller.kind() == Caller.Kind.KEY ? "api_key" : "jwt");
    return new Client(caller, user, key, key != null ? key : user, identity);
  }
}
