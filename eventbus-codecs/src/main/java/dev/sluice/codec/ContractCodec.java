package dev.sluice.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.sluice.contract.Contract;
import dev.sluice.contract.Failure;
import dev.sluice.contract.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The one codec. Its name never changes, so a node of any version knows it; what a node may not
 * know is a type, and that is answered politely ({@link Undecodable}).
 *
 * <p>One map a message: {@code t} the contract's name and {@code b} its fields; a {@link Call} adds
 * {@code c} the sealed caller, {@code d} the milliseconds left, {@code i} the correlation id,
 * {@code p} the traceparent and {@code k} the idempotency key; a {@link Failure} is {@code f}, with
 * {@code m} its detail, {@code e} its fields and {@code r} when to retry, in milliseconds. Unknown
 * entries are passed over. CBOR is written; JSON is read as well.
 */
public final class ContractCodec implements MessageCodec<Object, Object> {
  public static final String NAME = "sluice";

  private static final System.Logger LOG = System.getLogger(ContractCodec.class.getName());

  private final CallerSeal seal;
  private final LongSupplier nanos;
  private final ObjectMapper wire = ContractJson.wire();

  /**
   * @param nanos the scale of {@link Envelope#deadline()}
   */
  public ContractCodec(CallerSeal seal, LongSupplier nanos) {
    this.seal = seal;
    this.nanos = nanos;
  }

  /** Makes this the codec of every contract, call and failure on {@code bus}. */
  public void registerOn(EventBus bus) {
    bus.registerCodec(this);
    bus.codecSelector(
        body ->
            body instanceof Call || body instanceof Contract || body instanceof Failure
                ? NAME
                : null);
  }

  @Override
  public void encodeToWire(Buffer buffer, Object message) {
    byte[] bytes;
    try {
      bytes = encode(message);
    } catch (IOException e) {
      // The receiver answers an empty message at once, which is the quickest way back to the
      // sender.
      LOG.log(System.Logger.Level.ERROR, "cannot encode " + message.getClass().getName(), e);
      bytes = new byte[0];
    }
    buffer.appendInt(bytes.length).appendBytes(bytes);
  }

  @Override
  public Object decodeFromWire(int pos, Buffer buffer) {
    String[] type = {"?"};
    try {
      int length = buffer.getInt(pos);
      return decode(buffer.getBytes(pos + 4, pos + 4 + length), type);
    } catch (Failure failure) {
      return new Undecodable(type[0], failure);
    } catch (IOException | RuntimeException e) {
      // No stack trace: whoever can send one broken message can send many.
      LOG.log(System.Logger.Level.WARNING, "cannot decode a message of type " + type[0] + ": " + e);
      return new Undecodable(
          type[0], Problem.INVALID.because("the message of type " + type[0] + " is broken"));
    }
  }

  /** Contracts are immutable, so on one node the receiver gets the sender's instance. */
  @Override
  public Object transform(Object message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  byte[] encode(Object message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator to = wire.createGenerator(out)) {
      to.writeStartObject();
      if (message instanceof Failure failure) {
        writeFailure(to, failure);
      } else {
        Contract body = message instanceof Call call ? call.body() : (Contract) message;
        to.writeStringField("t", Names.of(body.getClass()));
        if (message instanceof Call call) {
          writeEnvelope(to, call.envelope());
        }
        to.writeFieldName("b");
        wire.writeValue(to, body);
      }
      to.writeEndObject();
    }
    return out.toByteArray();
  }

  private void writeEnvelope(JsonGenerator to, Envelope envelope) throws IOException {
    to.writeStringField("c", seal.seal(envelope.caller()));
    to.writeNumberField("d", Math.max(0, envelope.left(nanos.getAsLong()).toMillis()));
    to.writeStringField("i", envelope.correlationId());
    to.writeStringField("p", envelope.traceparent());
    if (envelope.idempotencyKey() != null) {
      to.writeStringField("k", envelope.idempotencyKey());
    }
  }

