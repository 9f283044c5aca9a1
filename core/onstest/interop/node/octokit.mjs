// Posts every example of octokit's, signed by octokit's own code, and prints the status of each.
import { createRequire } from "node:module";
import { sign } from "@octokit/webhooks-methods";

const [url, secret, altered] = process.argv.slice(2);
const examples = createRequire(import.meta.url)("@octokit/webhooks-examples");
const list = examples.default ?? examples;
let n = 0;
for (const { name, examples: payloads } of list) {
  for (const payload of payloads) {
    const body = JSON.stringify(payload);
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-GitHub-Event": name,
        "X-GitHub-Delivery": `00000000-0000-4000-8000-${String(++n).padStart(12, "0")}`,
        "X-Hub-Signature-256": await sign(secret, body),
      },
      body: altered ? body.replace("{", "{ ") : body,
    });
    console.log(JSON.stringify({ name, status: answer.status }));
  }
}
