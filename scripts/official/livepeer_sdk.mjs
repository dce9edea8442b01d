// Call a Livepeer server with the official JavaScript SDK; the folder of this file has it installed.
//   node livepeer_sdk.mjs URL KEY PAYLOAD FAILED
// As livepeer_sdk.py: a line for each step, and the first error ends it with exit code 1.
import { readFileSync } from "node:fs";
import assert from "node:assert";
import livepeer from "livepeer";

const [url, key, payload, failed] = process.argv.slice(2);
const backoff = { initialInterval: 50, maxInterval: 200, exponent: 1, maxElapsedTime: 10000 };
const sdk = new livepeer.Livepeer({
  apiKey: key,
  serverURL: url,
  retryConfig: { strategy: "backoff", backoff, retryConnectionErrors: true },
});

const tasks = (await sdk.task.getAll()).data;
console.log(`list: ${tasks.length} tasks`);
for (const task of tasks) {
  assert.equal((await sdk.task.get(task.id)).task.id, task.id);
}
console.log(`get: ${tasks.length} tasks`);
const created = (await sdk.transcode.create(JSON.parse(readFileSync(payload, "utf8")))).task;
console.log(`create: ${created.status.phase}`);
let task = created;
for (let i = 0; i < 200 && !["completed", "failed", "cancelled"].includes(task.status.phase); i++) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  task = (await sdk.task.get(created.id)).task;
}
console.log(`wait: ${task.status.phase}, output ${task.output !== undefined}`);
assert.equal(task.status.phase, "completed");
// The SDK has no call for it.
const reply = await fetch(`${url}/task/${failed}/retry`, {
  method: "POST",
  headers: { Authorization: `Bearer ${key}` },
});
assert.equal(reply.status, 200);
console.log(`retry: ${(await sdk.task.get(failed)).task.status.phase}`);
