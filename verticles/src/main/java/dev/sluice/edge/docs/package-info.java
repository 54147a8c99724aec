/**
 * The page at /docs: Swagger UI from its WebJar, with an index and a start script of ours, which
 * need nothing from anywhere else and no script inside the page.
 */
package dev.sluice.edge.docs;
