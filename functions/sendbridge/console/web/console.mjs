// The page of sendbridge dev: the event stream, the three views and the keys.
import { $, t, h, call, run } from "./dom.mjs";
import * as traffic from "./traffic.mjs";
import * as playground from "./playground.mjs";
import * as faults from "./faults.mjs";

const views = { traffic, rules: playground, faults };

// route shows the view that the URL names: #/traffic, #/traffic/12, #/rules, #/faults.
function route() {
  const [, name, argument] = /^#\/(\w+)\/?(.*)$/.exec(location.hash || "#/traffic") ?? [];
  if (!views[name]) return;
  for (const section of document.querySelectorAll(".view")) section.hidden = section.id !== `view-${name}`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  views[name].show(argument);
}

// showState shows the state of dev, which every view displays.
function showState(s) {
  $("#rules-from").textContent = s.rules.from.split(/[\\/]/).at(-1);
  $("#rules-from").title = s.rules.from;
  $("#rules-hash").textContent = s.rules.hash;
  $("#rules-draft").hidden = !s.rules.draft;
  const limit = (n) => (n > 0 ? n : t("noLimit"));
  const busiest = Math.max(0, ...Object.values(s.now.address));
  $("#meter").textContent = `${s.now.account}/${limit(s.limits.account)} · ${busiest}/${limit(s.limits.address)}`;
  list("#wrong", (s.rules.mistakes ?? []).map((m) => h("li", {}, m.line ? `${m.line}:${m.column} ${m.text}` : m.text)));
  list("#active", active(s));
}

const shownLists = {};
function list(selector, items) {
  const section = $(selector);
  const now = items.map((i) => i.textContent).join("\n");
  if (shownLists[selector] === now) return; // replacing a button would move the focus
  shownLists[selector] = now;
  $("ul", section).replaceChildren(...items);
  section.hidden = items.length === 0;
}

// active lists the injected faults, each with a button that ends it.
function active(s) {
  const ending = (text, method, path, body) => {
    const end = h("button", { type: "button", "aria-label": `${t("end")}: ${text}` }, t("end"));
    end.addEventListener("click", () => run(() => call(method, path, body)));
    return h("li", {}, text, end);
  };
  const items = s.faults.slice(0, 5).map((f) => ending(t("activeFault", { code: f.code, n: Math.max(1, f.times) }), "DELETE", "/api/faults"));
  if (s.faults.length > 5) items.push(h("li", {}, t("more", { n: s.faults.length - 5 })));
  for (const name of s.changed.deny ?? []) items.push(ending(t("activeDeny", { name }), "POST", "/api/credentials", { restore: [name] }));
  for (const name of s.changed.delete ?? []) items.push(ending(t("activeDelete", { name }), "POST", "/api/credentials", { restore: [name] }));
  if (s.changed.lifetimeSeconds) items.push(ending(t("activeLifetime", { n: s.changed.lifetimeSeconds }), "DELETE", "/api/credentials"));
  for (const name of s.stats.blocked) items.push(ending(t("activeBlocked", { name }), "DELETE", "/api/stats"));
  return items;
}

// follow keeps the stream open. After an interruption it requests the missing rows and detects a restart of dev.
function follow() {
  const { run: known, newest } = traffic.position();
  const source = new EventSource(`/api/stream?run=${encodeURIComponent(known)}&after=${newest}`);
  const on = (name, handle) => source.addEventListener(name, (e) => handle(JSON.parse(e.data)));
  on("hello", (hello) => {
    $("#live").textContent = t("live");
    document.documentElement.dataset.live = "yes";
    traffic.hello(hello);
    faults.hello(hello);
  });
  on("rows", traffic.rows);
  on("load", faults.load);
  on("state", (s) => {
    showState(s);
    faults.state(s);
    playground.state(s);
  });
  source.addEventListener("error", () => {
    source.close();
    $("#live").textContent = t("lost");
    document.documentElement.dataset.live = "no";
    setTimeout(follow, 500);
  });
}

// Keys work unless the focus is on an input field.
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const typing = e.target.closest("input, textarea, select");
  if (e.key === "Escape") {
    if (typing) typing.blur();
    else if (traffic.isShown()) traffic.close();
    return;
  }
  if (typing || !traffic.isShown()) return;
  const keys = { j: () => traffic.step(1), k: () => traffic.step(-1), "/": traffic.search };
  if (keys[e.key]) {
    e.preventDefault();
    keys[e.key]();
  }
});

window.addEventListener("hashchange", route);
traffic.start((sample) => { playground.take(sample); location.hash = "#/rules"; });
playground.start();
faults.start();
route();
follow();
