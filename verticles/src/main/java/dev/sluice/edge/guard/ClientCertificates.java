package dev.sluice.edge.guard;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who clients are by their certificates. It is read once a connection, after the handshake in which
 * it was verified against {@code edge.tls.client_ca}; asking allocates nothing.
 */
public final class ClientCertificates {
  private static final AttributeKey<Identity> IDENTITY =
      AttributeKey.valueOf(ClientCertificates.class, "identity");

  private static final int DNS = 2;
  private static final int URI = 6;

  /**
   * What a certificate says of its owner.
   *
   * @param subject the distinguished name, as RFC 2253 writes it
   * @param commonName the CN in it, empty without one
   * @param names the DNS names and URIs of its alternative names, such as {@code
   *     spiffe://example.org/shop}
   */
  public record Identity(String subject, String commonName, List<String> names) {
    public Identity {
      names = List.copyOf(names);
    }
  }

  private ClientCertificates() {}

  /** The verified owner of the other end; null without TLS, or without a certificate. */
  public static Identity of(HttpConnection connection) {
    if (connection instanceof ConnectionBase base && base.channel().hasAttr(IDENTITY)) {
      return base.channel().attr(IDENTITY).get();
    }
    return null;
  }

  /** Looks at a new connection, whose handshake is done. */
  static void note(HttpConnection connection, Channel channel) {
    SSLSession session = connection.sslSession();
    if (session == null) {
      return;
    }
    try {
      if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
        channel.attr(IDENTITY).set(identity(certificate));
      }
    } catch (SSLPeerUnverifiedException e) {
      return; // it was asked for one, or not, and has none
    }
  }

  static Identity identity(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName();
    return new Identity(subject, commonName(subject), names(certificate));
  }

  private static String commonName(String subject) {
    try {
      for (Rdn part : new LdapName(subject).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return part.getValue().toString();
        }
      }
      return "";
    } catch (InvalidNameException e) {
      return "";
    }
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          Object kind = alternative.get(0);
          if (kind.equals(DNS) || kind.equals(URI)) {
            names.add(alternative.get(1).toString());
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return names;
  }
}
