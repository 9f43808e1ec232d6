/* The one script on somebody else's page: a launcher, and nothing else until it is used.
   Makes no request, stores nothing, sets no timer. APP and TEXTS are filled in by the build. */
(() => {
  const script = document.currentScript;
  if (!script || window.usher) return;
  const base = new URL(".", script.src);
  const options = { ...script.dataset, base: base.href, texts: TEXTS };
  const labels = { en: "Chat with us", sl: "Klepet z nami", he: "צ׳אט איתנו", fi: "Chattaa kanssamme", nb: "Chat med oss", pl: "Czat z nami" };
  const wanted = [options.language, document.documentElement.lang, ...(navigator.languages || [])]
    .map((tag) => (tag || "").toLowerCase().split("-")[0]).map((tag) => ({ no: "nb", nn: "nb", iw: "he" })[tag] || tag);
  options.language = wanted.find((tag) => labels[tag]) || "en";

  const host = document.createElement("div");
  host.id = "usher";
  host.lang = options.language;
  host.dir = options.language === "he" ? "rtl" : "ltr";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{all:initial;--usher:${/^#[0-9a-f]{3,8}$/i.test(options.color) ? options.color : "#1d4ed8"}}
.launch{position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:2147483000;inline-size:60px;block-size:60px;border:2px solid #fff;border-radius:50%;background:var(--usher);color:#fff;cursor:pointer;box-shadow:0 4px 16px #0005;padding:0}
.launch:focus-visible{outline:3px solid var(--usher);outline-offset:3px}
.launch svg{inline-size:28px;block-size:28px;display:block;margin:auto}
@media(forced-colors:active){.launch{border-color:ButtonText}}`);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  button.className = "launch";
  button.type = "button";
  button.ariaLabel = labels[options.language];
  button.ariaExpanded = "false";
  button.setAttribute("aria-haspopup", "dialog");
  const NS = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(NS, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NS, "path");
  path.setAttribute("fill", "currentColor");
  path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z");
  icon.append(path);
  button.append(icon);
  root.append(button);

  let app;
  const load = () => (app ||= import(new URL(`w/${APP}`, base).href)
    .then((module) => module.start({ host, root, button, options }))
    .catch((fault) => { app = undefined; throw fault; }));
  const later = (name) => (...given) => load().then((chat) => chat[name](...given)).catch(() => {});
  const open = later("toggle");
  button.addEventListener("click", () => open());
  window.usher = {
    open: later("open"), close: later("close"), identify: later("identify"), prefill: later("prefill"),
    on: (name, listener) => host.addEventListener(`usher:${name}`, listener),
    off: (name, listener) => host.removeEventListener(`usher:${name}`, listener),
  };
  const mount = () => document.body.append(host);
  document.body ? mount() : addEventListener("DOMContentLoaded", mount, { once: true });
})();
