// A greeting beside the launcher, where the page asks for one (data-greeting). Reads what is
// there already and stores nothing unless the visitor sends it away.
const listed = (text) => (text || "").split(",").map((word) => word.trim()).filter(Boolean);
const like = (pattern, path) => new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.?+^$|(){}[\]\\]/g, "\\$&")).join(".*")}$`).test(path);

// Whether this page, this visitor and where they came from are among those to be greeted.
function wanted({ site, greetingPages, greetingSource, greetingReturning }) {
  const pages = listed(greetingPages);
  if (pages.length && !pages.some((pattern) => like(pattern, location.pathname))) return false;
  const sources = listed(greetingSource);
  const from = `${new URLSearchParams(location.search).get("utm_source") || ""} ${document.referrer && new URL(document.referrer).hostname}`;
  if (sources.length && !sources.some((source) => from.toLowerCase().includes(source.toLowerCase()))) return false;
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

export default function greet({ root, button, options, open }) {
  if (!wanted(options)) return;
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
  let card;
  const gone = () => { card?.remove(); card = null; };
  const show = () => {
    removeEventListener("scroll", scrolled);
    if (card !== undefined || button.ariaExpanded === "true") return;
    card = document.createElement("div");
    card.className = "greet";
    const close = { en: "Dismiss", sl: "Zapri", he: "סגירה", fi: "Sulje", nb: "Lukk", pl: "Zamknij" }[options.language];
    card.append(make(options.greeting, "", () => { gone(); open(); }), make("✕", close, () => {
      gone();
      button.focus();
      try { sessionStorage[`usher:${options.site}:greeted`] = 1; } catch { /* only for this page then */ }
    }));
    root.append(card);
  };
  const scrolled = () => {
    const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
    if (scrollTop * 100 >= (scrollHeight - clientHeight) * options.greetingScroll) show();
  };
  button.addEventListener("click", gone);
  if (options.greetingScroll) addEventListener("scroll", scrolled, { passive: true });
  if (options.greetingAfter || !options.greetingScroll) setTimeout(show, 1000 * (options.greetingAfter || 0));
}
