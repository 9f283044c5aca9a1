// One event: its request, the result of each rule, and each message with its attempts and subscribers.
import { $, t, h, call, run, say, long, problem, copy, number, millis } from "./dom.mjs";

let shown = null; // the detail of the open event

export async function show(seq) {
  const article = $("#detail");
  try {
    shown = await call("GET", `/api/events/${encodeURIComponent(seq)}`);
  } catch {
    shown = null;
  }
  article.hidden = false;
  for (const part of ["#d-rules", "#d-messages", "#d-event", "#d-request", "#d-error"]) $(part).replaceChildren();
  for (const part of article.querySelectorAll("details, .actions")) part.hidden = !shown;
  $("#d-line").textContent = "";
  $("#d-nocase").hidden = $("#d-siblings").hidden = true;
  if (!shown) {
    $("#d-title").textContent = t("gone");
    return;
  }
  fill(shown);
  if (!document.activeElement.closest("#rows")) $("#d-title").focus({ preventScroll: true });
  article.scrollTop = 0;
}

function fill(d) {
  const r = d.row;
  $("#d-title").textContent = `${r.type || t("noEvent")} ${r.id ?? ""}`;
  $("#d-line").replaceChildren(
    h("span", { className: `out ${r.outcome}` }, t(`o.${r.outcome}`) + (r.code ? ` ${r.code}` : "")),
    ` · ${t("answered", { status: d.request.status })} · ${r.way} · ${millis(r.ms)} ms · `, h("span", { className: "quiet" }, t("byRules", { hash: d.hash })));
  $("#d-again").disabled = !d.canSend;
  $("#d-case").hidden = !d.case;
  $("#d-append").hidden = !d.case || !d.append;
  $("#d-append").textContent = t("appendCase", { file: d.append });
  $("#d-nocase").hidden = !d.noCase;
  $("#d-nocase").textContent = t("noCase", { why: d.noCase });
  if (d.error) $("#d-error").replaceChildren(problem(d.error));
  siblings(d);
  $("#d-rules").replaceChildren(...rules(d.rules, d.leftOut));
  $("#d-messages").replaceChildren(...(d.messages.length ? d.messages.map(message) : [h("p", { className: "quiet" }, t("noMessages"))]), d.beyond ? h("p", {}, t("beyond", { n: d.beyond })) : "");
  $("#d-event").replaceChildren(d.event ? long(d.event, t("event")) : h("p", { className: "quiet" }, t("noEvent")));
  $("#d-request").replaceChildren(...request(d.request));
}

function siblings(d) {
  const list = d.siblings ?? [];
  $("#d-siblings").hidden = list.length < 2;
  const links = list.slice(0, 50).map((seq) => (seq === d.row.seq ? h("b", {}, `${seq}`) : h("a", { href: `#/traffic/${seq}` }, `${seq}`)));
  $("#d-siblings").replaceChildren(t("siblings"), ...links.flatMap((l) => [" ", l]), list.length > 50 ? ` ${t("more", { n: list.length - 50 })}` : "");
}

// rules returns one line per rule: it matches, or its first clause that failed and the event's value.
export function rules(list, leftOut) {
  const lines = list.map((r) => h("li", { "data-rule": r.rule },
    h("b", {}, r.rule), " ", h("span", { className: r.matches ? "yes" : "no-way" }, r.matches ? t("matches") : t("fails", { why: r.mismatch }))));
  if (leftOut) lines.push(h("li", { className: "quiet" }, t("leftOut", { n: leftOut })));
  if (list.length > 0 && !list.some((r) => r.matches)) lines.unshift(h("li", { className: "quiet" }, t("noMatch")));
  return lines;
}

// message shows a message: its topic, payload, attempts and subscribers.
export function message(m) {
  const facts = h("p", { className: "quiet" }, t("bytes", { n: number(m.bytes), limit: number(m.limit) }), m.msgId ? ` · MsgId ${m.msgId}` : "", m.calls ? ` · ${t("callsMade", { n: m.calls })}` : "");
  const parts = [h("p", {}, h("b", {}, m.rule), m.element >= 0 ? ` [${m.element}]` : "", " → ", h("code", { className: "topic" }, m.topic || "–")), facts];
  if (m.duplicate) parts.push(h("p", { className: "quiet" }, t("duplicateOf")));
  if (m.error) parts.push(problem(m.error));
  if (m.attempts?.length) parts.push(h("ul", { className: "plain attempts" }, m.attempts.map(attempt)));
  if (m.msgId) parts.push(h("ul", { className: "plain devices" }, devices(m)));
  if (m.payload) parts.push(long(m.pretty || m.payload, t("payload")));
  if (m.pretty) parts.push(h("details", {}, h("summary", {}, t("raw")), long(m.payload, t("raw"))));
  return h("div", { className: "message" }, parts);
}

function attempt(a, i) {
  const what = a.text ? `${a.code || ""} ${a.text}`.trim() : t("accepted");
  return h("li", { className: a.text ? "no-way" : "yes" }, t("attempt", { n: i + 1, what, ms: millis(a.ms) }), a.waited > 0 ? `, ${t("waited", { ms: millis(a.waited) })}` : "");
}

function devices(m) {
  if (!m.devices?.length) return [h("li", { className: "quiet" }, t("noDevice"))];
  return m.devices.map((d) => h("li", {}, t("device", { client: d.client, qos: d.qos, ms: millis(d.ms) })));
}

function request(r) {
  const lines = [`${r.method} ${r.target}`, ...r.headers.map((line) => `${line.name}: ${line.value}`)].join("\n");
  const parts = [long(lines, t("headers"))];
  if (r.cut) parts.push(h("p", { className: "quiet" }, t("hiddenBody", { n: number(r.bytes) })));
  parts.push(r.body ? long(r.pretty || r.body, t("payload")) : h("p", { className: "quiet" }, t("noBody")));
  parts.push(h("h4", {}, `${t("answer")}: ${r.status}`), r.answer ? long(r.answer, t("answer")) : "");
  return parts.filter(Boolean);
}

export function start(openInPlayground) {
  $("#d-again").addEventListener("click", () => run(async () => {
    const { status } = await call("POST", `/api/events/${shown.row.seq}/send`);
    say(t("sentAgain", { status }));
  }));
  $("#d-curl").addEventListener("click", () => copy(shown.curl));
  $("#d-case").addEventListener("click", () => copy(shown.case));
  $("#d-append").addEventListener("click", () => run(async () => {
    await call("POST", `/api/events/${shown.row.seq}/case`);
    say(t("appended", { file: shown.append }));
  }));
  $("#d-open").addEventListener("click", () => openInPlayground({
    as: "http", path: shown.request.path, payload: shown.request.body,
    headers: shown.request.headers.filter((line) => /^(content-type|content-encoding|ce-|x-|webhook-|svix-)/i.test(line.name)).map((line) => `${line.name}: ${line.value}`),
  }));
}
