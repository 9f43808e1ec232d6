// The chat itself, loaded when the launcher is first used.
import styles from "./styles.css";
import { element } from "./markdown.js";
import { Panel } from "./panel.js";
import { Storage } from "./storage.js";
import { Tabs } from "./tabs.js";
import { Transport } from "./transport.js";
import { visitorZone } from "./openings.js";

const UTM = ["source", "medium", "campaign", "term", "content"];

function page() {
  const query = new URLSearchParams(location.search);
  const utm = Object.fromEntries(UTM.filter((name) => query.get(`utm_${name}`)).map((name) => [name, query.get(`utm_${name}`).slice(0, 200)]));
  return {
    url: `${location.origin}${location.pathname}`.slice(0, 1000), title: document.title.slice(0, 200),
    referrer: document.referrer.split(/[?#]/)[0].slice(0, 1000),
    ...(Object.keys(utm).length && { utm }),
  };
}

class Chat {
  constructor({ host, root, button, options }) {
    Object.assign(this, { host, root, button, options });
    this.texts = {};
    this.identity = undefined;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    // Live regions inside a shadow tree are not announced everywhere: this one lies outside.
    this.announcer = element("div", { role: "status", ariaLive: "polite", className: "usher-announcer" });
    Object.assign(this.announcer.style, { position: "fixed", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" });
    host.after(this.announcer);
  }

  async words(language) {
    if (!this.texts[language]) {
      const file = this.options.texts[language] ?? this.options.texts.en;
      this.texts[language] = (await import(new URL(`w/${file}`, this.options.base).href)).default;
    }
    return this.texts[language];
  }

  async build() {
    const language = this.options.language;
    this.panel = new Panel({
      chat: this, root: this.root, host: this.host, button: this.button, language,
      texts: await this.words(language), title: this.options.title, languages: Object.keys(this.options.texts),
      announce: (text) => { this.announcer.textContent = text; },
    });
    const site = this.options.site ?? "";
    this.storage = new Storage(site);
    this.tabs = new Tabs(site);
    this.transport = new Transport({
      base: this.options.base, site, storage: this.storage, tabs: this.tabs,
      emit: (name, ...given) => this[`on_${name}`](...given),
      describe: () => ({
        language: this.chosen ?? this.options.language, timezone: visitorZone(), page: page(),
        ...(this.identity && { identity_token: this.identity }),
      }),
    });
    this.transport.outbox.all().forEach((message) => this.panel.pending(message));
    this.started = this.transport.start().catch((fault) => this.panel.broken(fault));
  }

  async on_session(session) {
    await this.speak(session.language);
    this.panel.consent(session.consent);
  }

  async speak(language) {
    if (!language || language === this.panel.language) return;
    this.panel.speak(language, await this.words(language));
  }

  on_event(event) {
    if (event.kind === "status" && event.status?.name === "language") this.speak(event.status.language);
    this.panel.show(event);
    this.host.dispatchEvent(new CustomEvent(`usher:${event.kind === "status" ? event.status.name : "message"}`, { detail: event }));
  }

  // Another conversation than the one that is shown.
  on_fresh() { this.panel.clear(); }

  on_erased() { this.panel.erased(); }

  on_connection(state) { this.panel.connection(state); }

  on_refused(message, code) { this.panel.refused(message, code); }

  say(message) {
    this.panel.pending(this.transport.send(message));
  }

  async switchTo(language) {
    this.chosen = language;
    await this.speak(language);
    this.say({ payload: `lang:${language}`, title: new Intl.DisplayNames(language, { type: "language" }).of(language) });
  }

  async erase() {
    await this.transport.erase();
    this.panel.erased();
  }

  again() { return this.transport.again().catch((fault) => this.panel.broken(fault)); }

  // ---- window.usher ----------------------------------------------------------------------
  async open() {
    if (!this.panel) await (this.building ??= this.build());
    this.panel.open();
  }

  close() { this.panel?.close(); }

  toggle() { return this.panel && !this.panel.node.hidden ? this.close() : this.open(); }

  async identify(token) {
    this.identity = token;
    if (this.transport) await this.transport.session();
  }

  prefill(text) {
    return this.open().then(() => this.panel.write(String(text)));
  }
}

export function start(given) {
  return new Chat(given);
}
