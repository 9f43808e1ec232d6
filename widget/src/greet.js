// A greeting beside the launcher, where the page asks for one (data-greeting). Reads what is
// there already and stores nothing before the visitor sends it away or opens the chat.
const listed = (text) => (text || "").split(",").map((word) => word.trim()).filter(Boolean);
const like = (pattern, path) => new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.?+^$|(){}[\]\\]/g, "\\$&")).join(".*")}$`).test(path);

// Whether they came from where the page greets. Read once: a single-page application drops it.
function cameFrom({ greetingSource }) {
  const sources = listed(greetingSource);
  const from = `${new URLSearchParams(location.search).get("utm_source") || ""} ${document.referrer && new URL(document.referrer).hostname}`.toLowerCase();
  return !sources.length || sources.some((source) => from.includes(source.toLowerCase()));
}

// Whether this page and this visitor are among those to be greeted.
function wanted({ site, greetingPages, greetingReturning }) {
  const pages = listed(greetingPages);
  if (pages.length && !pages.some((pattern) => like(pattern, location.pathname))) return false;
  try {
    if (sessionStorage[`usher:${site}:greeted`]) return false;
    const returning = Boolean(localStorage[`usher:${site}:token`]);
    return !greetingReturning || (greetingReturning === "only") === returning;
  } catch {
    return greetingReturning !== "only";
  }
}

const STYLES = `.greet{position:fixed;inset-block-end:92px;inset-inline-end:20px;z-index:2147483000;display:flex;align-items:flex-start;gap:4px;max-inline-size:min(300px,calc(100vw - 40px));background:#fff;color:#1a2233;border:1px solid #b9c3d9;border-radius:16px;box-shadow:0 4px 16px #0003;font:medium/1.4 system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans Hebrew",sans-serif;text-align:start}
.greet button{font:inherit;color:inherit;background:none;border:0;border-radius:16px;cursor:pointer;min-block-size:44px;min-inline-size:44px;text-align:start;overflow-wrap:anywhere}
.greet button:first-child{padding:12px 0 12px 16px;padding-inline:16px 0}
.greet button:focus-visible{outline:3px solid var(--usher);outline-offset:-3px}
.greet[hidden]{display:none}`;

export default function greet({ host, root, button, options, open }) {
  if (!cameFrom(options)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const make = (text, label, act) => {
    const node = document.createElement("button");
    node.type = "button";
    node.dir = "auto";
    node.textContent = text;
    if (label) node.ariaLabel = label;
    node.addEventListener("click", act);
    return node;
  };
  let card, timer, path, over;
  const gone = () => {
    clearTimeout(timer);
    removeEventListener("scroll", scrolled);
    card?.remove();
    card = undefined;
  };
  const never = () => {
    over = true;
    gone();
    try { sessionStorage[`usher:${options.site}:greeted`] = 1; } catch { /* only for this page then */ }
  };
  const show = () => {
    gone();
    if (button.ariaExpanded === "true") return;
    card = document.createElement("div");
    card.className = "greet";
    const close = { en: "Dismiss", sl: "Zapri", he: "סגירה", fi: "Sulje", nb: "Lukk", pl: "Zamknij" }[options.language];
    card.append(make(options.greeting, "", () => { never(); open(); }), make("✕", close, () => {
      never();
      button.focus();
    }));
    root.append(card);
  };
  const scrolled = () => {
    const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
    if (scrollTop * 100 >= (scrollHeight - clientHeight) * options.greetingScroll) show();
  };
  const look = () => {
    if (over || path === location.pathname) return;
    path = location.pathname;
    const stays = wanted(options);
    if (card && stays) return;
    gone();
    if (!stays) return;
    if (options.greetingScroll) addEventListener("scroll", scrolled, { passive: true });
    if (options.greetingAfter || !options.greetingScroll) timer = setTimeout(show, 1000 * (options.greetingAfter || 0));
  };
  button.addEventListener("click", never);
  host.addEventListener("usher:open", never);
  look();
  // a single-page application changes the address without loading anything
  if (window.navigation) navigation.addEventListener("currententrychange", look);
  else for (const name of ["popstate", "click", "scroll"]) addEventListener(name, () => setTimeout(look), { passive: true });
}
