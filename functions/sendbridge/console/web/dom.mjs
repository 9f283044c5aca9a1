// What every view needs: elements, texts of the page's language, and calls of dev. Text only ever goes into text nodes.

const texts = await (await fetch(`/texts/${document.documentElement.lang}.json`)).json();

// t is a text with its {names} filled in.
export function t(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const $ = (selector, within = document) => within.querySelector(selector);

// h makes an element: properties by name, attributes by name with a dash or "aria", then children. null leaves one out.
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

// call asks dev for something. What is no success throws, but for answers in JSON, which say themselves what is wrong.
export async function call(method, path, body) {
  const answer = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const isJSON = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (isJSON) return answer.json();
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.trim() || `${answer.status}`);
  return text;
}

let quiet;
// say tells what happened, for eyes and for screen readers.
export function say(text) {
  const line = $("#said");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => { line.hidden = true; }, 6000);
}

// run does something that may fail, and says why it did.
export async function run(action) {
  try {
    return await action();
  } catch (e) {
    say(e.message);
  }
}

export const number = (n) => n.toLocaleString(document.documentElement.lang);
export const millis = (n) => (n < 10 ? n.toFixed(1) : Math.round(n).toString());

// long is a text of which the beginning is shown, with a button for the rest.
const shown = 4000;
export function long(text, label) {
  const pre = h("pre", { tabIndex: 0, role: "region", "aria-label": label }, text.slice(0, shown));
  if (text.length <= shown) return pre;
  const more = h("button", { type: "button" }, t("showAll", { n: number(text.length) }));
  more.addEventListener("click", () => { pre.textContent = text; more.remove(); pre.focus(); });
  return h("div", {}, pre, more);
}

// problem shows an error as the log has it: what, whose it is, and what to do.
export function problem(p) {
  if (!p) return null;
  const facts = [p.code, p.class, p.actor ? t(`actor.${p.actor}`) : "", p.requestId].filter(Boolean).join(" · ");
  return h("div", { className: "error" }, h("p", {}, p.text), facts ? h("p", {}, facts) : null, p.advice ? h("p", {}, p.advice) : null);
}

// copy puts a text on the clipboard, or shows it where the browser does not allow that.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(t("copied"));
  } catch {
    say(`${t("copyThis")} ${text}`);
  }
}
