package dev.sluice.edge.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads HTTP/1.1 so that no other server can read it differently. Netty's decoder does the work and
 * refuses most of what is wrong; this one looks at the bytes that it reads mildly or forgets: the
 * spaces of the request line, folded header lines, the lines of chunked bodies ({@link
 * ChunkLines}); and it has the head judged as a whole once it is there ({@link HeadTally}).
 *
 * <p>What is refused goes on as a request whose {@code decoderResult} has failed with {@link
 * Refused}, in the order of the pipeline. Of that connection nothing more is read: what follows may
 * be part of an attack.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
  private static final long SOON_MILLIS = 250;

  /** What is being read. */
  enum Part {
    NOTHING,
    HEAD,
    BODY,
    CHUNKS,
    /** A refused connection: whatever comes is thrown away. */
    RUBBISH
  }

  private final HeadTally tally;
  private final ChunkLines chunks = new ChunkLines();
  private Part part = Part.NOTHING;
  private boolean lineRead;
  private long heads;
  private long bodyBytes;

  StrictDecoder(HttpServerOptions options, int mostHeaders) {
    super(options);
    this.tally = new HeadTally(mostHeaders);
  }

  Part part() {
    return part;
  }

  /** Heads that have begun to come; whether it is still the same one. */
  long heads() {
    return heads;
  }

  /** Bytes of bodies that came on this connection, with what frames them. */
  long bodyBytes() {
    return bodyBytes;
  }

  /** Refuses what is being read, as a request that took too long. */
  void refuseSlow(ChannelHandlerContext ctx) {
    Refused slow = new Refused(Fault.SLOW, "the request came too slowly");
    boolean head = part == Part.NOTHING || part == Part.HEAD;
    part = Part.RUBBISH;
    FlushFirst.before(ctx);
    ctx.fireChannelRead(head ? invalid(slow) : cutOff(slow));
    ctx.fireChannelReadComplete();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    int begin = in.readerIndex();
    int before = out.size();
    switch (part) {
      case RUBBISH -> {
        in.skipBytes(in.readableBytes());
        return;
      }
      case NOTHING, HEAD -> {
        if (folds(in)) {
          refuse(in, out, invalid(new Refused(Fault.FRAMING, "header lines are not folded")));
          return;
        }
        if (part == Part.NOTHING) {
          part = Part.HEAD;
          heads++;
        }
        super.decode(ctx, in, out);
        if (!lineRead && !in.isReadable() && out.size() == before) {
          part = Part.NOTHING; // there were only empty lines
        }
      }
      case CHUNKS -> {
        Refused wrong = chunks.walk(in);
        if (wrong != null) {
          part = Part.RUBBISH;
          in.skipBytes(in.readableBytes());
          cutOffSoon(ctx, wrong);
          return;
        }
        super.decode(ctx, in, out);
        chunks.consumed(in.readerIndex() - begin);
        bodyBytes += in.readerIndex() - begin;
      }
      case BODY -> {
        super.decode(ctx, in, out);
        bodyBytes += in.readerIndex() - begin;
      }
    }
    for (int i = before; i < out.size(); i++) {
      if (!passes(out.get(i), out.size() > i + 1)) {
        part = Part.RUBBISH;
        boolean head = out.get(i) instanceof HttpRequest;
        out.subList(head ? i + 1 : i, out.size()).clear();
        if (!head) {
          cutOffSoon(ctx, new Refused(Fault.FRAMING, "the body is not framed as it should be"));
        }
        return;
      }
    }
  }

  /** Keeps track of what the decoder made; false for what is refused, now or by the decoder. */
  private boolean passes(Object decoded, boolean isWhole) {
    if (decoded instanceof HttpRequest request) {
      if (request.decoderResult().isFailure()) {
        return false;
      }
      Refused wrong = tally.judge(request);
      boolean chunked = tally.chunked();
      tally.startOver();
      lineRead = false;
      if (wrong != null) {
        request.headers().remove(HttpHeaderNames.EXPECT); // nothing is to be continued
        request.setDecoderResult(DecoderResult.failure(wrong));
        return false;
      }
      if (chunked) {
        chunks.begin();
      }
      part = isWhole ? Part.NOTHING : chunked ? Part.CHUNKS : Part.BODY;
    } else if (decoded instanceof LastHttpContent last) {
      boolean agreed = part != Part.CHUNKS || chunks.done();
      part = Part.NOTHING;
      return agreed && last.decoderResult().isSuccess();
    }
    return true;
  }

  private void refuse(ByteBuf in, List<Object> out, Object refusal) {
    part = Part.RUBBISH;
    in.skipBytes(in.readableBytes());
    out.add(refusal);
  }

  private HttpMessage invalid(Refused why) {
    HttpMessage message = createInvalidMessage();
    message.setDecoderResult(DecoderResult.failure(why));
    return message;
  }

  /**
   * Not at once: a request that came in one piece with its body may not have anybody yet who reads
   * that, and hears that it is broken, and answers.
   */
  private static void cutOffSoon(ChannelHandlerContext ctx, Refused why) {
    FlushFirst.before(ctx);
    var unused =
        ctx.executor()
            .schedule(
                () -> {
                  if (!ctx.isRemoved()) {
                    ctx.fireChannelRead(cutOff(why));
                    ctx.fireChannelReadComplete();
                  }
                },
                SOON_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private static LastHttpContent cutOff(Refused why) {
    LastHttpContent end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
    end.setDecoderResult(DecoderResult.failure(why));
    return end;
  }

  /**
   * Whether a line that is here begins with a space. The decoder consumes whole lines, so the
   * reader is always at the beginning of one.
   */
  private boolean folds(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    if (!lineRead) {
      while (at < end && (in.getByte(at) == '\r' || in.getByte(at) == '\n')) {
        at++; // empty lines before a request line are skipped (RFC 9112, section 2.2)
      }
    } else if (at < end && in.getByte(at) == '\r') {
      return false; // the end of the head; what follows is not part of it
    } else if (at < end && isSpace(in.getByte(at))) {
      return true;
    }
    while (at < end) {
      int lf = in.indexOf(at, end, (byte) '\n');
      if (lf < 0 || lf + 1 >= end) {
        return false;
      }
      byte next = in.getByte(lf + 1);
      if (isSpace(next)) {
        return true;
      }
      if (next == '\r' || next == '\n') {
        return false; // the end of the head
      }
      at = lf + 1;
    }
    return false;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }

  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    if (start != 0 || length >= line.length || line[length] != ' ') {
      throw oneSpace();
    }
    return super.splitFirstWordInitialLine(line, start, length);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    boolean before = start >= 2 && line[start - 1] == ' ' && line[start - 2] > ' ';
    int end = start + length;
    boolean after = end + 1 < line.length && line[end] == ' ' && line[end + 1] > ' ';
    if (length > 0 && !(before && after)) {
      throw oneSpace();
    }
    return super.splitSecondWordInitialLine(line, start, length);
  }

  private static Refused oneSpace() {
    return new Refused(Fault.TARGET, "a request line is 'METHOD target HTTP/1.1', with one space");
  }

  @Override
  protected HttpMessage createMessage(String[] line) {
    String version = line[2];
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      boolean other = version.matches("HTTP/[0-9]\\.[0-9]");
      throw new Refused(
          other ? Fault.VERSION : Fault.SYNTAX, "HTTP/1.1 and HTTP/1.0 are served here");
    }
    Refused wrong = Heads.method(line[0]);
    if (wrong == null) {
      wrong = Heads.target(line[1], line[0]);
    }
    if (wrong != null) {
      throw wrong;
    }
    line[1] = tally.originForm(line[1]);
    lineRead = true;
    return super.createMessage(line);
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (part == Part.HEAD) { // not for trailers
      tally.name(line, start, length);
    }
    return super.splitHeaderName(line, start, length);
  }
}
