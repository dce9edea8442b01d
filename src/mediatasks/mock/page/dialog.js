// A modal question: the browser keeps the focus inside, Escape closes, a refusal is shown where it was asked.

import { byId, write } from "./element.js";
import { messageOf, say } from "./status.js";

export class Dialog {
  /** `prepare(subject)` fills it, `act(subject)` does what was asked and returns what to say, `done()` follows. */
  constructor(id, { prepare, act, done }) {
    Object.assign(this, { node: byId(id), prepare, act, done, subject: null });
    this.problem = this.node.querySelector(".problem");
    this.node.querySelector("[value=cancel]").addEventListener("click", () => this.node.close());
    this.node.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Ask about `subject`. */
  open(subject) {
    this.subject = subject;
    if (this.problem) write(this.problem, "");
    this.prepare?.(subject);
    this.node.showModal();
  }

  async #submit() {
    if (!this.act) return;
    try {
      say(await this.act(this.subject));
      this.node.close();
    } catch (error) {
      write(this.problem, messageOf(error));
    }
    await this.done();
  }
}
