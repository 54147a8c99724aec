/**
 * What is said. One sealed sheet a service ({@link dev.sluice.contract.Order}, {@link
 * dev.sluice.contract.Auth}, ...), whose nested records are the messages: immutable, checked when
 * built, and named once ({@code Order.Create} is {@code order.create} on the bus, in OpenAPI, in
 * metrics and in the audit log). A contract is added to, never changed: a new field is optional, a
 * break is a new record. How it travels is the business of {@code dev.sluice.codec}.
 */
package dev.sluice.contract;
