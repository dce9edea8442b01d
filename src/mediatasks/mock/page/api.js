// The control API under /_mock, as any other client uses it. Addresses are relative: the mock may be mounted below a prefix.

/** What the mock answered instead of doing as asked; `message` is for the reader. */
export class Refusal extends Error {}

/** Ask the control API and return the decoded reply (null where there is none). Throws Refusal, TypeError. */
export async function ask(method, path, body) {
  const options = { method, headers: { accept: "application/json" }, cache: "no-store" };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const reply = await fetch(`_mock${path}`, options);
  const text = await reply.text();
  const decoded = text ? JSON.parse(text) : null;
  if (!reply.ok) throw new Refusal(decoded?.error ?? `the mock answered ${reply.status}`);
  return decoded;
}

/** Return the path of a task, or of what is done to it. */
export function pathOf(task, deed = "") {
  const key = encodeURIComponent(task.key);
  return `/tasks/${encodeURIComponent(task.provider)}/${key}${deed && "/"}${deed}`;
}
