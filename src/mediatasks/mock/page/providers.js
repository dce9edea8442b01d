// What is served: base URL, credentials, operations, and a task to begin with.

import { ask } from "./api.js";
import { button, byId, element } from "./element.js";
import { count } from "./format.js";
import { attempt, say } from "./status.js";

/** Show the providers; `refresh()` shows what a new task led to. */
export function showProviders(providers, refresh) {
  byId("providers").replaceChildren(...providers.map((provider) => card(provider, refresh)));
}

function card(provider, refresh) {
  const url = location.origin + provider.path;
  const create = button("Create sample task", () => createSample(provider, refresh), `Create sample task of ${provider.provider}`);
  return element(
    "li",
    {},
    element("h3", {}, provider.title),
    element("p", { class: "url" }, element("code", { title: url }, url), copier(url, `base URL of ${provider.provider}`)),
    credentials(provider),
    element(
      "p",
      { class: "buttons" },
      ...(provider.creates ? [create] : []),
      element("a", { href: `#reference/${encodeURIComponent(provider.provider)}` }, count(provider.operations.length, "operation")),
    ),
  );
}

function credentials(provider) {
  if (!provider.credentials.length) return element("p", { class: "muted" }, "no credentials");
  const entries = provider.credentials.flatMap((credential) => [
    element("dt", { title: wherefrom(credential) }, shortPlace(credential)),
    element("dd", {}, element("code", { title: credential.value }, credential.value)),
  ]);
  return element("dl", { class: "credentials" }, ...entries);
}

function shortPlace({ argument, in: place, name }) {
  if (place === "header") return `${name}:`;
  return place === "query" ? `?${name}=` : argument;
}

const wherefrom = ({ argument, in: place, name, required }) =>
  `${argument}: ${place} ${name}${required ? "" : " (not always needed)"}`;

function copier(text, what) {
  return button(
    "Copy",
    async () => {
      try {
        await navigator.clipboard.writeText(text);
        say(`Copied ${text}`);
      } catch {
        say(`This browser does not let pages copy; the text is ${text}`);
      }
    },
    `Copy the ${what}`,
  );
}

async function createSample(provider, refresh) {
  await attempt(async () => {
    const { tasks } = await ask("POST", `/tasks/${encodeURIComponent(provider.provider)}`);
    const keys = tasks.map((task) => task.key).join(", ");
    return `${provider.provider}: created ${keys}`;
  });
  await refresh();
}
