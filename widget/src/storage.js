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

  // In memory first: what another tab writes is taken over when that tab says so.
  get token() { return this.memory ?? this.store.getItem(`${this.prefix}token`); }

  set token(value) {
    this.memory = value ?? undefined;
    if (!value) this.store.removeItem(`${this.prefix}token`);
    else try { this.store.setItem(`${this.prefix}token`, value); } catch { /* a full store: this page only */ }
  }

  // Unsent messages, in no order (see Outbox).
  outgoing() {
    const keys = this.store.keys ? this.store.keys() : Object.keys(this.store);
    return keys.filter((key) => key.startsWith(`${this.prefix}out:`))
      .flatMap((key) => { try { return [JSON.parse(this.store.getItem(key))]; } catch { return []; } })
      .filter((message) => message?.cid);
  }

  keep(message) {
    // a full store must not stop a message: memory still has it
    try { this.store.setItem(`${this.prefix}out:${message.cid}`, JSON.stringify(message)); } catch { /* kept in memory */ }
  }

  drop(cid) { this.store.removeItem(`${this.prefix}out:${cid}`); }

  // Calls `listener` when another tab has kept a message.
  onOutgoing(listener) {
    addEventListener("storage", ({ key, newValue }) => newValue && key?.startsWith(`${this.prefix}out:`) && listener());
  }
}
