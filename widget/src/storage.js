// What a visitor's browser keeps: the session token and messages not yet sent. Written only
// after the visitor opened the chat. Where storage is refused, memory serves for this page.
const memory = new Map();

export class Storage {
  constructor(site) {
    this.prefix = `usher:${site}:`;
    try {
      localStorage.setItem(`${this.prefix}probe`, "1");
      localStorage.removeItem(`${this.prefix}probe`);
      this.store = localStorage;
    } catch {
      this.store = {
        getItem: (key) => memory.get(key) ?? null,
        setItem: (key, value) => memory.set(key, value),
        removeItem: (key) => memory.delete(key),
        keys: () => [...memory.keys()],
      };
    }
  }

  get token() { return this.store.getItem(`${this.prefix}token`); }

  set token(value) {
    if (value) this.store.setItem(`${this.prefix}token`, value);
    else this.store.removeItem(`${this.prefix}token`);
  }

  // Unsent messages, oldest first: [{cid, at, text} or {cid, at, payload, title}].
  outgoing() {
    const keys = this.store.keys ? this.store.keys() : Object.keys(this.store);
    return keys.filter((key) => key.startsWith(`${this.prefix}out:`)).sort()
      .map((key) => JSON.parse(this.store.getItem(key)));
  }

  #key(message) { return `${this.prefix}out:${String(message.at).padStart(16, "0")}:${message.cid}`; }

  keep(message) { this.store.setItem(this.#key(message), JSON.stringify(message)); }

  drop(message) { this.store.removeItem(this.#key(message)); }

  clear() {
    this.outgoing().forEach((message) => this.drop(message));
    this.token = null;
  }
}
