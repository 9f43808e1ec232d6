// Messages not known to have arrived, oldest first: {cid, at, text} or {cid, at, payload, title}.
// Kept in the store (a reload, a crash, another tab goes on with them) and in memory (a store
// shows another tab's writes late). A message is settled once, however often it turns up.
export class Outbox {
  #held = new Map();
  #settled = new Set();
  #last = 0;

  constructor(storage) { this.storage = storage; }

  keep(message) {
    // never the same instant twice: the order of two quick messages is the order of typing
    this.#last = Math.max(Date.now(), this.#last + 1, (this.all().at(-1)?.at ?? 0) + 1);
    const whole = { ...message, cid: crypto.randomUUID?.() ?? `${this.#last}-${Math.random()}`, at: this.#last };
    this.#held.set(whole.cid, whole);
    this.storage.keep(whole);
    return whole;
  }

  // A message that another tab tells of.
  take(message) { if (!this.#settled.has(message.cid)) this.#held.set(message.cid, message); }

  all() {
    const found = new Map(this.#held);
    for (const message of this.storage.outgoing()) {
      if (this.#settled.has(message.cid)) this.storage.drop(message.cid);
      else found.set(message.cid, message);
    }
    return [...found.values()].sort((a, b) => a.at - b.at);
  }

  settle(cid) {
    this.#settled.add(cid);
    this.#held.delete(cid);
    this.storage.drop(cid);
  }

  clear() { this.all().forEach(({ cid }) => this.settle(cid)); }
}
