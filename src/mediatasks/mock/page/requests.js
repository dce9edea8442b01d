// The log of requests with the contract's verdict on each.

import { ask } from "./api.js";
import { byId, element, write } from "./element.js";
import { count, timeOfDay } from "./format.js";
import { Rows } from "./rows.js";
import { attempt } from "./status.js";

const LIMIT = 100;

export class RequestLog {
  /** `refresh()` shows what a change led to. */
  constructor(refresh) {
    // A mock that was started again counts from 1 again.
    const keyOf = (entry) => `${entry.number} ${entry.at}`;
    this.rows = new Rows(byId("requests"), keyOf, (entry) => ({ node: row(entry), update() {} }));
    byId("violations-only").addEventListener("change", refresh);
    byId("clear").addEventListener("click", async () => {
      await attempt(async () => {
        await ask("DELETE", "/requests");
        return "The log is empty.";
      });
      await refresh();
    });
  }

  /** Return the newest requests, as the filter says. */
  async fetch() {
    this.only = byId("violations-only").checked;
    return ask("GET", `/requests?limit=${LIMIT}${this.only ? "&verdict=breaks" : ""}`);
  }

  /** Show them. */
  show({ requests, violations }) {
    this.rows.show(requests);
    const full = requests.length === LIMIT ? `the newest ${LIMIT}, ` : "";
    write(byId("requests-count"), full + count(violations, "violation"));
    byId("requests-count").classList.toggle("bad", violations > 0);
    byId("requests-empty").hidden = requests.length > 0;
    write(byId("requests-empty"), this.only ? "No request broke a contract." : "No request has come yet.");
  }
}

// One body of the table a request: what broke the contract stands in rows below it.
function row(entry) {
  const at = new Date(entry.at);
  const breaks = entry.verdict === "breaks";
  return element(
    "tbody",
    { class: breaks ? "breaks" : null },
    element(
      "tr",
      {},
      element("td", { class: "number muted" }, String(entry.number)),
      element("td", { class: "mono", title: at.toISOString() }, timeOfDay(at)),
      element("td", {}, entry.provider || "–"),
      element("td", {}, entry.operation || "–"),
      element("td", { class: "target mono", title: entry.path }, element("b", {}, entry.method), ` ${entry.path}`),
      element("td", { class: "number" }, String(entry.status)),
      element("td", { class: "number minor muted" }, (entry.seconds * 1000).toFixed(1)),
      element("td", {}, element("span", { class: "verdict", "data-verdict": entry.verdict }, entry.verdict)),
    ),
    ...entry.violations.map((violation) => breach(violation, entry.operation)),
  );
}

function breach(violation, operation) {
  // One of several calls in a request names itself; so does the mock, where the fault is its own.
  const of = violation.side === "reply" ? "the mock's reply" : violation.operation;
  const pairs = [
    ["in", of === operation ? "" : of],
    ["at", violation.place],
    ["expected", violation.expected],
    ["got", violation.got],
  ];
  const terms = pairs
    .filter(([, text]) => text)
    .flatMap(([name, text]) => [element("dt", {}, name), element("dd", { class: "mono" }, text)]);
  return element("tr", { class: "breach" }, element("td"), element("td", { colspan: 7 }, element("dl", {}, ...terms)));
}
