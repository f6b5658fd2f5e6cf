"use strict";
// Rendered by the server: it fills in the address of the document and the token for writes.
const HeadedOperations = (Original, system) => (props) =>
  system.React.createElement(
    system.React.Fragment,
    null,
    // Swagger UI jumps from the first level of headings to the third.
    system.React.createElement("h2", { className: "api-docs__heading" }, "Operations"),
    system.React.createElement(Original, props),
  );

// It stands outside the main landmark: it becomes one of its own.
const InfoAsRegion = (Original, system) => (props) =>
  system.React.createElement("section", { "aria-label": "About" }, system.React.createElement(Original, props));

SwaggerUIBundle({
  url: "{{ schema_url|escapejs }}",
  dom_id: "#swagger-ui",
  layout: "BaseLayout",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [{ wrapComponents: { operations: HeadedOperations, InfoContainer: InfoAsRegion } }],
  defaultModelsExpandDepth: -1,
  syntaxHighlight: false,
  requestInterceptor: (request) => {
    if (!["GET", undefined].includes(request.method)) {
      request.headers["{{ csrf_header_name|escapejs }}"] = "{{ csrf_token|escapejs }}";
    }
    return request;
  },
});
