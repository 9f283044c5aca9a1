// Helpers for every view: elements, texts in the page's language, and calls of dev. Text goes into text nodes only.

const texts = await (await fetch(`/texts/${document.documentElement.lang}.json`)).json();

// t returns a text with its {names} filled in.
export function t(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const $ = (selector, within = document) => within.querySelector(selector);

// h creates an element: properties by name, attributes by name with a dash or "aria", then children. null leaves one out.
export function h(tag, properties = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name.includes("-") || name === "role" || name === "for") e.setAttribute(name, value);
    else e[name] = value;
  }
  e.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== ""));
  return e;
}

export function svg(tag, attributes, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  if (text !== undefined) e.textContent = text;
  return e;
}

// call sends a request to dev. It throws on an error unless the answer is JSON, which describes the error itself.
export async function call(method, path, body) {
  const answer = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const isJSON = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (isJSON) return answer.json();
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.trim() || `${answer.status}`);
  return text;
}

let quiet;
// say shows a message, to screen readers too.
export function say(text) {
  const line = $("#said");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => { line.hidden = true; }, 6000);
}

// run calls a function and shows the error if it fails.
export async function run(action) {
  try {
    return await action();
  } catch (e) {
    say(e.message);
  }
}

export const number = (n) => n.toLocaleString(document.documentElement.lang);
export const millis = (n) => (n < 10 ? n.toFixed(1) : Math.round(n).toString());

// long shows the beginning of a text and a button for the rest.
const shown = 4000;
export function long(text, label) {
  const pre = h("pre", { tabIndex: 0, role: "region", "aria-label": label }, text.slice(0, shown));
  if (text.length <= shown) return pre;
  const more = h("button", { type: "button" }, t("showAll", { n: number(text.length) }));
  more.addEventListener("click", () => { pre.textContent = text; more.remove(); pre.focus(); });
  return h("div", {}, pre, more);
}

// problem shows an error with the fields of the log: what is wrong, who has to act, and what to do.
export function problem(p) {
  if (!p) return null;
  const facts = [p.code, p.class, p.actor ? t(`actor.${p.actor}`) : "", p.requestId].filter(Boolean).join(" · ");
  return h("div", { className: "error" }, h("p", {}, p.text), facts ? h("p", {}, facts) : null, p.advice ? h("p", {}, p.advice) : null);
}

// copy puts a text on the clipboard, or shows it if the browser does not allow that.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(t("copied"));
  } catch {
    say(`${t("copyThis")} ${text}`);
  }
}
