package dev.sluice.limiter;

/**
 * What a bucket said to an {@link Ask}.
 *
 * @param granted how many of the waiting requests have their tokens, counted from the first
 * @param leased tokens taken out of the bucket for later
 * @param level whole tokens left, rounded down; below 0 when in debt
 * @param waitMillis how long until the next waiting request's tokens, or one token, would be there;
 *     0 when they are
 */
record Answer(int granted, int leased, long level, long waitMillis) {}
