// Three panes: a sample, rules, and what the rules make of the sample. The result follows the typing.
import { $, t, h, call, run, long, problem, millis } from "./dom.mjs";
import { rules as ruleLines, message } from "./detail.mjs";

const pause = 60; // ms after the last key until a try
let samples = [];
let running = { source: "", hash: "", file: "" };
let base = ""; // the hash of the file that the draft started from
let isDraft = false; // the rules in the pane differ from those in force
let timer;
let asked = 0;

export function show() {
  load();
  if (samples.length === 0) run(loadSamples);
}

// take shows a sample in its pane.
export function take(sample) {
  $("#p-as").value = sample.as;
  $("#p-path").value = sample.path || "/";
  $("#p-headers").value = (sample.headers ?? []).join("\n");
  $("#p-payload").value = sample.payload;
  later(0);
}

async function loadSamples() {
  samples = await call("GET", "/api/samples");
  offer();
  if ($("#p-payload").value === "") take(samples[0]);
}

// offer lists the samples of the selected ingress.
function offer() {
  const as = $("#p-as").value;
  const options = samples.map((s, i) => [s, i]).filter(([s]) => s.as === as).map(([s, i]) => h("option", { value: i }, s.name));
  $("#p-samples").replaceChildren(h("option", { value: "" }, t("choose")), ...options);
}

// load shows the rules in force, unless the pane holds a draft.
function load(force) {
  return run(async () => {
    const answer = await call("GET", "/api/rules");
    if (force) isDraft = false;
    accept(answer);
    if (!isDraft) $("#p-rules").value = answer.source;
    differs();
    later(0);
  });
}

function accept(answer) {
  running = { source: answer.source, ...answer.state };
  if (!isDraft || !base) base = running.fileHash;
  $("#p-undo").disabled = !running.draft;
  $("#p-save").hidden = !running.edit;
  $("#p-save").textContent = t("save", { file: running.file });
}

// state receives the state of dev. It loads a file that was saved elsewhere, unless the pane holds a draft.
export function state(s) {
  if (s.rules.hash !== running.hash && !$("#view-rules").hidden) load();
}

function differs() {
  isDraft = $("#p-rules").value !== running.source;
  $("#p-state").textContent = isDraft ? t("edited") : t("inForce");
}

function later(wait = pause) {
  clearTimeout(timer);
  timer = setTimeout(() => run(tryNow), wait);
}

async function tryNow() {
  if ($("#view-rules").hidden) return;
  const mine = ++asked;
  const began = performance.now();
  const answer = await call("POST", "/api/try", { sample: sample(), rules: $("#p-rules").value });
  if (mine !== asked) return; // a newer request is under way
  $("#p-took").textContent = t("took", { ms: millis(performance.now() - began) });
  mistakes(answer.mistakes ?? []);
  $("#p-result").replaceChildren(...result(answer));
}

function sample() {
  const as = $("#p-as").value;
  const headers = $("#p-headers").value.split("\n").filter((line) => line.trim() !== "");
  return as === "http" ? { as, path: $("#p-path").value, headers, payload: $("#p-payload").value } : { as, payload: $("#p-payload").value };
}

// mistakes returns a button for each mistake, which moves the cursor to its position in the draft.
function mistakes(list) {
  const area = $("#p-rules");
  area.setAttribute("aria-invalid", list.length > 0);
  $("#p-apply").disabled = $("#p-save").disabled = list.length > 0;
  $("#p-mistakes").replaceChildren(...list.map((m) => {
    const go = h("button", { type: "button" }, m.line ? `${m.line}:${m.column} ` : "", m.text);
    go.addEventListener("click", () => {
      const at = place(area.value, m.line, m.column);
      area.focus();
      area.setSelectionRange(at, at);
      caret();
    });
    return h("li", {}, go);
  }));
}

function place(text, line, column) {
  const before = text.split("\n").slice(0, line - 1).join("\n");
  return Math.min(text.length, (line > 1 ? before.length + 1 : 0) + column - 1);
}

function caret() {
  const before = $("#p-rules").value.slice(0, $("#p-rules").selectionStart).split("\n");
  $("#p-caret").textContent = t("caret", { line: before.length, column: before.at(-1).length + 1 });
}

function result(answer) {
  const parts = [problem(answer.error)];
  if (answer.mistakes) parts.push(h("p", { className: "quiet" }, t("fixFirst")));
  if (!answer.error && answer.events.length === 0) parts.push(h("p", { className: "quiet" }, t("nothing")));
  for (const e of answer.events) {
    parts.push(problem(e.error), h("ul", { className: "rules" }, ruleLines(e.rules, e.leftOut)),
      ...e.rules.flatMap((r) => r.messages ?? []).map(message),
      h("details", { open: answer.events.length === 1 }, h("summary", {}, t("event")), h("p", { className: "quiet" }, t("came", { way: e.ingress })), long(e.event, t("event"))));
  }
  if (answer.leftOut) parts.push(h("p", { className: "quiet" }, t("beyondEvents", { n: answer.leftOut })));
  return parts.filter(Boolean);
}

// change asks dev to change the rules and shows the result.
function change(path, body, said) {
  return run(async () => {
    const answer = await call("POST", path, body);
    accept(answer);
    if (answer.mistakes) {
      mistakes(answer.mistakes);
      $("#p-said").textContent = "";
      return;
    }
    $("#p-said").textContent = t(said, { changes: answer.changes });
    if (said === "saved") base = running.fileHash;
    if (said === "undone") $("#p-rules").value = answer.source;
    differs();
    later(0);
  });
}

export function start() {
  for (const id of ["#p-payload", "#p-headers", "#p-path"]) $(id).addEventListener("input", () => later());
  const area = $("#p-rules");
  area.addEventListener("input", () => { differs(); caret(); later(); });
  for (const name of ["keyup", "click"]) area.addEventListener(name, caret);
  $("#p-as").addEventListener("change", () => { $("#p-http").hidden = $("#p-as").value !== "http"; $("#p-send").disabled = $("#p-http").hidden; offer(); later(0); });
  $("#p-samples").addEventListener("change", (e) => { if (e.target.value !== "") take(samples[e.target.value]); });
  $("#p-send").addEventListener("click", () => run(async () => {
    const { status } = await call("POST", "/api/send", sample());
    $("#p-sent").textContent = t("answered", { status });
  }));
  $("#p-apply").addEventListener("click", () => change("/api/rules/apply", { source: area.value }, "applied"));
  $("#p-undo").addEventListener("click", () => change("/api/rules/undo", undefined, "undone"));
  $("#p-save").addEventListener("click", () => change("/api/rules/save", { source: area.value, hash: base }, "saved"));
  $("#p-running").addEventListener("click", () => load(true));
  $("#p-download").addEventListener("click", (e) => {
    const url = URL.createObjectURL(new Blob([area.value], { type: "application/yaml" }));
    e.currentTarget.href = url;
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });
}
