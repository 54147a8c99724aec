/**
 * A house in which everything is wrong; read by {@link dev.sluice.rules.HouseRulesBiteTest}, run by
 * nobody.
 */
package dev.sluice.rules.bad;
