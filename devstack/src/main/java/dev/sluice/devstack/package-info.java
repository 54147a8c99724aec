/**
 * Real PostgreSQL, Redis and Kafka on this machine, out of Maven artifacts: for {@code ./sluice
 * up}, for tests and for load runs. Nothing here knows anything about Sluice; it only hands out
 * addresses. Beside them {@code ./sluice up} has a {@linkplain dev.sluice.devstack.demo demo
 * service} to be a gateway for.
 *
 * <p>PostgreSQL and Redis are child processes, Kafka runs inside this JVM. The children live in
 * sessions of their own, so that a Ctrl-C in the terminal reaches only the program that then stops
 * them in order, and each child has a {@link dev.sluice.devstack.Watchdog} that ends it when this
 * JVM dies without a chance to do so. Data survives all of that: every server writes ahead, and a
 * start on the folder of a killed run first stops what was left of that run.
 *
 * <p>Runs on Linux x86-64 with glibc, as root and as an ordinary user.
 */
package dev.sluice.devstack;
