// The wire: sessions, sending with client ids, and an event stream that survives anything.
// Emits: event(e), connection("online" | "offline"), refused(message, code), session(s).
import { Outbox } from "./outbox.js";

const SILENCE_MS = 35000;   // the server sends a comment every 15 s
const FIRST_BYTE_MS = 5000; // a proxy that buffers streams sends nothing at all
const BUFFERED_MS = 600000; // how long such a proxy is asked by long poll alone
const LONGEST_PAUSE_MS = 30000;

const sleep = (ms, signal) => new Promise((done) => {
  const timer = setTimeout(done, ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
});

export class Transport {
  #wake = new AbortController();
  #sending = false;
  #bufferedUntil = 0;
  #opening;
  #asking;
  #heard = 0;
  #ended = false;
  leading = false;
  seq = 0;

  constructor({ base, site, storage, tabs, emit, describe }) {
    Object.assign(this, { base, site, storage, tabs, emit, describe });
    this.outbox = new Outbox(storage);
    tabs.on("event", (told) => this.#hear(told));
    // The message itself travels: another tab's process may not see the store's change yet.
    tabs.on("outgoing", (message) => { this.outbox.take(message); if (this.leading) this.flush(); });
    tabs.on("refused", ({ message, code }) => { this.outbox.settle(message.cid); emit("refused", message, code); });
    tabs.on("session", (session) => this.#adopt(session));
    tabs.on("hello", () => this.leading && this.introduce());
    storage.onOutgoing(() => this.leading && this.flush());
    tabs.on("connection", (state) => emit("connection", state));
    tabs.on("over", (why) => this.#end(why));
    for (const name of ["online", "visibilitychange"]) {
      addEventListener(name, () => document.visibilityState !== "hidden" && this.wake());
    }
    addEventListener("offline", () => { this.#connection("offline"); this.wake(); });
  }

  #connection(state) {
    this.emit("connection", state);
    if (this.leading) this.tabs.tell("connection", state);
  }

  // Opens or resumes the session, shows the history, then leads or follows.
  async start() {
    await this.session();
    await this.tabs.whenLeader(() => {
      this.leading = true;
      this.introduce();
      this.flush();
      this.#stream();
    });
    if (this.leading) return;
    this.tabs.tell("hello");
    await this.#catchUp();
  }

  // ---- tabs --------------------------------------------------------------------------------
  introduce(again = false) {
    const { conversation, storage: { token } } = this;
    if (conversation && token) this.tabs.tell("session", { token, conversation, again });
  }

  // Two tabs that were opened at once may each have begun a conversation: the leader's counts,
  // unless a tab begins anew (`again`) after an erasure.
  #adopt({ token, conversation, again }) {
    if (!this.conversation || conversation === this.conversation || (this.leading && !again)) return;
    this.storage.token = token;
    this.#begin(conversation);
    if (this.leading) this.wake();
    else this.#catchUp();
  }

  #begin(conversation) {
    this.#ended = false;
    if (this.conversation === conversation) return;
    const other = this.conversation !== undefined;
    this.conversation = conversation;
    this.seq = this.#heard = 0;
    if (other) this.emit("fresh");
  }

  // An event from the leader, with the number that came before it. Numbers have gaps of their
  // own, so only `after` tells whether this tab has missed something.
  #hear({ conversation, after, event }) {
    if (conversation !== this.conversation || this.leading) return;
    this.#heard = Math.max(this.#heard, event.seq);
    if (after <= this.seq) this.#take(event);
    else this.#catchUp();
  }

  // Fetches what this tab has not seen, once at a time, until it has all it heard of.
  #catchUp() {
    return (this.#asking ??= (async () => {
      for (let tries = 0; !this.leading; tries += 1) {
        const { conversation } = this;
        const response = await this.request(`events?after=${this.seq}&wait=0`).catch(() => undefined);
        const found = response?.ok ? (await response.json().catch(() => ({}))).events : undefined;
        if (conversation !== this.conversation) continue;
        found?.forEach((event) => this.#take(event));
        if (response?.status === 401 || (response?.ok && this.seq >= this.#heard)) return;
        await this.#pause(tries, response);
      }
    })().finally(() => { this.#asking = undefined; }));
  }

  wake() { this.#wake.abort(); this.#wake = new AbortController(); if (this.leading) this.flush(); }

  async request(path, { body, method = body && "POST", signal } = {}) {
    const token = this.storage.token;
    const response = await fetch(`${this.base}chat/v1/${path}`, {
      method, signal, credentials: "omit", cache: "no-store",
      headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    // only the token that was refused is dropped: there may be a newer one by now
    if (response.status === 401 && this.storage.token === token) this.storage.token = undefined;
    return response;
  }

  session() {
    return (this.#opening ??= this.#session().finally(() => { this.#opening = undefined; }));
  }

  async #session() {
    for (let tries = 0; ; tries += 1) {
      const response = await this.request("sessions", { body: { site: this.site, ...this.describe() } })
        .catch(() => undefined);
      if (response?.ok) {
        const session = await response.json();
        if (session.token) this.storage.token = session.token;
        this.#begin(session.conversation_id);
        if (this.leading) this.introduce();
        this.emit("session", session);
        return session;
      }
      if (response?.status === 401) continue;
      if (response && response.status < 500 && response.status !== 429) {
        throw Object.assign(new Error("refused"), { status: response.status });
      }
      this.#connection("offline");
      await this.#pause(tries, response);
    }
  }

  #pause(tries, response) {
    const asked = Number(response?.headers.get("Retry-After")) * 1000; // NaN for a date
    const pause = asked || Math.min(LONGEST_PAUSE_MS, 250 * 2 ** tries) * (0.5 + Math.random() / 2);
    return sleep(pause, this.#wake.signal);
  }

  #take(event) {
    if (event.seq <= this.seq) return;
    this.seq = event.seq;
    if (event.cid) this.outbox.settle(event.cid);
    this.emit("event", event);
  }

  #receive(event) {
    if (event.seq > this.seq) this.tabs.tell("event", { conversation: this.conversation, after: this.seq, event });
    this.#take(event);
  }

  // ---- receiving -----------------------------------------------------------------------
  async #stream() {
    for (let tries = 0; ;) {
      const began = Date.now();
      const seq = this.seq;
      const outcome = await (began < this.#bufferedUntil ? this.#pollOnce() : this.#streamOnce()).catch(() => "fault");
      // who ended it in another tab says so in a moment; nothing new begins before
      if (outcome === "gone" && !this.#ended) await sleep(1000, this.#wake.signal);
      if (this.#ended) { await this.#woken(); continue; }
      if (outcome === "gone") { await this.session().catch(() => this.#pause(6)); continue; }
      if (outcome === "buffered") { this.#bufferedUntil = began + BUFFERED_MS; continue; }
      // a stream that ends as soon as it begins, again and again, is not asked for in a hurry
      if (this.seq > seq || Date.now() - began > 5000) tries = 0;
      if (outcome === "ok" && tries === 0) { tries = 1; continue; }
      if (outcome === "fault") this.#connection("offline");
      await this.#pause(tries);
      tries += 1;
    }
  }

  async #pollOnce() {
    const response = await this.request(`events?after=${this.seq}&wait=25`);
    if (response.status === 401) return "gone";
    if (!response.ok) return "fault";
    this.#connection("online");
    (await response.json()).events.forEach((event) => this.#receive(event));
    return "ok";
  }

  async #streamOnce() {
    const woken = this.#wake.signal;
    const cut = new AbortController();
    const stop = () => cut.abort();
    woken.addEventListener("abort", stop, { once: true });
    let heard = false;
    let timer = setTimeout(stop, FIRST_BYTE_MS);
    try {
      const response = await this.request(`events?after=${this.seq}`, { signal: cut.signal });
      if (response.status === 401) return "gone";
      if (!response.ok || !response.body) return "fault";
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ""; ;) {
        const { done, value } = await reader.read();
        if (done || cut.signal.aborted) return "ok";
        if (!heard) { heard = true; this.#connection("online"); }
        clearTimeout(timer);
        timer = setTimeout(stop, SILENCE_MS);
        const frames = (rest + value).split("\n\n");
        rest = frames.pop();
        frames.forEach((frame) => this.#frame(frame));
      }
    } catch (fault) {
      if (!heard && cut.signal.aborted && !woken.aborted && navigator.onLine) return "buffered";
      return heard ? "ok" : "fault";
    } finally {
      clearTimeout(timer);
      cut.abort();
    }
  }

  #frame(frame) {
    const data = frame.match(/^data:(.*)/ms); // one line of JSON, the last of its frame
    if (data) this.#receive(JSON.parse(data[1]));
  }

  // ---- sending -------------------------------------------------------------------------
  send(message) {
    const whole = this.outbox.keep(message);
    this.tabs.tell("outgoing", whole);
    if (this.leading) this.flush();
    return whole;
  }

  // Sends what is kept, one at a time and in order, until nothing is left.
  async flush() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      let tries = 0;
      for (let [next] = this.outbox.all(); next; [next] = this.outbox.all()) {
        const { cid, text, payload } = next;
        const response = await this.request("messages", { body: payload ? { cid, payload } : { cid, text } })
          .catch(() => undefined);
        if (response?.ok) { this.outbox.settle(cid); this.#connection("online"); tries = 0; continue; }
        if (response?.status === 401) { await this.session(); continue; }
        if (response && response.status < 500 && ![408, 425, 429].includes(response.status)) {
          const code = (await response.json().catch(() => ({}))).code ?? "refused";
          this.outbox.settle(cid);
          this.emit("refused", next, code);
          this.tabs.tell("refused", { message: next, code });
          continue;
        }
        if (!response) this.#connection("offline");
        await this.#pause(tries, response);
        tries += 1;
      }
    } finally {
      this.#sending = false;
    }
  }

  // ---- the end -------------------------------------------------------------------------
  #end(why) {
    this.#ended = true;
    this.outbox.clear();
    this.storage.token = undefined;
    this.wake();
    this.emit("over", why);
  }

  #woken() { return new Promise((done) => this.#wake.signal.addEventListener("abort", done, { once: true })); }

  // Forgets the conversation on this browser, in every tab; on the server it stays.
  leave(why) {
    this.#end(why);
    this.tabs.tell("over", why);
  }
}
