/* The one script on somebody else's page: a launcher, and nothing else until it is used.
   Makes no request, stores nothing, sets no timer. Names of files are filled in by the build. */
(() => {
  // none is current in a module; in a file that an optimiser made of many it is not ours
  const script = [document.currentScript, ...document.scripts].find((one) => /\/w(\.js|\/loader-)/.test(one?.src));
  if (!script || window.usher) return;
  const { documentElement } = document;
  const base = new URL(BASE, script.src).href;
  // tag managers keep the address alone: what stands in it counts where there is no attribute
  const options = { ...Object.fromEntries(new URL(script.src).searchParams), ...script.dataset, base };
  const labels = { en: "Chat with us", sl: "Klepet z nami", he: "צ׳אט איתנו", fi: "Chattaa kanssamme", nb: "Chat med oss", pl: "Czat z nami" };
  const language = options.language = [options.language, documentElement.lang, ...(navigator.languages || [])]
    .map((tag) => (tag || "").toLowerCase().split("-")[0]).map((tag) => ({ no: "nb", nn: "nb", iw: "he" })[tag] || tag)
    .find((tag) => labels[tag]) || "en";

  // a link from a mail that proves whose it is (usher site link)
  options.identity = location.hash.split("#usher=")[1];

  // black or white, whichever reads better on the operator's colour (WCAG 2.2, relative luminance)
  const colour = /^#[0-9a-f]{6}$/i.test(options.color) ? options.color : "#1d4ed8";
  options.light = [0.2126, 0.7152, 0.0722].reduce((sum, share, at) => {
    const part = parseInt(colour.slice(1 + 2 * at, 3 + 2 * at), 16) / 255;
    return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);

  const host = document.createElement("div");
  host.id = "usher";
  host.lang = language;
  host.dir = language === "he" ? "rtl" : "ltr";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{all:initial;--usher:${colour};--on:${options.light > 0.179 ? "#000" : "#fff"}}
.launch{position:fixed;inset-block-end:20px;inset-inline-end:20px;z-index:2147483000;inline-size:60px;block-size:60px;border:2px solid var(--on);border-radius:50%;background:var(--usher);color:var(--on);cursor:pointer;box-shadow:0 4px 16px #0005;padding:0}
.launch:focus-visible{outline:3px solid var(--usher);outline-offset:3px;box-shadow:0 0 0 3px #fff}
.launch svg{inline-size:28px;display:block;margin:auto}
@media(forced-colors:active){.launch{border-color:ButtonText}}@media print{:host{display:none}}`);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  button.className = "launch";
  button.type = "button";
  button.ariaLabel = labels[language];
  button.ariaExpanded = false;
  button.ariaHasPopup = "dialog";
  const NS = "http://www.w3.org/2000/svg";
  const icon = options.icon = (shape) => {
    const svg = document.createElementNS(NS, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.ariaHidden = true;
    const path = document.createElementNS(NS, "path");
    path.setAttribute("fill", "currentColor");
    path.setAttribute("d", shape);
    svg.append(path);
    return svg;
  };
  button.append(icon("M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"));
  root.append(button);

  let app;
  let tries = 0;
  // a module that failed once may be remembered as failed: the next try has another address
  const part = (file) => import(`${base}w/${file}${tries ? `?${tries}` : ""}`);
  const load = () => (app ||= part(APP).then((module) => module.start({ host, root, button, options, nodes }))
    .catch((fault) => { app = 0; tries += 1; throw fault; }));
  const later = (name) => (...given) => load().then((chat) => chat[name](...given)).catch(() => {});
  button.addEventListener("click", () => later("toggle")());
  window.usher = {
    version: VERSION, open: later("open"), close: () => app && later("close")(), prefill: later("prefill"), reset: later("reset"),
    identify: (token) => { options.identity = token; return app && later("identify")(); },
    on: (name, listener) => host.addEventListener(`usher:${name}`, listener),
    off: (name, listener) => host.removeEventListener(`usher:${name}`, listener),
  };

  // a single-page application may replace what is in the body, or the body
  const nodes = [host];
  const watch = new MutationObserver(() => mount());
  const mount = () => {
    if (document.body) nodes.forEach((node) => node.isConnected || document.body.append(node));
    watch.disconnect();
    watch.observe(documentElement, { childList: true });
    if (document.body) watch.observe(document.body, { childList: true });
  };
  mount();
  // a visitor who has used the chat finds it on the next page as it was
  try { if (localStorage[`usher:${options.site}:open`]) later("resume")(); } catch { /* no storage here */ }
  if (options.greeting) part(GREET).then((module) => module.default({ host, root, button, options, open: window.usher.open })).catch(() => {});
})();
