/**
 * How it is said: the names of contracts, the one codec that carries them all (CBOR between nodes,
 * the same instance on one node), the envelope every call travels in, and the seal under which a
 * caller's identity crosses from one node to another.
 *
 * <p>Decoding never throws: Vert.x decodes a reply after it has cancelled the reply's timer, and a
 * request inside the consumer, so an exception there leaves the sender waiting for ever or for its
 * whole timeout. What cannot be decoded becomes an {@link dev.sluice.codec.Undecodable}, which is
 * answered at once.
 */
package dev.sluice.codec;
