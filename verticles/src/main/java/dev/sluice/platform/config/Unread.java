package dev.sluice.platform.config;

/**
 * A part of a document that is left as it was written, because its shape depends on something else
 * in the document. {@link Document#bind(Unread, Class)} reads it.
 */
public final class Unread {
  private final DocumentBinder.Place place;
  private final YamlNode node;

  Unread(DocumentBinder.Place place, YamlNode node) {
    this.place = place;
    this.node = node;
  }

  DocumentBinder.Place place() {
    return place;
  }

  YamlNode node() {
    return node;
  }
}
