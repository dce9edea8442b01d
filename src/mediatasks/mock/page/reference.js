// The operations of a provider in Swagger UI, which is loaded when it is first wanted.

import { byId, element, write } from "./element.js";
import { complain, say } from "./status.js";

const VENDOR = "_mock/page/vendor/swagger-ui";

export class Reference {
  constructor(providers) {
    this.names = providers.map((provider) => provider.provider);
    this.shown = null;
    const choice = byId("reference-provider");
    choice.append(...providers.map((p) => element("option", { value: p.provider }, `${p.title} (${p.provider})`)));
    choice.addEventListener("change", () => (location.hash = `reference/${encodeURIComponent(choice.value)}`));
  }

  /** Show the operations of a provider, named as in a URL; of the first one where there is no such provider. */
  async show(name) {
    const provider = this.names.find((known) => encodeURIComponent(known) === name) ?? this.names[0];
    if (provider === undefined || provider === this.shown) return;
    this.shown = provider;
    byId("reference-provider").value = provider;
    const url = `_mock/contracts/${encodeURIComponent(provider)}`;
    byId("reference-document").href = url;
    try {
      loading ??= load();
      await loading;
      if (this.shown === provider) draw(url);
    } catch {
      [loading, this.shown] = [null, null];
      complain(new Error());
    }
  }
}

let loading = null;

function load() {
  // A library within Swagger UI would take over every link to a place in the document, those between the views too.
  window.noZensmooth = true;
  const sheet = element("link", { rel: "stylesheet", href: `${VENDOR}/swagger-ui.css` });
  const own = element("link", { rel: "stylesheet", href: "_mock/page/reference.css" });
  const script = element("script", { src: `${VENDOR}/swagger-ui-bundle.js` });
  const parts = [sheet, own, script];
  document.head.append(...parts);
  return Promise.all(parts.map((part) => new Promise((done, fail) => Object.assign(part, { onload: done, onerror: fail }))));
}

function draw(url) {
  const place = element("div");
  byId("reference-body").replaceChildren(place);
  byId("reference-body").scrollTop = 0;
  const ui = window.SwaggerUIBundle({
    domNode: place,
    url,
    validatorUrl: null,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    syntaxHighlight: { theme: "tomorrow-night" },
    plugins: [within],
    layout: "Within",
    onComplete: () => authorise(ui),
    responseInterceptor: (reply) => tell(reply, url),
  });
  new MutationObserver(() => nameFields(place)).observe(place, { childList: true, subtree: true });
}

// The reply to a request that was tried may be out of sight below it; nor would a screen reader say that it came.
function tell(reply, documentUrl) {
  const { pathname } = new URL(reply.url, location.href);
  if (pathname !== new URL(documentUrl, location.href).pathname) say(`${pathname} was answered ${reply.status}; the reply is below the request.`);
  return reply;
}

// Swagger UI leaves some fields without a name that a screen reader could say, and some boxes out of reach of the keys.
const UNNAMED = {
  ".examples-select-element": "Example",
  "textarea.body-param__text": "Request body",
  "select.content-type": "Content type",
};

function nameFields(place) {
  for (const [selector, name] of Object.entries(UNNAMED)) {
    for (const field of place.querySelectorAll(`${selector}:not([aria-label])`)) field.setAttribute("aria-label", name);
  }
  for (const field of place.querySelectorAll("tr[data-param-name] :is(input, select, textarea):not([aria-label])")) {
    field.setAttribute("aria-label", field.closest("tr").dataset.paramName);
  }
  for (const box of place.querySelectorAll("pre.microlight:not([tabindex])")) box.tabIndex = 0;
}

// A layout for Swagger UI inside a page that has its own title, main part and choice of document; its own has all that.
function within({ React }) {
  const h = React.createElement;
  return {
    // A string that holds JSON is typed; Swagger UI would have a file chosen.
    afterLoad({ fn }) {
      const isFile = fn.isFileUploadIntended;
      fn.isFileUploadIntended = (schema, type) => schema?.get?.("contentMediaType") !== "application/json" && isFile(schema, type);
    },
    components: {
      Within({ getComponent, specSelectors }) {
        const part = (name, properties) => h(getComponent(name, true), properties);
        const status = specSelectors.loadingStatus();
        if (status !== "success") return h("p", { className: "empty" }, status === "failed" ? "The contract did not load." : "Loading…");
        const description = specSelectors.info().get("description");
        const sections = [part("AuthorizeBtnContainer"), part("operations"), part("Webhooks")];
        return h(
          "div",
          { className: "swagger-ui" },
          part("SvgAssets"),
          description && part("Markdown", { source: description }),
          ...sections.map((section, key) => h("div", { className: "wrapper", key }, section)),
        );
      },
    },
  };
}

// The contract says in `x-credential` what the mock accepts.
function authorise(ui) {
  const schemes = ui.specSelectors.specJson().toJS().components?.securitySchemes ?? {};
  for (const [name, scheme] of Object.entries(schemes)) {
    const values = Object.values(scheme["x-credential"] ?? {}).map((credential) => String(credential.example));
    if (scheme.type === "http" && scheme.scheme === "basic" && values.length === 2) ui.preauthorizeBasic(name, ...values);
    else if (values.length === 1 && (scheme.type === "apiKey" || scheme.scheme === "bearer")) ui.preauthorizeApiKey(name, values[0]);
  }
}
