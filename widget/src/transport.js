// The wire: sessions, sending with client ids, and an event stream that survives anything.
// Emits: event(e), connection("online" | "offline"), refused(message, code), session(s).
const SILENCE_MS = 35000;   // the server sends a comment every 15 s
const FIRST_BYTE_MS = 5000; // a proxy that buffers streams sends nothing at all
const LONGEST_PAUSE_MS = 30000;

const sleep = (ms, signal) => new Promise((done) => {
  const timer = setTimeout(done, ms);
  signal?.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
});

export class Transport {
  #abort = new AbortController();
  #wake = new AbortController();
  #sending = false;
  #longPoll = false;
  #opening;
  leading = false;
  seq = 0;

  constructor({ base, site, storage, tabs, emit, describe }) {
    Object.assign(this, { base, site, storage, tabs, emit, describe });
    tabs.on("event", (event) => this.#take(event));
    tabs.on("outgoing", () => this.leading && this.flush());
    tabs.on("refused", ({ message, code }) => emit("refused", message, code));
    tabs.on("reset", () => location.reload());
    for (const name of ["online", "visibilitychange", "pageshow"]) {
      addEventListener(name, () => document.visibilityState !== "hidden" && this.wake());
    }
  }

  // Opens or resumes the session, shows the history, then leads or follows.
  async start() {
    await this.session();
    this.tabs.whenLeader(() => {
      this.leading = true;
      this.flush();
      this.#stream();
    }, this.#abort.signal);
    if (!this.leading) await this.history();
  }

  stop() { this.#abort.abort(); this.tabs.close(); }

  wake() { this.#wake.abort(); this.#wake = new AbortController(); if (this.leading) this.flush(); }

  async #fetch(path, { method = "GET", body, signal, headers = {} } = {}) {
    const token = this.storage.token;
    return fetch(new URL(`chat/v1/${path}`, this.base), {
      method, signal: signal ?? this.#abort.signal, credentials: "omit", cache: "no-store",
      headers: {
        ...(body && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }), ...headers,
      },
      body: body && JSON.stringify(body),
    });
  }

  session(more = {}) {
    return (this.#opening ??= this.#session(more).finally(() => { this.#opening = undefined; }));
  }

  async #session(more) {
    for (let tries = 0; !this.#abort.signal.aborted; tries += 1) {
      const response = await this.#fetch("sessions", { method: "POST", body: { site: this.site, ...this.describe(), ...more } })
        .catch(() => undefined);
      if (response?.ok) {
        const session = await response.json();
        if (session.token) this.storage.token = session.token;
        this.emit("session", session);
        return session;
      }
      if (response?.status === 401) { this.storage.token = null; continue; }
      if (response && response.status < 500 && response.status !== 429) {
        throw Object.assign(new Error("refused"), { status: response.status });
      }
      this.emit("connection", "offline");
      await this.#pause(tries, response);
    }
    return undefined;
  }

  #pause(tries, response) {
    const asked = Number(response?.headers.get("Retry-After")) * 1000;
    const pause = asked || Math.min(LONGEST_PAUSE_MS, 500 * 2 ** tries) * (0.5 + Math.random() / 2);
    return sleep(pause, this.#wake.signal);
  }

  #take(event) {
    if (event.seq <= this.seq) return;
    this.seq = event.seq;
    this.emit("event", event);
  }

  #receive(event) {
    if (event.seq > this.seq) this.tabs.tell("event", event);
    this.#take(event);
  }

  async history() {
    const response = await this.#fetch(`events?after=${this.seq}&wait=0`).catch(() => undefined);
    if (response?.ok) (await response.json()).events.forEach((event) => this.#take(event));
  }

  // ---- receiving -----------------------------------------------------------------------
  async #stream() {
    for (let tries = 0; !this.#abort.signal.aborted;) {
      const began = Date.now();
      const outcome = await (this.#longPoll ? this.#pollOnce() : this.#streamOnce()).catch(() => "fault");
      if (outcome === "gone") { await this.session(); this.seq = 0; }
      if (outcome === "buffered") { this.#longPoll = true; continue; }
      if (outcome === "ok" || Date.now() - began > 5000) tries = 0;
      if (outcome === "ok") continue;
      if (outcome === "fault") this.emit("connection", "offline");
      await this.#pause(tries, undefined);
      tries += 1;
    }
  }

  async #pollOnce() {
    const response = await this.#fetch(`events?after=${this.seq}&wait=25`);
    if (response.status === 401) return "gone";
    if (!response.ok) return "fault";
    this.emit("connection", "online");
    (await response.json()).events.forEach((event) => this.#receive(event));
    return "ok";
  }

  async #streamOnce() {
    const cut = new AbortController();
    const stop = () => cut.abort();
    this.#abort.signal.addEventListener("abort", stop, { once: true });
    this.#wake.signal.addEventListener("abort", stop, { once: true });
    let heard = false;
    let timer = setTimeout(stop, FIRST_BYTE_MS);
    try {
      const response = await this.#fetch(`events?after=${this.seq}`, {
        signal: cut.signal, headers: { Accept: "text/event-stream" },
      });
      if (response.status === 401) return "gone";
      if (!response.ok || !response.body) return "fault";
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ""; ;) {
        const { done, value } = await reader.read();
        if (done) return "ok";
        if (!heard) { heard = true; this.emit("connection", "online"); }
        clearTimeout(timer);
        timer = setTimeout(stop, SILENCE_MS);
        const frames = (rest + value).split(/\r?\n\r?\n/);
        rest = frames.pop();
        frames.forEach((frame) => this.#frame(frame));
      }
    } catch (fault) {
      if (!heard && cut.signal.aborted && !this.#wake.signal.aborted && navigator.onLine) return "buffered";
      return heard ? "ok" : "fault";
    } finally {
      clearTimeout(timer);
      cut.abort();
    }
  }

  #frame(frame) {
    const data = frame.split(/\r?\n/).filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trimStart()).join("\n");
    if (data) this.#receive(JSON.parse(data));
  }

  // ---- sending -------------------------------------------------------------------------
  send(message) {
    const whole = { cid: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, at: Date.now(), ...message };
    this.storage.keep(whole);
    if (this.leading) this.flush();
    else this.tabs.tell("outgoing");
    return whole;
  }

  // Sends what is kept, one at a time and in order, until nothing is left.
  async flush() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      let tries = 0;
      for (let [next] = this.storage.outgoing(); next && !this.#abort.signal.aborted; [next] = this.storage.outgoing()) {
        const { cid, text, payload } = next;
        const response = await this.#fetch("messages", { method: "POST", body: payload ? { cid, payload } : { cid, text } })
          .catch(() => undefined);
        if (response?.ok) { this.storage.drop(next); tries = 0; continue; }
        if (response?.status === 401) { this.storage.token = null; await this.session(); continue; }
        if (response && response.status < 500 && ![408, 425, 429].includes(response.status)) {
          const code = (await response.json().catch(() => ({}))).code ?? "refused";
          this.storage.drop(next);
          this.emit("refused", next, code);
          this.tabs.tell("refused", { message: next, code });
          continue;
        }
        if (!response) this.emit("connection", "offline");
        await this.#pause(tries, response);
        tries += 1;
      }
    } finally {
      this.#sending = false;
    }
  }

  async erase() {
    const response = await this.#fetch("sessions", { method: "DELETE" });
    if (!response.ok) throw new Error("not erased");
    this.storage.clear();
    this.seq = 0;
  }
}
