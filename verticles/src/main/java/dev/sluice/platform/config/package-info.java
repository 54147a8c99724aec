/**
 * What can be set, and how it is set. A section is a record whose components carry {@link
 * dev.sluice.platform.config.Setting}: a sentence, a default and limits. {@link
 * dev.sluice.platform.config.Config#load} fills the records from sluice.yaml and from {@code
 * SLUICE_*} environment variables, which win; whatever is unknown or outside its limits stops the
 * start with one {@link dev.sluice.platform.config.ConfigException} that lists every mistake. The
 * reference in docs/configuration.md is rendered from the same records by {@link
 * dev.sluice.platform.config.ConfigurationDoc}, so it cannot disagree with what is read. Values of
 * secret keys appear in no message.
 */
package dev.sluice.platform.config;
