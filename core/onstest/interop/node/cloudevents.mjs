// Sends events with the npm package cloudevents, in both modes, and prints a line of JSON for each: the mode, what was
// sent, the status.
import { CloudEvent, HTTP } from "cloudevents";

const [url] = process.argv.slice(2);
const events = [
  { id: "1", data: { open: true } },
  { id: "2", data: "door 7 opened" },
  { id: "3", data: "text", datacontenttype: "text/plain" },
  { id: "4", source: "/工厂/传感器", data: { open: true } },
  { id: "5", subject: "100% of 3.5\" disks", data: [1, 2] },
  { id: "6", time: "2026-02-01T01:00:00+08:00", data: { a: null } },
  { id: "7", datacontenttype: "application/octet-stream", data: new Uint8Array([0, 255, 16]) },
  { id: "8", myextension: "x", number: 7, flag: true },
];
for (const e of events) {
  const event = new CloudEvent({ source: "/npm", type: "com.example.npm", ...e }, false);
  // fetch sends no header beyond Latin-1, so such an event travels as JSON alone.
  for (const mode of e.source ? ["structured"] : ["binary", "structured"]) {
    const message = HTTP[mode](event);
    const answer = await fetch(url, { method: "POST", headers: message.headers, body: message.body });
    console.log(JSON.stringify({ mode, id: e.id, status: answer.status, body: await answer.text() }));
  }
}
