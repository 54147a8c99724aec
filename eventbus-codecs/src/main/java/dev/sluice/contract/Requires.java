package dev.sluice.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may ask this request: a permission such as {@code write:orders}, or one of the three words
 * below. Checked by the edge, to fail early, and again by the room, which is the one that counts.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Requires {
  /** No credentials needed. */
  String ANYONE = "anyone";

  /** Any caller with valid credentials. */
  String SIGNED_IN = "signed-in";

  /** Only a node of this cluster, in its own name. */
  String NODE = "node";

  String value();
}
