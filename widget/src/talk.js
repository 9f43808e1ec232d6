// The console's transcript: what people wrote, shown by the widget's own renderer (the server
// shows it plain, for browsers without scripts), and what is new since, every few seconds.
import { element, render } from "./markdown.js";

const EVERY_MS = 4000;
const list = document.querySelector(".talk");
const { address } = list.parentNode.dataset;
let { seq } = list.parentNode.dataset;

const shown = (author, text) => render(text, { plain: author === "visitor" });

function line({ author, by, at, time, text, lang, offered }) {
  const when = element("time", { dateTime: at }, time);
  if (author === "note") return element("li", { className: author }, `${by} `, when);
  return element("li", { className: author }, element("p", { className: "by" }, `${by} `, when),
    element("div", { className: "bubble", dir: "auto", lang: lang ?? "" }, ...shown(author, text)),
    offered && element("p", { className: "soft" }, `${offered} openings offered`));
}

async function more() {
  const response = await fetch(`${address}?after=${seq}`);
  if (response.redirected) location.reload(); // signed out: to the sign-in, and back
  if (!response.ok) return;
  const { lines } = await response.json();
  list.append(...lines.map(line));
  seq = lines.at(-1)?.seq ?? seq;
}

for (const bubble of list.querySelectorAll(".bubble")) {
  bubble.replaceChildren(...shown(bubble.parentNode.className, bubble.textContent));
}
setInterval(() => document.hidden || more().catch(() => {}), EVERY_MS);
