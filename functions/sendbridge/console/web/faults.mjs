// Quota and faults: calls per second against the limits, and buttons that inject faults.
import { $, t, h, svg, call, run, say, number } from "./dom.mjs";

const seconds = 300; // the width of the chart
const network = ["reset", "lost-answer", "html502", "empty503", "delay"];
let measures = [];
let limits = { account: 0, address: 0 };
let isNew = true;

export function show() { draw(); }

export function hello(h0) {
  isNew = true;
  if ($("#f-codes").childElementCount > 0) return;
  for (const code of h0.faults) {
    const button = h("button", { type: "button", "data-code": code }, code);
    button.addEventListener("click", () => run(() => set(code)));
    $(network.includes(code) ? "#f-network" : "#f-codes").append(button);
  }
}

function set(code) {
  let delayMs = Number($("#f-delay").value);
  if (code === "delay" && delayMs === 0) $("#f-delay").value = delayMs = 500;
  return call("POST", "/api/faults", [{ code, times: Number($("#f-times").value), delayMs }]);
}

// load adds the measures of the last seconds.
export function load(list) {
  measures = (isNew ? list : [...measures, ...list]).slice(-seconds);
  isNew = false;
  if (!$("#view-faults").hidden) draw();
}

export function state(s) {
  limits = s.limits;
  const of = (n, limit) => `${number(n)} / ${limit > 0 ? number(limit) : t("noLimit")}`;
  const busiest = (peak) => Math.max(0, ...Object.values(peak.address));
  $("#n-now").textContent = `${of(s.now.account, limits.account)} · ${of(busiest(s.now), limits.address)}`;
  $("#n-peak").textContent = `${of(s.stats.peakPerSecond.account, limits.account)} · ${of(busiest(s.stats.peakPerSecond), limits.address)}`;
  $("#n-rate").textContent = s.rate > 0 ? number(Math.round(s.rate * 10) / 10) : t("noLimit");
  $("#n-breaker").textContent = s.breaker;
  $("#n-accepted").textContent = number(s.stats.accepted);
  $("#n-rejected").textContent = Object.entries(s.stats.rejected).map(([code, n]) => `${code} ${number(n)}`).join(", ") || "0";
  $("#n-blocked").textContent = s.stats.blocked.join(", ") || t("none");
  $("#f-end").disabled = s.faults.length === 0;
}

// draw draws the chart: one point per second, the newest on the right.
function draw() {
  const chart = $("#chart");
  const [left, right, top, bottom] = [44, 636, 10, 196];
  const highest = Math.max(10, ...measures.map((m) => Math.max(m.account, m.rejected)));
  const shownLimits = [["account", limits.account], ["address", limits.address]].filter(([, n]) => n > 0 && n <= highest * 4);
  const scale = Math.max(highest, ...shownLimits.map(([, n]) => n)) * 1.1;
  const y = (n) => (bottom - ((bottom - top) * n) / scale).toFixed(1);
  const x = (i) => (right - ((right - left) * (measures.length - 1 - i)) / (seconds - 1)).toFixed(1);
  const line = (get) => measures.map((m, i) => `${i ? "L" : "M"}${x(i)} ${y(get(m))}`).join("");
  const title = $("#chart-title");
  const newest = measures.at(-1);
  title.textContent = newest ? `${t("load")}: ${t("now")} ${newest.account}, ${t("peak")} ${highest}` : t("load");
  const parts = [title, svg("path", { class: "axis", d: `M${left} ${top}V${bottom}H${right}` })];
  for (const n of [0, Math.round(scale / 2), Math.round(scale)]) parts.push(svg("text", { x: left - 6, y: Number(y(n)) + 4, "text-anchor": "end" }, n));
  for (const minutes of [5, 4, 3, 2, 1]) parts.push(svg("text", { x: right - ((right - left) * minutes * 60) / seconds, y: 212 }, `-${minutes} min`));
  for (const [name, n] of shownLimits) parts.push(svg("path", { class: name, d: `M${left} ${y(n)}H${right}` }));
  parts.push(svg("path", { class: "calls", d: line((m) => m.account) }), svg("path", { class: "refused", d: line((m) => m.rejected) }));
  chart.replaceChildren(...parts);
}

export function start() {
  const on = (id, action) => $(id).addEventListener("click", () => run(async () => { await action(); say(t("done")); }));
  const credentials = (change) => () => call("POST", "/api/credentials", change);
  on("#f-end", () => call("DELETE", "/api/faults"));
  on("#f-reset", () => call("DELETE", "/api/stats"));
  on("#c-expire", credentials({ expire: ["*"] }));
  on("#c-deny", credentials({ deny: ["emulator"] }));
  on("#c-delete", credentials({ delete: ["emulator"] }));
  on("#c-restore", () => call("DELETE", "/api/credentials"));
  on("#c-lifetime", () => call("POST", "/api/credentials", { lifetimeSeconds: Number($("#c-seconds").value) }));
}
