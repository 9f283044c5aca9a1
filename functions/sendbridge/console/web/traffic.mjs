// The live list of events. Like dev, it keeps only the newest, and shows how many there were in all.
import { $, t, h, call, run, say, number, millis } from "./dom.mjs";
import * as detail from "./detail.mjs";

const body = $("#rows tbody");
let known = "";    // the run of dev that newest belongs to
let newest = 0;    // the last sequence number of that run
let most = 1000;
let total = 0;
let selected = ""; // the sequence number of the open row

export const position = () => ({ run: known, newest });
export const isShown = () => !$("#view-traffic").hidden;

export function hello(h) {
  if (known && known !== h.run) {
    for (const row of body.rows) { // rows of the previous run: dev no longer has their details
      row.classList.add("stale");
      $("a", row)?.replaceWith($("a", row).textContent);
    }
    newest = 0;
  }
  known = h.run;
  most = h.kept;
  $("#empty-curl").textContent = `curl -i ${h.events} -H 'Content-Type: application/cloudevents+json' \\\n  -d '${sample(2)}'`;
}

const sample = (id) => `{"specversion":"1.0","id":"${id}","source":"/front-door","type":"com.example.door","data":{"open":true}}`;

// rows adds new rows, oldest first, and drops those that dev has dropped.
export function rows(listing) {
  const fragment = document.createDocumentFragment();
  for (const r of listing.rows) {
    if (r.seq <= newest) continue;
    // A full list reuses its oldest lines, so that thousands of events per second create no garbage.
    const old = body.rows.length + fragment.childElementCount < most ? null : body.lastElementChild ?? fragment.lastElementChild;
    fragment.prepend(line(r, old));
  }
  body.prepend(fragment);
  newest = Math.max(newest, listing.newest);
  total = listing.total;
  while (body.rows.length > most) body.lastElementChild.remove();
  while (body.lastElementChild && !body.lastElementChild.classList.contains("stale") && Number(body.lastElementChild.dataset.seq) < listing.first) body.lastElementChild.remove();
  if (total === 0 && newest > 0) body.replaceChildren(); // cleared
  count();
}

const columns = ["", "out", "", "", "wide", "wide", "wide", "", "wide num", "wide num"];

// line fills the row of an event: a new one, or an old one that is reused.
function line(r, old) {
  const row = old?.querySelector("a") ? old : h("tr", {}, columns.map((className) => h("td", { className }, " ")));
  old?.remove();
  if (!$("a", row)) row.cells[0].replaceChildren(h("a", {}, " "));
  row.removeAttribute("aria-selected");
  const time = new Date(r.time);
  const clock = time.toLocaleTimeString("en-GB");
  const more = r.messages > 1 ? ` ${t("more", { n: r.messages - 1 })}` : "";
  const outcome = t(`o.${r.outcome}`);
  const texts = [clock, outcome + (r.code ? ` ${r.code}` : ""), `${r.status}`, r.type || t("noEvent"), r.id ?? "", r.way, (r.rule ?? "") + more, (r.topic ?? "") + more, `${r.attempts}`, millis(r.ms)];
  texts.forEach((text, i) => {
    const cell = row.cells[i];
    (i === 0 ? cell.firstChild : cell).firstChild.data = text;
    cell.title = i === 0 ? time.toISOString() : text;
  });
  row.cells[1].className = `out ${r.outcome}`;
  const open = row.cells[0].firstChild;
  open.href = `#/traffic/${r.seq}`;
  open.setAttribute("aria-label", `${clock} ${r.type || t("noEvent")} ${r.id ?? ""} ${outcome}`);
  row.dataset.seq = r.seq;
  row.dataset.outcome = r.outcome;
  row.dataset.text = [r.type, r.id, r.way, r.rule, r.topic, r.code, r.status].join(" ").toLowerCase();
  filter(row);
  return row;
}

function filter(row) {
  const words = $("#search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const outcome = $("#outcome").value;
  row.hidden = (outcome && row.dataset.outcome !== outcome) || !words.every((w) => row.dataset.text.includes(w));
}

function count() {
  const shown = [...body.rows].filter((r) => !r.hidden).length;
  $("#count").textContent = t("count", { shown: number(shown), kept: number(body.rows.length), total: number(total) });
  $("#empty").hidden = body.rows.length > 0;
  $(".scroll").hidden = body.rows.length === 0;
}

// show opens the event with a sequence number, or only the list.
export async function show(seq) {
  selected = seq;
  mark();
  $("#view-traffic").classList.toggle("split", seq !== "");
  if (seq === "") {
    $("#detail").hidden = true;
    return;
  }
  await detail.show(seq);
}

const rowOf = (seq) => $(`tr[data-seq="${CSS.escape(seq)}"]:not(.stale)`, body);

function mark() {
  for (const row of body.querySelectorAll("[aria-selected]")) row.removeAttribute("aria-selected");
  rowOf(selected)?.setAttribute("aria-selected", "true");
}

// step opens the next or the previous visible row.
export function step(by) {
  const list = [...body.rows].filter((r) => !r.hidden && $("a", r));
  if (list.length === 0) return;
  const focused = document.activeElement.closest("#rows tr") ?? rowOf(selected);
  const at = list.indexOf(focused);
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
  if (selected !== "") location.hash = `#/traffic/${next.dataset.seq}`;
  $("a", next).focus();
}

export function search() { $("#search").focus(); }

// close returns to the list, with the focus on the row that was open.
export function close() {
  const row = rowOf(selected);
  if (selected === "") return;
  location.hash = "#/traffic";
  requestAnimationFrame(() => row && $("a", row)?.focus());
}

export function start(openInPlayground) {
  detail.start(openInPlayground);
  const refilter = () => { for (const row of body.rows) filter(row); count(); };
  $("#search").addEventListener("input", refilter);
  $("#outcome").addEventListener("change", refilter);
  $(".tools[role=search]").addEventListener("submit", (e) => e.preventDefault());
  $("#clear").addEventListener("click", () => run(async () => { await call("DELETE", "/api/events"); location.hash = "#/traffic"; }));
  $("#send-sample").addEventListener("click", () => run(async () => {
    const { status } = await call("POST", "/api/send", { as: "http", path: "/", payload: sample(Date.now()) });
    say(t("answered", { status }));
  }));
  body.addEventListener("click", (e) => {
    const row = e.target.closest("tr");
    if (row && !row.classList.contains("stale") && getSelection().isCollapsed) location.hash = `#/traffic/${row.dataset.seq}`;
  });
}
