package dev.sluice.edge;

import dev.sluice.codec.Caller;
import dev.sluice.contract.Failure;
import dev.sluice.edge.proxy.Inbound;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/**
 * One request on its way through the chain, and what the steps found out about it. It lives on one
 * event loop.
 */
final class Exchange implements Subject, Inbound {
  private static final Buffer NOTHING = Buffer.buffer();

  final HttpServerRequest request;
  final HttpServerResponse response;
  final Endpoint endpoint;
  final String path;
  final List<String> parameters;
  final String rest;
  final Worker worker;
  final long started;

  String correlationId = "";
  String traceparent = "";
  Client client = Client.ANONYMOUS;
  Admission admission;
  String account;
  long answeredBytes;
  int answeredRows;
  boolean bodyWasTooSlow;
  boolean problem; // the answer is one of ours, whatever the route

  final boolean hasBody;

  private boolean bodyIsWaitedWith;
  private String host;
  private String address;
  private int next;
  private boolean answered;

  /**
   * @param path as it is compared and forwarded
   * @param rest what a trailing wildcard of the route stands for
   */
  Exchange(
      HttpServerRequest request,
      Endpoint endpoint,
      String path,
      List<String> parameters,
      String rest,
      Worker worker) {
    this.request = request;
    this.response = request.response();
    this.endpoint = endpoint;
    this.path = path;
    this.parameters = parameters;
    this.rest = rest;
    this.worker = worker;
    this.started = worker.time().nanos();
    this.hasBody = Bodies.has(request);
    if (hasBody) {
      request.pause(); // until the chain has decided whether it is wanted
      bodyIsWaitedWith = request.headers().contains(HttpHeaders.EXPECT);
    }
    response.exceptionHandler(e -> {}); // a client that goes away is no news
    response.endHandler(this::ended);
  }

  Caller caller() {
    return client.caller();
  }

  /** The client's address, as far as it can be believed. */
  @Override
  public String host() {
    if (host == null) {
      host = worker.addresses().host(request);
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
    List<Step> chain = worker.chain();
    try {
      while (next < chain.size()) {
        if (!chain.get(next++).request(this)) {
          return;
        }
      }
      endpoint.destination().serve(this);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** Answers with a problem; anything but a {@link Failure} is our defect and is logged. */
  @Override
  public void fail(Throwable cause) {
    Failure failure = Problems.known(this, cause);
    if (!cutOff()) {
      Problems.write(this, failure);
    }
  }

  @Override
  public void fail(int status, Throwable cause) {
    Failure failure = Problems.known(this, cause);
    if (!cutOff()) {
      Problems.write(this, status, failure);
    }
  }

  /** What was begun cannot be taken back, only cut off. Whether there is no more to be said. */
  private boolean cutOff() {
    if (response.headWritten() && !response.ended() && !response.closed()) {
      response.reset();
    }
    return response.headWritten();
  }

  @Override
  public boolean begin(int status) {
    if (answered || response.closed() || response.headWritten()) {
      return false; // answered already, or the client has gone
    }
    answered = true;
    response.setStatusCode(status);
    List<Step> chain = worker.chain();
    for (int i = next - 1; i >= 0; i--) {
      chain.get(i).response(this);
    }
    return true;
  }

  /** Answers; the reply walks the chain back first. A second answer is dropped. */
  @Override
  public void answer(int status, CharSequence contentType, Buffer body) {
    if (contentType != null && !answered) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    }
    if (!begin(status)) {
      return;
    }
    answeredBytes = body.length();
    if (hasBody && !request.isEnded()) {
      passOverBody();
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

  private void ended(Void end) {
    List<Step> chain = worker.chain();
    for (int i = next - 1; i >= 0; i--) {
      chain.get(i).ended(this);
    }
  }

  @Override
  public HttpServerRequest request() {
    return request;
  }

  @Override
  public HttpServerResponse response() {
    return response;
  }

  @Override
  public boolean hasBody() {
    return hasBody;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String authority() {
    String host = request.getHeader(HttpHeaders.HOST);
    return host != null || request.authority() == null ? host : request.authority().toString();
  }

  @Override
  public List<String> parameters() {
    return parameters;
  }

  @Override
  public String rest() {
    return rest;
  }

  @Override
  public boolean behindTrustedProxy() {
    return worker.addresses().trusted(request);
  }

  @Override
  public Identity identity() {
    return client.identity();
  }

  @Override
  public String correlationId() {
    return correlationId;
  }

  @Override
  public String traceparent() {
    return traceparent;
  }

  @Override
  public String clientKey() {
    return client.bucket() != null ? client.bucket() : address();
  }

  @Override
  public void sent(int bytes) {
    answeredBytes += bytes;
  }

  @Override
  public Future<Buffer> wholeBody(int limit) {
    return worker.bodies().read(this, limit);
  }

  /** A client that says {@code Expect: 100-continue} is told once the chain has let it through. */
  @Override
  public void wantBody() {
    if (bodyIsWaitedWith) {
      bodyIsWaitedWith = false;
      response.writeContinue();
    }
  }

  /** Whether the client still waits with its body, which then will not come. */
  boolean bodyIsWaitedWith() {
    return bodyIsWaitedWith;
  }

  @Override
  public void passOverBody() {
    worker.bodies().passOver(this);
  }
}
