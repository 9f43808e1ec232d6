// A Markdown subset as DOM nodes, never as HTML: paragraphs, line breaks, lists, **bold**,
// *emphasis*, `code`, [links](…) and bare addresses; a number to call and "9:00–9:30" stay in one
// piece. Everything else stays the text it was.
const INLINE = /\*\*([^*\n]+)\*\*|\*([^*\s][^*\n]*)\*|`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)|\b(https?:\/\/[^\s<>()\u2069]+[^\s<>().,;:!?'"\u2069])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(\+\d[\d ()/-]{6,}\d|\d+[:.]\d\d–\d+[:.]\d\d)/g;
const ALLOWED = new Set(["https:", "http:", "mailto:", "tel:"]);

// `properties` are the node's own (className, ariaLabel, onclick), never names of attributes.
export function element(name, properties, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter(Boolean));
  return node;
}

export function safeUrl(text) {
  try {
    const url = new URL(text);
    return ALLOWED.has(url.protocol) ? url.href : undefined;
  } catch { /* no address at all */ }
}

function link(label, address, whole) {
  const href = safeUrl(address);
  if (!href) return whole;
  return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

// An address may be broken behind its slashes and the like: never just before a full stop.
const broken = (address) => element("bdi", { dir: "ltr" }, ...address.split(/(?<=[/?&=])/).flatMap((part) => [part, element("wbr")]).slice(0, -1));

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, emphasis, code, label, address, url, mail, piece] = match;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    from = match.index + whole.length;
    if (bold) nodes.push(element("strong", {}, ...inline(bold)));
    else if (emphasis) nodes.push(element("em", {}, ...inline(emphasis)));
    else if (code) nodes.push(element("code", { dir: "ltr" }, code));
    else if (label) nodes.push(link(label, address, whole));
    else if (url) nodes.push(link(broken(url), url, whole));
    else nodes.push(broken(mail ?? piece));
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
