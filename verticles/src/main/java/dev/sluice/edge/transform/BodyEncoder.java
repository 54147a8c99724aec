package dev.sluice.edge.transform;

import io.vertx.core.buffer.Buffer;

/**
 * Writes one body in a content coding, part by part. It holds memory outside the heap until it is
 * finished or closed, whichever comes first; one of them must, also when the client has gone. A
 * part is encoded at once, at some 6 ms a megabyte, so parts should be as small as sockets bring
 * them.
 */
public interface BodyEncoder {

  /** What is to be written now; may be empty. */
  Buffer encode(Buffer part);

  /** The last of it. Nothing else may be called after it but {@link #close}. */
  Buffer finish();

  /** Gives back what it holds. May be called at any time, and again. */
  void close();
}
