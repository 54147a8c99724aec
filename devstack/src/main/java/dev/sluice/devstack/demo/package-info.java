/**
 * An HTTP service to put the gateway in front of: it answers late, wrongly, in pieces or for ever,
 * as its address says. There are two of it, and each says which one it is, so that balancing can be
 * seen. It knows nothing about the gateway.
 */
package dev.sluice.devstack.demo;
