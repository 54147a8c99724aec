package dev.sluice.load.compare;

/**
 * One way to have a request proxied.
 *
 * @param name as the page has it
 * @param server may be that of several
 * @param header one more of the request, {@code name: value}, or empty
 */
public record Contender(String name, Started server, int port, String path, String header) {}
