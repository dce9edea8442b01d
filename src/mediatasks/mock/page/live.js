// Look every second while somebody looks; rarely in a hidden tab, ever more rarely where nobody answers.

import { showConnection } from "./status.js";

const [SHOWN, HIDDEN, LONGEST] = [1000, 15_000, 10_000];

export class Live {
  /** `look()` fetches and shows everything. */
  constructor(look) {
    Object.assign(this, { look, failures: 0, timer: 0, running: null });
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
  }

  /** Look at once, and then again and again. A look that is under way is waited for, and then repeated. */
  async now() {
    clearTimeout(this.timer);
    await this.running;
    this.running ??= this.#once();
    await this.running;
  }

  async #once() {
    try {
      await this.look();
      this.failures = 0;
      showConnection();
    } catch (error) {
      this.failures += 1;
      showConnection(error);
    }
    this.running = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), this.#pause());
  }

  #pause() {
    if (this.failures) return Math.min(SHOWN * 2 ** this.failures, LONGEST);
    return document.hidden ? HIDDEN : SHOWN;
  }
}
