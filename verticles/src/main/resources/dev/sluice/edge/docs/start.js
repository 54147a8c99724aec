"use strict";
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null, // nothing leaves for anywhere else
  persistAuthorization: false, // a token stays in this tab
});
