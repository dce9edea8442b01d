// Times, spans and counts for people.

const SPANS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

/** Return seconds in the largest unit that fits: `45 s`, `3 min`, `2 h`, `5 d`. */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [size, unit] = SPANS.find(([size]) => whole >= size) ?? SPANS.at(-1);
  const count = Math.floor(whole / size);
  return `${count.toLocaleString("en")} ${unit}`;
}

/** Return `2026-11-25 21:03:11` of an RFC 3339 moment, as it stands there (UTC). */
export const moment = (text) => text.slice(0, 19).replace("T", " ");

/** Return `21:03:11.123` of a Date, in the reader's own time zone. */
export function timeOfDay(date) {
  const two = (number) => String(number).padStart(2, "0");
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Return `1 task`, `2 tasks`. */
export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Return the ISO 8601 duration of seconds, whole microseconds at most. */
export const duration = (seconds) => `PT${Number(seconds.toFixed(6)).toString()}S`;
