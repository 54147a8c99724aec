/**
 * The rules of the house, and a small house in {@code bad} that breaks each of them: a rule that
 * has not been seen to bite is not trusted.
 */
package dev.sluice.rules;
