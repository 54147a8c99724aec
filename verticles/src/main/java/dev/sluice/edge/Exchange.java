package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way through the chain, and what the steps found out about it. It lives on one
 * event loop.
 */
final class Exchange implements Subject {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final Buffer NOTHING = Buffer.buffer();

  final HttpServerRequest request;
  final HttpServerResponse response;
  final Endpoint endpoint;
  final List<String> parameters;
  final long started;

  String correlationId = "";
  String traceparent = "";
  Client client = Client.ANONYMOUS;
  Admission admission;
  String account;
  long answeredBytes;
  int answeredRows;
  boolean bodyWasTooSlow;

  final boolean hasBody;

  private final Step[] chain;
  private final Bodies bodies;
  private final Addresses addresses;
  private String host;
  private String address;
  private int next;
  private boolean answered;

  Exchange(
      HttpServerRequest request,
      Endpoint endpoint,
      List<String> parameters,
      Step[] chain,
      Bodies bodies,
      Addresses addresses,
      long started) {
    this.request = request;
    this.response = request.response();
    this.endpoint = endpoint;
    this.parameters = parameters;
    this.chain = chain;
    this.bodies = bodies;
    this.addresses = addresses;
    this.started = started;
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    this.hasBody =
        (length != null && !length.equals("0"))
            || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    if (hasBody) {
      request.pause(); // until the chain has decided whether it is wanted
    }
  }

  Caller caller() {
    return client.caller();
  }

  /** The client's address, as far as it can be believed. */
  String host() {
    if (host == null) {
      host = addresses.host(request);
    }
    return host;
  }

  @Override
  public String address() {
    if (address == null) {
      address = Addresses.of(host());
    }
    return address;
  }

  @Override
  public Client client() {
    return client;
  }

  @Override
  public String route() {
    return endpoint.bucket();
  }

  @Override
  public String account() {
    return account;
  }

  @Override
  public boolean gone() {
    return response.closed();
  }

  /** Goes on with the next step; after the last one, to the destination. */
  void proceed() {
    try {
      while (next < chain.length) {
        if (!chain[next++].request(this)) {
          return;
        }
      }
      endpoint.destination().serve(this);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** Answers with a problem; anything but a {@link Failure} is our defect and is logged. */
  void fail(Throwable cause) {
    Failure failure;
    if (cause instanceof Failure known) {
      failure = known;
    } else {
      LOG.atError()
          .addKeyValue("correlationId", correlationId)
          .setCause(cause)
          .log("{} {} failed", request.method(), endpoint.template());
      failure = Problem.INTERNAL.because("something went wrong here; the log has it");
    }
    Problems.write(this, failure);
  }

  /** Answers; the reply walks the chain back first. A second answer is dropped. */
  void answer(int status, CharSequence contentType, Buffer body) {
    if (answered) {
      return;
    }
    if (response.closed() || response.headWritten()) {
      return; // the client has gone
    }
    answered = true;
    response.setStatusCode(status);
    if (contentType != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    }
    answeredBytes = body.length();
    for (int i = next - 1; i >= 0; i--) {
      chain[i].response(this);
    }
    if (hasBody && !request.isEnded()) {
      bodies.passOver(this);
    }
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body);
    }
  }

  /** Whether there was an answer, and a client to take it. */
  boolean answered() {
    return answered;
  }

  /** Answers without a body. */
  void answer(int status) {
    answer(status, null, NOTHING);
  }
}
