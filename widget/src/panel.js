// The panel: a non-modal dialog with a header, the log and the line to type in.
import { element, render, safeUrl } from "./markdown.js";
import { openings, spelledOut, visitorZone } from "./openings.js";

const NAMES = { en: "English", sl: "Slovenščina", he: "עברית", fi: "Suomi", nb: "Norsk", pl: "Polski" };
const TYPING_MS = 30000;
const SEND = "M3 20.5v-6.7l9-1.8-9-1.8V3.5L21.5 12z";

function icon(path) {
  const NS = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(NS, "path");
  shape.setAttribute("d", path);
  shape.setAttribute("fill", "currentColor");
  svg.append(shape);
  return svg;
}

// Black or white, whichever reads better on the operator's colour (WCAG contrast).
function inkOn(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
    const light = part / 255;
    return light <= 0.04045 ? light / 12.92 : ((light + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return { on: luminance > 0.179 ? "#000" : "#fff", readable: luminance <= 0.183 };
}

export class Panel {
  rows = new Map();

  constructor(given) {
    Object.assign(this, given);
    this.zone = visitorZone();
    this.#build();
    this.speak(this.language, this.texts);
  }

  #build() {
    this.heading = element("h2", { id: "title" });
    this.menuButton = element("button", { type: "button", ariaExpanded: "false", onclick: () => this.#menu() }, "⋯");
    this.closeButton = element("button", { type: "button", onclick: () => this.close() }, "✕");
    this.menu = element("div", { className: "menu", hidden: true });
    this.note = element("p", { className: "note", role: "status", hidden: true });
    this.privacy = element("p", { className: "consent", dir: "auto", hidden: true });
    this.log = element("div", { className: "log", role: "log", tabIndex: 0, ariaLive: "off", onscroll: () => this.#scrolled() }, this.privacy);
    this.typing = element("div", { className: "row bot", hidden: true },
      element("div", { className: "bubble" }, this.typingLabel = element("span", { className: "says" }),
        element("span", { className: "dots", ariaHidden: "true" }, element("i"), element("i"), element("i"))));
    this.below = element("button", { type: "button", className: "below", hidden: true, onclick: () => this.#toEnd(true) });
    this.input = element("textarea", {
      rows: 1, dir: "auto", maxLength: 2000, autocomplete: "off", enterKeyHint: "send",
      oninput: () => this.#grow(),
      onkeydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.#submit(); } },
    });
    this.sendButton = element("button", { type: "submit" }, icon(SEND));
    this.form = element("form", { onsubmit: (event) => { event.preventDefault(); this.#submit(); } }, this.input, this.sendButton);
    this.log.append(this.typing, this.below);
    this.node = element("section", {
      className: "panel", role: "dialog", hidden: true,
      onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); this.close(); } },
    }, element("header", {}, this.heading, this.menuButton, this.closeButton), this.menu, this.note, this.log, this.form);
    this.node.setAttribute("aria-labelledby", "title");
    this.root.append(this.node);
    const probe = getComputedStyle(this.button).backgroundColor;
    const { on, readable } = inkOn(probe);
    this.node.style.setProperty("--on", on);
    this.node.style.setProperty("--ink", readable ? probe : "#1a2233");
    this.button.style.color = on;
  }

  // Everything that has words, in another language, without losing what is shown.
  speak(language, texts) {
    Object.assign(this, { language, texts });
    this.host.lang = language;
    this.host.dir = language === "he" ? "rtl" : "ltr";
    this.heading.textContent = this.title || texts.title;
    this.menuButton.ariaLabel = texts.menu;
    this.closeButton.ariaLabel = texts.close;
    this.log.ariaLabel = texts.title;
    this.input.placeholder = texts.placeholder;
    this.input.ariaLabel = texts.placeholder;
    this.sendButton.ariaLabel = texts.send;
    this.typingLabel.textContent = `${texts.assistant} ${texts.typing}`;
    this.below.textContent = texts.newBelow;
    this.#fillMenu();
  }

  #fillMenu() {
    const { texts } = this;
    const select = element("select", { onchange: () => { this.#menu(false); this.chat.switchTo(select.value); } },
      ...this.languages.map((code) => element("option", { value: code, selected: code === this.language, lang: code }, NAMES[code])));
    this.menu.replaceChildren(
      element("label", {}, texts.language, select),
      element("button", { type: "button", onclick: () => { this.#menu(false); this.chat.say({ text: texts.personSay }); } }, texts.person),
      element("button", { type: "button", onclick: () => this.#askErase() }, texts.erase));
  }

  #menu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.menuButton.ariaExpanded = String(open);
    if (open) this.#fillMenu();
    (open ? this.menu.querySelector("select") : this.input).focus();
  }

  #askErase() {
    const { texts } = this;
    const keep = element("button", { type: "button", onclick: () => this.#menu(false) }, texts.no);
    this.menu.replaceChildren(element("p", { className: "system" }, texts.eraseSure),
      element("button", { type: "button", onclick: () => { this.#menu(false); this.chat.erase().catch(() => this.connection("offline")); } }, texts.yes), keep);
    keep.focus();
  }

  // ---- opening and closing ---------------------------------------------------------------
  open() {
    this.node.hidden = false;
    this.button.ariaExpanded = "true";
    this.button.ariaLabel = this.texts.close;
    this.node.ariaModal = String(matchMedia("(max-width:480px),(max-height:480px)").matches);
    this.#toEnd(true);
    this.input.focus();
  }

  close() {
    this.node.hidden = true;
    this.button.ariaExpanded = "false";
    this.button.ariaLabel = this.texts.open;
    this.button.focus();
  }

  write(text) { this.input.value = text; this.#grow(); this.input.focus(); }

  #grow() {
    this.input.style.blockSize = "auto";
    this.input.style.blockSize = `${Math.min(this.input.scrollHeight + 2, 132)}px`;
  }

  #submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.#grow();
    this.chat.say({ text });
    this.input.focus();
  }

  // ---- the log ---------------------------------------------------------------------------
  #append(node) {
    const atEnd = this.#atEnd();
    this.log.insertBefore(node, this.typing);
    if (atEnd) this.#toEnd();
    else this.below.hidden = false;
  }

  #atEnd() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80; }

  #toEnd(now = false) {
    if (now || !this.node.hidden) this.log.scrollTop = this.log.scrollHeight;
    this.below.hidden = true;
  }

  #scrolled() { if (this.#atEnd()) this.below.hidden = true; }

  #row(author, text, plain) {
    const says = { visitor: this.texts.you, rep: this.texts.rep }[author] ?? this.texts.assistant;
    const bubble = element("div", { className: "bubble" }, element("span", { className: "says" }, `${says}: `), ...render(text, { plain }));
    return element("div", { className: `row ${author}` }, bubble);
  }

  // A message of the visitor's that the server has not confirmed yet.
  pending(message) {
    if (this.rows.has(message.cid)) return;
    this.#dropChoices();
    const row = this.#row("visitor", message.title ?? message.text, true);
    row.append(element("div", { className: "state" }, this.texts.sending));
    this.rows.set(message.cid, row);
    this.#append(row);
    this.#toEnd(true);
    this.#awaitReply();
  }

  refused(message, code) {
    const row = this.rows.get(message.cid);
    this.#stopTyping();
    if (!row) return;
    row.classList.add("failed");
    const why = code === "text_too_long" ? this.texts.tooLong : this.texts.refused;
    row.querySelector(".state")?.replaceChildren(why);
    this.announce(why);
    if (message.text && !this.input.value) this.write(message.text);
  }

  show(event) {
    if (event.kind === "status") { this.#status(event.status); return; }
    if (event.author === "visitor") { this.#confirmed(event); return; }
    this.#stopTyping();
    this.#dropChoices();
    const row = this.#row(event.author, event.text ?? "", false);
    if (event.lang) row.lang = event.lang;
    if (event.openings?.length) row.append(openings(event.openings, { language: this.language, zone: this.zone, texts: this.texts, choose: (choice) => this.chat.say(choice) }));
    if (event.buttons?.length) row.append(this.#choices(event.buttons));
    this.#append(row);
    this.announce(`${event.author === "rep" ? this.texts.rep : this.texts.assistant}: ${event.text ?? ""}`);
  }

  #confirmed(event) {
    let row = event.cid && this.rows.get(event.cid);
    if (!row) {
      this.#dropChoices();
      row = this.#row("visitor", event.text ?? "", true);
      if (event.cid) this.rows.set(event.cid, row);
      this.#append(row);
    }
    row.querySelector(".state")?.remove();
  }

  #choices(buttons) {
    return element("div", { className: "choices" }, ...buttons.map(({ title, payload }) => element("button", {
      type: "button", className: "choice", dir: "auto", onclick: () => { this.chat.say({ payload, title }); this.input.focus(); },
    }, title)));
  }

  // Only the latest question can be answered by button; its words can always be typed.
  #dropChoices() { this.log.querySelectorAll(".choices,.openings").forEach((node) => node.remove()); }

  #status(status) {
    const { texts } = this;
    if (status.name === "typing") { this.#awaitReply(); return; }
    if (["booked", "moved", "cancelled"].includes(status.name)) { this.#append(this.#card(status)); return; }
    const line = { handed_over: texts.handedOver, taken_back: texts.takenBack, closed: texts.closed }[status.name];
    if (line) { this.#append(element("p", { className: "system" }, line)); this.announce(line); }
  }

  #card(status) {
    const { texts, language, zone } = this;
    const when = status.start && spelledOut(status.start, language, zone);
    const out = (address, label) => safeUrl(address) && element("a", { href: safeUrl(address), target: "_blank", rel: "noopener noreferrer" }, label);
    const links = status.name === "cancelled" ? [] : [
      out(status.video_url, texts.join), out(status.page_url, texts.change),
      out(status.page_url && `${status.page_url}/invite.ics`, texts.calendar)].filter(Boolean);
    return element("div", { className: "card" },
      element("p", { className: "system" }, element("strong", {}, texts[status.name]), when ?? "", status.advisor_name ? element("br") : undefined, status.advisor_name ?? ""),
      ...links);
  }

  #awaitReply() {
    clearTimeout(this.typingTimer);
    const atEnd = this.#atEnd();
    this.typing.hidden = false;
    if (atEnd) this.#toEnd();
    this.typingTimer = setTimeout(() => this.#stopTyping(), TYPING_MS);
  }

  #stopTyping() { clearTimeout(this.typingTimer); this.typing.hidden = true; }

  // ---- states ----------------------------------------------------------------------------
  consent(consent) {
    if (!consent?.text) return;
    this.privacy.replaceChildren(...render(consent.text));
    this.privacy.hidden = false;
  }

  connection(state) {
    this.note.hidden = state === "online";
    this.note.textContent = state === "online" ? "" : this.texts.offline;
    if (state !== "online") this.#stopTyping();
  }

  broken() {
    this.note.hidden = false;
    this.note.textContent = this.texts.unavailable;
  }

  clear() {
    this.rows.clear();
    this.log.replaceChildren(this.privacy, this.typing, this.below);
    this.form.hidden = false;
    this.input.focus();
  }

  erased() {
    this.clear();
    this.form.hidden = true;
    const again = element("button", { type: "button", className: "choice", onclick: () => this.chat.again() }, this.texts.again);
    this.log.insertBefore(element("p", { className: "system" }, this.texts.erased), this.typing);
    this.log.insertBefore(again, this.typing);
    this.announce(this.texts.erased);
    again.focus();
  }
}
