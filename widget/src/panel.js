// The panel: a non-modal dialog (modal where it fills a phone) with a header, the log and the
// line to type in.
import { Log } from "./log.js";
import { element, render } from "./markdown.js";

const TYPING_MS = 30000;
export const SMALL = "(max-width:480px),(max-height:480px)";

const button = (more, ...children) => element("button", { type: "button", ...more }, ...children);

export class Panel {
  stuck = [];

  constructor(given) {
    Object.assign(this, given);
    this.#build();
    this.speak(this.language, this.texts);
  }

  #build() {
    this.heading = element("h2", { id: "title" });
    this.menuButton = button({ ariaExpanded: "false", onclick: () => this.#menu() }, "⋯");
    this.closeButton = button({ onclick: () => this.chat.close() }, "✕");
    this.menu = element("div", { className: "menu", hidden: true });
    this.note = element("p", { className: "note", role: "status", hidden: true });
    this.hold = element("p", { className: "note hold", hidden: true });
    this.privacy = element("div", { className: "consent", dir: "auto", hidden: true });
    this.typing = element("div", { className: "row bot", hidden: true },
      element("div", { className: "bubble" }, this.typingLabel = element("span", { className: "says" }),
        element("span", { className: "dots", ariaHidden: "true" }, element("i"), element("i"), element("i"))));
    this.below = button({ className: "below", hidden: true });
    this.messages = element("div", { className: "log", role: "log", tabIndex: 0, ariaLive: "off" }, this.privacy, this.typing, this.below);
    this.input = element("textarea", {
      rows: 1, dir: "auto", maxLength: 2000, enterKeyHint: "send",
      oninput: () => this.#grow(),
      onkeydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.#submit(); } },
    });
    this.sendButton = element("button", { type: "submit" }, this.icon("M3 20.5v-6.7l9-1.8-9-1.8V3.5L21.5 12z"));
    this.form = element("form", { onsubmit: (event) => { event.preventDefault(); this.#submit(); } }, this.input, this.sendButton);
    this.node = element("section", { className: "panel", role: "dialog", hidden: true, onkeydown: (event) => this.#key(event) },
      element("header", {}, this.heading, this.menuButton, this.closeButton), this.menu, this.note, this.hold, this.messages, this.form);
    this.node.setAttribute("aria-labelledby", "title");
    // the operator's colour as text on white, where it reads well enough (4.5:1)
    this.node.style.setProperty("--ink", this.light <= 0.183 ? "var(--usher)" : "#1a2233");
    this.count = element("span", { className: "badge", ariaHidden: "true", hidden: true });
    this.button.append(this.count);
    this.root.append(this.node);
    this.log = new Log({ panel: this, node: this.messages, last: this.typing, below: this.below });
  }

  // Everything that has words, in another language, without losing what is shown.
  speak(language, texts) {
    Object.assign(this, { language, texts });
    this.host.lang = language;
    this.host.dir = language === "he" ? "rtl" : "ltr";
    this.heading.textContent = this.title || texts.title;
    this.menuButton.ariaLabel = texts.menu;
    this.closeButton.ariaLabel = texts.close;
    this.messages.ariaLabel = texts.messages;
    this.input.placeholder = this.input.ariaLabel = texts.placeholder;
    this.sendButton.ariaLabel = texts.send;
    this.typingLabel.textContent = `${texts.assistant} ${texts.typing}`;
    this.below.textContent = texts.newBelow;
    if (!this.note.hidden) this.note.firstChild.data = texts[this.noted];
    this.filing?.();
    this.badge(Number(this.count.textContent));
  }

  #menu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.menuButton.ariaExpanded = open;
    if (!open) { (this.form.hidden ? this.menuButton : this.input).focus(); return; }
    this.#with("menu", (fill) => fill(() => this.#menu(false)));
  }

  // ---- opening and closing ---------------------------------------------------------------
  open(quietly) {
    this.node.hidden = false;
    this.button.ariaExpanded = "true";
    this.badge(0);
    this.node.ariaModal = matchMedia(SMALL).matches;
    this.log.toEnd();
    if (!quietly) this.focus();
  }

  focus() { (this.form.hidden ? !this.messages.inert && this.messages.querySelector("button:not([hidden])") || this.closeButton : this.input).focus(); }

  // A change of what is shown that may take away what has the focus.
  change(act) {
    const { activeElement } = this.root;
    act();
    if (activeElement && !activeElement.checkVisibility()) this.focus();
  }

  close() {
    const inside = this.node.contains(this.root.activeElement);
    this.node.hidden = true;
    this.button.ariaExpanded = "false";
    this.badge(0);
    if (inside) this.button.focus();
  }

  // How many messages came while it was shut, on the launcher and in its name.
  badge(count) {
    const { texts, node } = this;
    this.count.hidden = !count;
    this.count.textContent = count > 9 ? "9+" : count;
    const form = texts.unread[new Intl.PluralRules(this.language).select(count)] ?? texts.unread.other;
    this.button.ariaLabel = !node.hidden ? texts.close : count ? `${texts.open}, ${form.replace("{n}", count)}` : texts.open;
  }

  // Escape shuts; where the panel fills the screen, Tab stays in it.
  #key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.menu.hidden) this.chat.close();
      else { this.#menu(false); this.menuButton.focus(); }
    }
    if (event.key !== "Tab" || this.node.ariaModal !== "true") return;
    const stops = [...this.node.querySelectorAll("button,a,select,input,textarea,[tabindex]")].filter((node) => node.checkVisibility());
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (this.root.activeElement === from) { event.preventDefault(); to.focus(); }
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

  // ---- what comes ------------------------------------------------------------------------
  show(event, news) {
    if (event.kind === "status") { this.#status(event.status, news); return; }
    if (event.author === "visitor") { this.log.confirmed(event); this.agreed?.(); return; }
    this.#stopTyping();
    this.log.dropChoices();
    const row = this.log.row(event.author, event.text ?? "", false);
    if (event.lang) Object.assign(row, { lang: event.lang, dir: event.dir });
    const choose = (choice) => { this.chat.say(choice); this.input.focus(); };
    row.classList.add("asks");
    if (event.openings?.length) {
      this.chat.part("booking")
        .then(({ openings }) => row.matches(".asks") && this.log.keep(() => row.children[0].after(openings(event.openings, choose))))
        .catch(() => row.matches(".asks") && row.append(this.#choices(event.openings, choose)));
    }
    if (event.buttons?.length) row.append(this.#choices(event.buttons, choose));
    this.log.append(row);
    // said in the greeting, it need not stand above it too
    if (this.chat.options.consent !== "ask" && event.text?.includes(this.privacy.textContent)) this.privacy.hidden = true;
    if (news) this.chat.announce(`${this.texts[event.author === "rep" ? "rep" : "assistant"]}: ${event.text ?? ""}`, { language: event.lang });
  }

  #choices(buttons, choose) {
    return element("div", { className: "choices" }, ...buttons.map(({ title, payload }) => button({
      className: "choice", dir: "auto", onclick: () => choose({ payload, title }),
    }, title)));
  }

  #status(status, news) {
    const { texts, chat, log } = this;
    if (status.name === "typing") { if (news) this.#showTyping(); return; }
    if (status.name === "handed_over" || status.name === "taken_back") this.manned = status.name === "handed_over";
    if (["held", "booked", "moved", "cancelled"].includes(status.name)) {
      const card = element("div", { className: "card", hidden: true });
      log.append(card);
      this.#with("booking", (made) => log.keep(() => made.status(card, status, news)));
    }
    if (status.name === "question" && (status.file || this.filing)) this.#with("upload", (ask) => ask(status.file));
    if (status.name === "code") Object.assign(this.input, status.wanted ? { inputMode: "numeric", autocomplete: "one-time-code" } : { inputMode: "", autocomplete: "" });
    const line = { handed_over: texts.handedOver, taken_back: texts.takenBack, closed: texts.closed }[status.name];
    if (!line) return;
    log.append(element("p", { className: "system" }, line));
    if (news) chat.announce(line);
  }

  // a person may take an hour: nothing says that they are typing
  awaitReply() { if (!this.manned) this.#showTyping(); }

  #showTyping() {
    clearTimeout(this.typingTimer);
    this.log.keep(() => { this.typing.hidden = false; });
    this.typingTimer = setTimeout(() => this.#stopTyping(), TYPING_MS);
  }

  #stopTyping() { clearTimeout(this.typingTimer); this.typing.hidden = true; }

  refused(message, code) {
    this.#stopTyping();
    this.#with("rare", (states) => states.refused(message, code));
  }

  // ---- states ----------------------------------------------------------------------------
  // The line on privacy; where the page asks for it, a step before anything can be said.
  consent({ consent }) {
    this.privacy.replaceChildren(...render(consent.text));
    this.privacy.hidden = false;
    // until the step is there, no button of the bot's can be pressed in its stead
    if (this.messages.inert = consent.required && !consent.agreed && this.chat.options.consent === "ask") {
      this.change(() => { this.form.hidden = true; });
      this.#with("rare", (states) => states.ask());
    }
  }

  // What is seldom needed is loaded when it is. Where it cannot be, a calm line says so, with
  // a button to try again; nothing goes on without it.
  #with(name, act) {
    this.chat.part(name).then(act).catch(() => {
      this.stuck.push(() => this.#with(name, act));
      this.#notice("");
    });
  }

  // The line below the header; "" leaves it to what could not be loaded, if anything.
  #notice(name) {
    const { note, stuck, texts } = this;
    const retry = !name && stuck[0] && button({ className: "choice", onclick: () => {
      stuck.splice(0).forEach((again) => again());
      this.#notice("");
    } }, texts.retry);
    this.noted = retry ? "stuck" : name;
    this.log.keep(() => this.change(() => {
      note.hidden = !this.noted;
      note.replaceChildren(texts[this.noted] ?? "", retry || "");
    }));
  }

  connection(state) {
    this.#notice(state === "online" ? "" : "offline");
    if (state !== "online") this.#stopTyping();
  }

  // Nothing that is typed could be sent.
  broken() {
    this.change(() => { this.form.hidden = true; });
    this.#notice("unavailable");
  }

  clear() {
    this.change(() => {
      this.hold.hidden = true;
      this.manned = false;
      this.filing?.(true);
      this.#stopTyping();
      this.log.clear(this.privacy, this.typing, this.below);
      this.form.hidden = false;
      this.#notice("");
    });
  }

  // The conversation is gone; only a new one can begin.
  over(why) {
    this.clear();
    this.change(() => { this.privacy.hidden = this.form.hidden = true; });
    this.#with("rare", (states) => states.over(why));
  }
}
