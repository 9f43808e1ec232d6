// Several tabs, one connection: the tab that holds the Web Lock leads (streams and sends),
// the others hear of it by BroadcastChannel. Without Web Locks every tab leads for itself,
// which is only wasteful: messages carry client ids and events carry numbers.
export class Tabs {
  #channel;
  #listeners = {};

  constructor(site) {
    if ("BroadcastChannel" in window) {
      this.#channel = new BroadcastChannel(`usher:${site}`);
      this.#channel.onmessage = ({ data }) => this.#listeners[data.name]?.(data.data);
    }
    this.site = site;
  }

  on(name, listener) { this.#listeners[name] = listener; }

  tell(name, data) { this.#channel?.postMessage({ name, data }); }

  // Calls `lead` once this tab is the leader, until the tab goes. Resolves when it is known
  // whether it leads from the beginning.
  async whenLeader(lead) {
    if (!navigator.locks) { lead(); return; }
    const name = `usher:${this.site}`;
    await new Promise((known) => {
      const hold = () => {
        lead();
        known();
        return new Promise(() => {});
      };
      const wait = () => { known(); return navigator.locks.request(name, hold); };
      navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? hold() : undefined))
        .then(wait).catch(() => { lead(); known(); });
    });
  }
}
