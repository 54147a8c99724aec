/**
 * Spring Cloud Gateway, set up by its own documentation for speed: one route, nothing observed,
 * nothing logged. See {@code application.yaml} for each setting and its reason.
 */
package dev.sluice.peers.gateway;
