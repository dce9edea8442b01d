// Begin: read what is served, then show the view that the address names and keep it up to date.

import { ask } from "./api.js";
import { ClockBar } from "./clock.js";
import { byId, mark, write } from "./element.js";
import { Live } from "./live.js";
import { showProviders } from "./providers.js";
import { Reference } from "./reference.js";
import { RequestLog } from "./requests.js";
import { say, showConnection } from "./status.js";
import { TaskTable } from "./tasks.js";

async function begin() {
  const { providers } = await ask("GET", "/providers");
  const served = namesOf(providers);
  const refresh = () => live.now();
  const [clock, tasks, log] = [new ClockBar(refresh), new TaskTable(providers, refresh), new RequestLog(refresh)];
  const reference = new Reference(providers);
  showProviders(providers, refresh);
  const live = new Live(async () => {
    // What comes back may be another mock than the one that went away.
    if (live.failures && namesOf((await ask("GET", "/providers")).providers) !== served) location.reload();
    const [time, listed, requests] = await Promise.all([ask("GET", "/clock"), tasks.fetch(), log.fetch()]);
    clock.show(time, listed);
    tasks.show(listed, time.now);
    log.show(requests);
  });
  showView(reference);
  window.addEventListener("hashchange", () => {
    say("");
    // On a narrow screen the view lies below the providers.
    showView(reference).scrollIntoView();
  });
  await live.now();
}

const namesOf = (providers) => providers.map(({ provider }) => provider).join();

// Show the view that the address names, and return its element.
function showView(reference) {
  const [view, name] = location.hash.slice(1).split("/");
  const isReference = view === "reference";
  byId("overview").hidden = isReference;
  byId("reference").hidden = !isReference;
  mark(byId("to-overview"), "aria-current", isReference ? null : "page");
  mark(byId("to-reference"), "aria-current", isReference ? "page" : null);
  if (isReference) reference.show(name);
  return byId(isReference ? "reference" : "overview");
}

// Swagger UI has its dark colours behind a class.
function followScheme() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();
}

// The address names the view, so a link within it only moves the focus.
function skip(id, target) {
  byId(id).addEventListener("click", (event) => {
    event.preventDefault();
    target().focus();
  });
}

function keepBeginning() {
  begin().catch((error) => {
    showConnection(error);
    setTimeout(keepBeginning, 2000);
  });
}

write(byId("host"), location.host);
skip("skip", () => (byId("overview").hidden ? byId("reference") : byId("overview")));
skip("skip-tasks", () => byId("requests-body"));
followScheme();
keepBeginning();
