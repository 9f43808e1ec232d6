// The chat itself, loaded when the launcher is first used.
import styles from "./styles.css";
import { element, safeUrl } from "./markdown.js";
import { Panel, SMALL } from "./panel.js";
import { Storage } from "./storage.js";
import { Tabs } from "./tabs.js";
import { Transport } from "./transport.js";

function page() {
  const utm = [...new URLSearchParams(location.search)].filter(([name]) => name.startsWith("utm_"));
  return {
    url: location.origin + location.pathname, title: document.title, referrer: document.referrer.split(/[?#]/)[0],
    language: document.documentElement.lang, utm: Object.fromEntries(utm.map(([name, value]) => [name.slice(4), value])),
  };
}

class Chat {
  #files = {};
  #made = {};
  #unread = 0;

  constructor(given) {
    Object.assign(this, given);
    const { host, nodes, options } = given;
    this.#dress(styles);
    // Live regions inside a shadow tree are not announced everywhere: this one lies outside.
    this.announcer = element("div", { role: "log", ariaLive: "polite", className: "usher-announcer" });
    this.announcer.style = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
    host.after(this.announcer);
    nodes.push(this.announcer);
    this.storage = new Storage(options.site ?? "");
  }

  #dress(styles) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, sheet];
  }

  // What a screen reader says next. The last few stay: two at once are both read.
  announce(text, { language = this.panel.language } = {}) {
    this.announcer.ariaLabel = this.panel.texts.title;
    this.announcer.append(element("p", { lang: language, dir: "auto" }, text));
    while (this.announcer.childElementCount > 4) this.announcer.firstChild.remove();
  }

  // A module; a try that failed has another address the next time, for it may be remembered.
  file(name, tries = 0) {
    return (this.#files[name] ??= import(`${this.options.base}w/${name}${tries ? `?${tries}` : ""}`).catch((fault) => {
      this.#files[name] = undefined;
      if (tries > 2) throw fault;
      return new Promise((done) => setTimeout(done, 1000 * 2 ** tries)).then(() => this.file(name, tries + 1));
    }));
  }

  async words(language) { return (await this.file(TEXTS[language] ?? TEXTS.en)).default; }

  // A part of the chat that is seldom needed, and all the words it may want.
  async part(name) {
    const module = await this.file(PARTS[name]);
    const { panel } = this;
    if (panel.texts.yes === undefined) Object.assign(panel.texts, (await this.file(panel.texts.rest)).default);
    if (module.styles && !this.#made[name]) this.#dress(module.styles);
    return (this.#made[name] ??= module.default({ element, safeUrl, panel }));
  }

  async #build() {
    const { options, storage } = this;
    const site = options.site ?? "";
    const texts = { ...await this.words(options.language) };
    this.panel = new Panel({
      chat: this, root: this.root, host: this.host, button: this.button, language: options.language, texts,
      title: options.title, light: options.light, icon: options.icon, languages: Object.keys(TEXTS),
    });
    this.tabs = new Tabs(site);
    this.transport = new Transport({
      base: options.base, site, storage, tabs: this.tabs,
      emit: (name, ...given) => this[`on_${name}`](...given),
      describe: () => ({
        language: this.chosen ?? options.language, page: page(),
        // the first DateTimeFormat of a page takes a slow machine 200 ms
        timezone: window.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        // who it is counts as told only once they have agreed
        ...(options.identity && (this.agreed || options.consent !== "ask") && { identity_token: options.identity }),
      }),
    });
    this.transport.outbox.all().forEach((message) => this.panel.log.pending(message));
    this.transport.start().catch((fault) => this.panel.broken(fault));
  }

  build() {
    return (this.building ??= this.#build().catch((fault) => { this.building = undefined; throw fault; }));
  }

  async on_session(session) {
    this.known = session.seq;
    this.ahead = Date.parse(session.now) - Date.now() || 0;
    const late = this.options.consent === "ask" && this.options.identity && !this.agreed;
    this.agreed = session.consent.agreed;
    if (late && this.agreed) setTimeout(() => this.identify());
    this.panel.consent(session);
    await this.speak(session.language);
  }

  // The server's clock, as far as it was told.
  now() { return Date.now() + (this.ahead ?? 0); }

  async speak(language) {
    if (language && language !== this.panel.language) this.panel.speak(language, { ...await this.words(language) });
  }

  on_event(event) {
    const news = event.seq > (this.known ?? 0);
    const { status } = event;
    if (status?.name === "language") this.speak(status.language);
    this.panel.show(event, news);
    if (news && event.kind === "message" && event.author !== "visitor") this.#arrived();
    this.#tell(status?.name ?? "message", event);
  }

  #tell(name, detail) { this.host.dispatchEvent(new CustomEvent(`usher:${name}`, { detail })); }

  #arrived() {
    if (this.panel.node.hidden) this.unread(this.#unread + 1);
    if (this.sound && (this.panel.node.hidden || document.hidden)) this.part("sound").then((play) => play()).catch(() => {});
  }

  unread(count) {
    this.#unread = count;
    this.panel.badge(count);
    if (count) this.#tell("unread", { count });
  }

  // Off until the visitor turns it on.
  get sound() { return this.storage.recall("sound") === "1"; }

  set sound(on) { this.storage.remember("sound", on ? "1" : ""); }

  // Another conversation than the one that is shown.
  on_fresh() { this.known = 0; this.panel.clear(); }

  on_over(why) { this.panel.over(why); }

  on_connection(state) { this.panel.connection(state); }

  on_refused(message, code) { this.panel.refused(message, code); }

  say(message) {
    this.panel.log.pending(this.transport.send(message));
    this.panel.awaitReply();
  }

  // ---- window.usher ----------------------------------------------------------------------
  async open(quietly) {
    await this.build();
    if (this.panel.node.hidden) this.panel.open(quietly === true);
    this.unread(0);
    this.storage.remember("open", "1");
    this.#tell("open");
  }

  close() {
    if (!this.panel || this.panel.node.hidden) return;
    this.panel.close();
    this.storage.remember("open", "0");
    this.#tell("close");
  }

  toggle() { return this.panel && !this.panel.node.hidden ? this.close() : this.open(); }

  // The chat as it was on the page before. A phone's panel would cover the page: it stays shut.
  resume() {
    return this.storage.recall("open") === "1" && !matchMedia(SMALL).matches ? this.open(true) : this.build();
  }

  identify() { return this.transport?.session(); }

  prefill(text) { return this.open().then(() => this.panel.write(String(text))); }

  // Somebody signed out of the page: the next one on this browser begins anew.
  async reset() {
    await this.build();
    this.close();
    this.transport.leave("closed");
    this.storage.remember("open", "");
  }
}

export function start(given) {
  return new Chat(given);
}
