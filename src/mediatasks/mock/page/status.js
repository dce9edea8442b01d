// The line at the foot: what has just happened, said to screen readers too.

import { Refusal } from "./api.js";
import { byId, write } from "./element.js";

/** Say what was done. */
export function say(text) {
  write(byId("complaint"), "");
  write(byId("said"), text);
}

/** Say what could not be done. */
export function complain(error) {
  write(byId("said"), "");
  write(byId("complaint"), messageOf(error));
}

/** Return what an error says to the reader. */
export function messageOf(error) {
  return error instanceof Refusal ? error.message : "The mock does not answer. Is it still running?";
}

/** Show that the page is up to date, or what keeps it from that. */
export function showConnection(error = null) {
  const place = byId("connection");
  write(place, error ? `${messageOf(error)} Trying again.` : "Live");
  place.className = error ? "lost" : "live";
}

/** Do something that may be refused; tell how it went. Returns whether it was done. */
export async function attempt(act) {
  try {
    say((await act()) ?? "");
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
