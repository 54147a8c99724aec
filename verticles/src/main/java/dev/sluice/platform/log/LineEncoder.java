package dev.sluice.platform.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes {@link Lines} in the form in which another encoder writes single events. */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final int MILLIS = 1000;

  private final Encoder<ILoggingEvent> single;
  private final String node; // null: as text
  private final JsonFactory factory =
      new JsonFactoryBuilder().rootValueSeparator(System.lineSeparator()).build();
  private final ByteArrayOutputStream json = new ByteArrayOutputStream();
  private final StringBuilder text = new StringBuilder();
  private final DateTimeFormatter seconds;
  private long second = Long.MIN_VALUE;
  private String secondText = "";

  private LineEncoder(Encoder<ILoggingEvent> single, String node, String pattern, ZoneId zone) {
    this.single = single;
    this.node = node;
    this.seconds = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(zone);
  }

  static Encoder<ILoggingEvent> json(Encoder<ILoggingEvent> single, String node) {
    return started(new LineEncoder(single, node, "uuuu-MM-dd'T'HH:mm:ss", ZoneOffset.UTC));
  }

  static Encoder<ILoggingEvent> text(Encoder<ILoggingEvent> single) {
    return started(new LineEncoder(single, null, "HH:mm:ss", ZoneId.systemDefault()));
  }

  private static LineEncoder started(LineEncoder encoder) {
    encoder.setContext(encoder.single.getContext());
    encoder.start();
    return encoder;
  }

  @Override
  public byte[] headerBytes() {
    return single.headerBytes();
  }

  @Override
  public byte[] footerBytes() {
    return single.footerBytes();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    if (!(event instanceof Lines lines)) {
      return single.encode(event);
    }
    try {
      return node == null ? text(lines) : json(lines);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written to", e);
    } finally {
      lines.release();
    }
  }

  private byte[] json(Lines lines) throws IOException {
    Lines.Form form = lines.form();
    json.reset();
    try (JsonGenerator line = factory.createGenerator(json)) {
      for (int i = 0; i < lines.size(); i++) {
        line.writeStartObject();
        line.writeStringField("@timestamp", time(lines.millis(i)) + "Z");
        line.writeStringField("level", "INFO");
        line.writeStringField("logger", form.logger());
        line.writeStringField("message", form.message());
        line.writeStringField("node", node);
        for (int field = 0; field < form.texts().size(); field++) {
          line.writeStringField(form.texts().get(field), lines.text(i, field));
        }
        for (int field = 0; field < form.numbers().size(); field++) {
          line.writeNumberField(form.numbers().get(field), lines.number(i, field));
        }
        line.writeEndObject();
      }
    }
    json.writeBytes(System.lineSeparator().getBytes(StandardCharsets.UTF_8));
    return json.toByteArray();
  }

  /** As the pattern of {@link Encoders} has it, control characters blanked. */
  private byte[] text(Lines lines) {
    Lines.Form form = lines.form();
    text.setLength(0);
    String logger = form.logger().substring(form.logger().lastIndexOf('.') + 1);
    for (int i = 0; i < lines.size(); i++) {
      text.append(time(lines.millis(i))).append(" INFO  ").append(logger).append(" - ");
      text.append(form.message());
      for (int field = 0; field < form.texts().size(); field++) {
        text.append(' ').append(form.texts().get(field)).append("=\"");
        plain(lines.text(i, field));
        text.append('"');
      }
      for (int field = 0; field < form.numbers().size(); field++) {
        text.append(' ').append(form.numbers().get(field)).append("=\"");
        text.append(lines.number(i, field)).append('"');
      }
      text.append(System.lineSeparator());
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void plain(String value) {
    for (int i = 0; value != null && i < value.length(); i++) {
      char c = value.charAt(i);
      text.append(c < ' ' || c == 127 ? ' ' : c);
    }
  }

  private String time(long millis) {
    long now = Math.floorDiv(millis, MILLIS);
    if (now != second) {
      second = now;
      secondText = seconds.format(Instant.ofEpochSecond(now));
    }
    long rest = Math.floorMod(millis, MILLIS);
    return secondText + (rest < 10 ? ".00" : rest < 100 ? ".0" : ".") + rest;
  }
}
