/**
 * The door for operators and machines: liveness, readiness and metrics over HTTP on a port of its
 * own, which listens on this machine only unless told otherwise. It serves no user and needs no
 * room.
 */
package dev.sluice.platform.management;
