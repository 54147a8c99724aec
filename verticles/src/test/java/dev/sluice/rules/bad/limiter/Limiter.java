package dev.sluice.rules.bad.limiter;

import dev.sluice.rules.bad.edge.EdgeVerticle;

/** Knows the edge it serves. */
final class Limiter {
  EdgeVerticle edge;
}
