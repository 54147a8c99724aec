/**
 * Time, handed in. Whoever needs to know what time it is, or how long something took, is given a
 * {@link dev.sluice.platform.time.Time} by constructor, so that a test can turn it instead of
 * waiting.
 */
package dev.sluice.platform.time;
