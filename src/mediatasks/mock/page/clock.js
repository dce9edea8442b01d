// The clock of the mock: shown, moved, made faster, stopped.

import { ask } from "./api.js";
import { byId, mark, write } from "./element.js";
import { duration, moment, span } from "./format.js";
import { attempt } from "./status.js";

export class ClockBar {
  /** `refresh()` shows what a change led to. */
  constructor(refresh) {
    Object.assign(this, { refresh, speed: null, former: 1, next: null });
    byId("speed-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#setSpeed(byId("speed").valueAsNumber);
    });
    byId("advance-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#advance(byId("amount").valueAsNumber * Number(byId("unit").value));
    });
    byId("clock-toggle").addEventListener("click", () => this.#setSpeed(this.speed ? 0 : this.former));
    byId("clock-next").addEventListener("click", () => this.next === null || this.#advance(this.next));
  }

  /** Show the clock; `tasks` tell when the next change comes. */
  show(clock, tasks) {
    if (this.speed === null && clock.speed) byId("speed").value = clock.speed;
    this.speed = clock.speed;
    if (clock.speed) this.former = clock.speed;
    write(byId("clock-now"), moment(clock.now));
    mark(byId("clock-now"), "datetime", clock.now);
    write(byId("clock-speed"), clock.speed ? `×${clock.speed.toLocaleString("en")}` : "stopped");
    write(byId("clock-toggle"), clock.speed ? "Stop" : "Run");
    const waits = tasks.filter((task) => task.moves_at).map((task) => Date.parse(task.moves_at));
    this.next = waits.length ? Math.max(0, (Math.min(...waits) - Date.parse(clock.now)) / 1000) : null;
    // Not `disabled`: a button that goes and comes with every task would lose the focus.
    mark(byId("clock-next"), "aria-disabled", this.next === null ? "true" : null);
  }

  #setSpeed(speed) {
    return this.#move({ speed }, speed ? `The clock runs at ×${speed.toLocaleString("en")}.` : "The clock stands.");
  }

  #advance(seconds) {
    // A millisecond more: moments are shown in whole ones.
    return this.#move({ advance: duration(seconds + 0.001) }, `The clock went on by ${span(seconds)}.`);
  }

  async #move(change, told) {
    await attempt(async () => {
      await ask("POST", "/clock", change);
      return told;
    });
    await this.refresh();
  }
}
