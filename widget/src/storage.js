// What a visitor's browser keeps: the session token, messages not yet sent, whether the panel
// is open. Written only after the visitor opened the chat. Where storage is refused or full,
// memory serves for this page.
export class Storage {
  constructor(site) {
    this.prefix = `usher:${site}:`;
    try {
      localStorage[`${this.prefix}probe`] = 1;
      delete localStorage[`${this.prefix}probe`];
      this.store = localStorage;
    } catch {
      this.store = {};
    }
  }

  recall(name) { return this.store[this.prefix + name]; }

  remember(name, value) {
    try {
      if (value) this.store[this.prefix + name] = value;
      else delete this.store[this.prefix + name];
    } catch { /* full: a message is still in memory, the rest is for this page only */ }
  }

  // In memory first: what another tab writes is taken over when that tab says so.
  get token() { return this.memory ?? this.recall("token"); }

  set token(value) {
    this.memory = value;
    this.remember("token", value);
  }

  // Unsent messages, in no order (see Outbox).
  outgoing() {
    return Object.keys(this.store).filter((key) => key.startsWith(`${this.prefix}out:`))
      .flatMap((key) => { try { return JSON.parse(this.store[key]); } catch { return []; } });
  }

  keep(message) { this.remember(`out:${message.cid}`, JSON.stringify(message)); }

  drop(cid) { this.remember(`out:${cid}`); }

  // Calls `listener` when another tab has kept a message.
  onOutgoing(listener) {
    addEventListener("storage", ({ key, newValue }) => newValue && key.startsWith(`${this.prefix}out:`) && listener());
  }
}
