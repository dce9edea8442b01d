// The tasks of all providers, as they move, with the buttons that steer them.

import { ask, pathOf } from "./api.js";
import { Dialog } from "./dialog.js";
import { button, byId, element, mark, write } from "./element.js";
import { count, moment, span } from "./format.js";
import { Rows } from "./rows.js";
import { attempt } from "./status.js";

const [LIMIT, TAIL] = [50, 6];

export class TaskTable {
  /** `resources` maps provider + kind to what the control says of it; `refresh()` shows what a deed led to. */
  constructor(providers, refresh) {
    this.names = providers.map((provider) => provider.provider);
    this.resources = new Map(
      providers.flatMap((p) => p.resources.map((r) => [`${p.provider} ${r.resource}`, r])),
    );
    Object.assign(this, { refresh, ranks: new Map(), latest: new Map(), shown: [], now: 0 });
    this.rows = new Rows(byId("tasks").tBodies[0], identity, (task) => this.#row(task));
    byId("tasks-provider").append(...this.names.map((name) => element("option", { value: name }, name)));
    for (const id of ["tasks-provider", "tasks-open"]) byId(id).addEventListener("change", () => this.#draw());
    this.#prepareDialogs();
  }

  /** Return the newest tasks of every provider. */
  async fetch() {
    const newest = (name) => ask("GET", `/tasks?provider=${encodeURIComponent(name)}&limit=${LIMIT}`);
    return (await Promise.all(this.names.map(newest))).flatMap((reply) => reply.tasks);
  }

  /** Show them. New ones come on top; the others keep their places, so that nothing moves under a pointer. */
  show(tasks, now) {
    this.now = Date.parse(now);
    const fresh = tasks.filter((task) => !this.ranks.has(identity(task)));
    if (!this.ranks.size) fresh.sort((one, other) => Date.parse(other.since) - Date.parse(one.since));
    const top = this.ranks.size ? Math.min(...this.ranks.values()) - fresh.length : 0;
    fresh.forEach((task, place) => this.ranks.set(identity(task), top + place));
    this.latest = new Map(tasks.map((task) => [identity(task), task]));
    for (const key of this.ranks.keys()) if (!this.latest.has(key)) this.ranks.delete(key);
    this.shown = tasks.toSorted((one, other) => this.ranks.get(identity(one)) - this.ranks.get(identity(other)));
    this.#draw();
  }

  #draw() {
    const [name, open] = [byId("tasks-provider").value, byId("tasks-open").checked];
    const chosen = this.shown.filter((task) => (!name || task.provider === name) && !(open && task.final));
    this.rows.show(chosen);
    const full = this.names.filter((n) => this.shown.filter((task) => task.provider === n).length === LIMIT);
    write(byId("tasks-count"), count(chosen.length, "task") + (full.length ? `, of ${full.join(", ")} the newest ${LIMIT}` : ""));
    byId("tasks-empty").hidden = chosen.length > 0;
  }

  #row(task) {
    const cells = Object.fromEntries(["state", "since", "moves"].map((name) => [name, element("td")]));
    const bar = element("progress", { max: 1, "aria-label": `Progress of ${task.key}` });
    const percent = element("span", { class: "percent" });
    const state = element("span", { class: "state" });
    const key = button("", () => this.#details(this.#latest(task)), `${task.key}: show this task of ${task.provider}`);
    key.className = "key mono";
    // Where it is too long its middle is cut: keys of one service often begin alike.
    key.append(element("span", {}, task.key.slice(0, -TAIL)), task.key.slice(-TAIL));
    cells.state.append(state);
    const steer = this.#steering(task);
    const node = element(
      "tr",
      {},
      element("td", {}, task.provider),
      element("td", {}, key),
      element("td", { class: "minor" }, task.resource),
      cells.state,
      element("td", { class: "progress" }, bar, percent),
      cells.since,
      cells.moves,
      element("td", { class: "steer" }, steer.node),
    );
    const update = (entry) => {
      write(state, entry.state ?? "unknown");
      mark(state, "data-phase", entry.phase);
      showProgress(entry, bar, percent);
      write(cells.since, `${span((this.now - Date.parse(entry.since)) / 1000)} ago`);
      mark(cells.since, "title", moment(entry.since));
      write(cells.moves, this.#movesOn(entry));
      cells.moves.className = entry.moves_at ? "" : "idle";
      mark(cells.moves, "title", entry.moves_at && moment(entry.moves_at));
      steer.update(entry, key);
    };
    return { node, update };
  }

  #movesOn(task) {
    if (task.final) return "ended";
    return task.moves_at ? `in ${span((Date.parse(task.moves_at) - this.now) / 1000)}` : "stands still";
  }

  #steering(task) {
    const of = `${task.key} of ${task.provider}`;
    const stands = () => !this.#latest(task).moves_at;
    const halt = button("Stall", () => this.#steer(task, stands() ? "release" : "stall"));
    const node = element(
      "span",
      { class: "group", role: "group", "aria-label": `Steer ${of}` },
      button("Finish", () => this.#steer(task, "finish"), `Finish ${of}`),
      button("Fail…", () => this.failing.open(this.#latest(task)), `Fail… ${of}`),
      halt,
      button("Hold…", () => this.holding.open(this.#latest(task)), `Hold… ${of}`),
    );
    const update = (entry, fallback) => {
      // A task that ended takes its buttons with it; the focus stays in the row.
      if (entry.final && node.contains(document.activeElement)) fallback.focus();
      node.hidden = entry.final;
      const text = entry.moves_at ? "Stall" : "Release";
      write(halt, text);
      mark(halt, "aria-label", `${text} ${of}`);
    };
    return { node, update };
  }

  #latest(task) {
    return this.latest.get(identity(task)) ?? task;
  }

  async #steer(task, deed, body) {
    await attempt(() => this.#do(task, deed, body));
    await this.refresh();
  }

  async #do(task, deed, body) {
    const after = await ask("POST", pathOf(task, deed), body);
    return `${after.provider} ${after.key}: ${after.state}${after.final || after.moves_at ? "" : ", stands still"}`;
  }

  #prepareDialogs() {
    this.failing = new Dialog("fail-dialog", {
      prepare: (task) => {
        const speaks = this.#resource(task)?.has_message ?? false;
        write(byId("fail-title"), `Fail ${task.key} of ${task.provider}`);
        byId("fail-message").value = "";
        byId("fail-spoken").hidden = !speaks;
        byId("fail-silent").hidden = speaks;
      },
      act: (task) => this.#do(task, "fail", failing(byId("fail-message").value)),
      done: this.refresh,
    });
    this.holding = new Dialog("hold-dialog", {
      prepare: (task) => {
        write(byId("hold-title"), `Hold ${task.key} of ${task.provider}`);
        const states = this.#resource(task)?.states ?? [];
        const options = states.map(({ state }) => element("option", { value: state, selected: state === task.state }, state));
        byId("hold-state").replaceChildren(...options);
      },
      act: (task) => this.#do(task, "hold", { state: byId("hold-state").value }),
      done: this.refresh,
    });
    const resetting = new Dialog("reset-dialog", {
      act: async () => {
        await ask("DELETE", "/state");
        return "All providers are back at their seeded examples.";
      },
      done: this.refresh,
    });
    byId("reset").addEventListener("click", () => resetting.open());
    this.details = new Dialog("task-dialog", {});
  }

  #resource(task) {
    return this.resources.get(`${task.provider} ${task.resource}`);
  }

  #details(task) {
    write(byId("task-title"), `${task.key} of ${task.provider}`);
    write(byId("task-value"), JSON.stringify(task.value, null, 2));
    this.details.open(task);
  }
}

const identity = (task) => `${task.provider}\n${task.key}`;

const failing = (message) => (message.trim() ? { message: message.trim() } : {});

function showProgress(task, bar, percent) {
  const known = task.progress !== null;
  bar.hidden = !known;
  if (known && bar.value !== task.progress) bar.value = task.progress;
  write(percent, known ? `${Math.round(task.progress * 100)} %` : "–");
}
