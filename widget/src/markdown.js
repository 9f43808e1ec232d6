// A Markdown subset as DOM nodes, never as HTML: paragraphs, line breaks, lists, **bold**,
// *emphasis*, `code`, [links](…) and bare addresses. Everything else stays the text it was.
const INLINE = /\*\*([^*\n]+)\*\*|\*([^*\s][^*\n]*)\*|`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)|\b(https?:\/\/[^\s<>()\u2069]+[^\s<>().,;:!?'"\u2069])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(\+\d[\d ()/-]{6,}\d)/g;
const ALLOWED = new Set(["https:", "http:", "mailto:", "tel:"]);

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node) node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

export function safeUrl(text) {
  try {
    const url = new URL(text);
    return ALLOWED.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function link(label, address, whole) {
  const href = safeUrl(address);
  if (!href) return document.createTextNode(whole);
  return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

// An address may be broken behind its slashes and the like: never just before a full stop.
const broken = (address) => element("bdi", { dir: "ltr" }, ...address.split(/(?<=[/?&=])/).flatMap((part) => [part, element("wbr")]).slice(0, -1));

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, emphasis, code, label, address, url, mail, phone] = match;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    from = match.index + whole.length;
    if (bold) nodes.push(element("strong", {}, ...inline(bold)));
    else if (emphasis) nodes.push(element("em", {}, ...inline(emphasis)));
    else if (code) nodes.push(element("code", { dir: "ltr" }, code));
    else if (label) nodes.push(link(label, address, whole));
    else if (url) nodes.push(link(broken(url), url, whole));
    else nodes.push(broken(mail ?? phone));
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [element("br"), ...inline(line)] : inline(line)));
}

// Nodes for one message. Visitors' own words are shown plain (`plain`), links and all.
export function render(text, { plain = false } = {}) {
  return text.split(/\n{2,}/).map((block) => {
    if (plain) return element("p", { dir: "auto" }, block);
    const rows = block.split("\n");
    if (rows.every((row) => /^\s*[-*•] /.test(row))) {
      return element("ul", {}, ...rows.map((row) => element("li", {}, ...inline(row.replace(/^\s*[-*•] /, "")))));
    }
    return element("p", { dir: "auto" }, ...lines(block));
  });
}
