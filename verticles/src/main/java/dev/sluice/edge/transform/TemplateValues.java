package dev.sluice.edge.transform;

import java.util.List;

/** What is known of a request, for the {@code {name}}s in the values of rules. */
public interface TemplateValues {

  /** The values of the parameters of the route's path, raw, in order. */
  List<String> parameters();

  /** What a trailing {@code *} of the route's path stands for, raw; may be null. */
  String rest();

  /** The client's address, as far as it can be believed: {@code {client.ip}}. */
  String host();

  /** The id of who asks, null for nobody that is known: {@code {client.subject}}. */
  String subject();

  /** {@code {request.id}}. */
  String correlationId();
}