  private static void writeFailure(JsonGenerator to, Failure failure) throws IOException {
    to.writeStringField("f", failure.problem().name());
    to.writeStringField("m", failure.detail());
    if (!failure.fields().isEmpty()) {
      to.writeArrayFieldStart("e");
      for (Failure.Field field : failure.fields()) {
        to.writeStartArray();
        to.writeString(field.field());
        to.writeString(field.detail());
        to.writeEndArray();
      }
      to.writeEndArray();
    }
    if (failure.retryAfter().isPresent()) {
      to.writeNumberField("r", failure.retryAfter().get().toMillis());
    }
  }

  private Object decode(byte[] bytes, String[] type) throws IOException {
    Parts parts = new Parts();
    try (JsonParser from = ContractJson.parser(bytes)) {
      if (from.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.INVALID.because("the message is empty or not a map");
      }
      while (from.nextToken() == JsonToken.FIELD_NAME) {
        String field = from.currentName();
        from.nextToken();
        parts.read(field, from);
      }
    }
    if (parts.problem != null) {
      return parts.failure();
    }
    if (parts.type == null) {
      throw Problem.INVALID.because("the message has no type");
    }
    type[0] = parts.type;
    Class<? extends Contract> known = Names.find(parts.type);
    if (known == null) {
      throw Problem.UNAVAILABLE.because("this node does not know '" + parts.type + "'");
    }
    Contract body = parts.body(known);
    return parts.caller == null ? body : new Call(parts.envelope(seal, nanos.getAsLong()), body);
  }

  /** The entries of one message, in whatever order they came. */
  private static final class Parts {
    String type;
    Contract body;
    TokenBuffer later;
    String caller;
    long left;
    String correlationId = "";
    String traceparent = "";
    String idempotencyKey;
    String problem;
    String detail;
    List<Failure.Field> fields = new ArrayList<>(0);
    Duration retryAfter;

    void read(String field, JsonParser from) throws IOException {
      switch (field) {
        case "t" -> type = from.getText();
        case "c" -> caller = from.getText();
        case "d" -> left = from.getLongValue();
        case "i" -> correlationId = from.getText();
        case "p" -> traceparent = from.getText();
        case "k" -> idempotencyKey = from.getText();
        case "f" -> problem = from.getText();
        case "m" -> detail = from.getText();
        case "r" -> retryAfter = Duration.ofMillis(from.getLongValue());
        case "e" -> {
          for (String[] pair : ContractJson.tolerant().readValue(from, String[][].class)) {
            fields.add(new Failure.Field(pair[0], pair[1]));
          }
        }
        case "b" -> readBody(from);
        default -> from.skipChildren();
      }
    }

    /** Straight into the record when the type came first, as our own nodes send it. */
    private void readBody(JsonParser from) throws IOException {
      Class<? extends Contract> known = type == null ? null : Names.find(type);
      if (known == null) {
        later = new TokenBuffer(from);
        later.copyCurrentStructure(from);
      } else {
        body = record(from, known);
      }
    }

    Contract body(Class<? extends Contract> known) throws IOException {
      if (body == null && later == null) {
        throw Problem.INVALID.because("the message has no body");
      }
      return body != null ? body : record(later.asParser(), known);
    }

    private static Contract record(JsonParser from, Class<? extends Contract> known) {
      try {
        return ContractJson.tolerant().readValue(from, known);
      } catch (IOException e) {
        throw ContractJson.failure(e);
      }
    }

    Envelope envelope(CallerSeal seal, long now) {
      return new Envelope(
          seal.open(caller), now + left * 1_000_000L, correlationId, traceparent, idempotencyKey);
    }

    Failure failure() {
      Problem known;
      try {
        known = Problem.valueOf(problem);
      } catch (IllegalArgumentException e) {
        known = Problem.INTERNAL; // a newer node's category
      }
      return new Failure(known, detail, fields, retryAfter);
    }
  }
}
