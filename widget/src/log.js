// The messages, in the order of the conversation's log; what is not confirmed yet comes last.
import { element, render } from "./markdown.js";

export class Log {
  shown = new Map();

  // `node` is the scrolling element; new rows go before `last` (the typing sign).
  constructor({ panel, node, last, below }) {
    Object.assign(this, { panel, node, last, below });
    below.onclick = () => { this.toEnd(); panel.input.focus(); };
    node.onscroll = () => { if (this.atEnd()) this.#seen(); };
  }

  atEnd() { return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 80; }

  toEnd() { this.node.scrollTop = this.node.scrollHeight; this.#seen(); }

  // What is hidden would take the focus with it, out of a panel that fills the screen.
  #seen() {
    if (this.panel.root.activeElement === this.below) this.node.focus();
    this.below.hidden = true;
  }

  // Never scrolls away from what somebody reads further up.
  keep(change) {
    const atEnd = this.atEnd();
    change();
    if (atEnd) this.toEnd();
    return atEnd;
  }

  append(node, before = this.node.querySelector(".pending") ?? this.last) {
    if (!this.keep(() => this.node.insertBefore(node, before))) this.below.hidden = false;
  }

  row(author, text, plain) {
    const { texts } = this.panel;
    const says = { visitor: texts.you, rep: texts.rep }[author] ?? texts.assistant;
    return element("div", { className: `row ${author}` },
      element("div", { className: "bubble" }, element("span", { className: "says" }, `${says}: `), ...render(text, { plain })));
  }

  // A message of the visitor's that the server has not confirmed yet.
  pending(message) {
    if (this.shown.has(message.cid)) return;
    this.dropChoices();
    const row = this.row("visitor", message.title ?? message.text, true);
    row.classList.add("pending");
    row.append(element("div", { className: "state" }, this.panel.texts.sending));
    this.shown.set(message.cid, row);
    this.append(row, this.last);
    this.toEnd();
  }

  confirmed(event) {
    let row = event.cid && this.shown.get(event.cid);
    if (!row) {
      row = this.row("visitor", event.text ?? "", true);
      if (event.cid) this.shown.set(event.cid, row);
      this.append(row);
    } else if (row.matches(".pending")) {
      // to its place in the log, behind everything that is confirmed
      row.classList.remove("pending");
      row.querySelector(".state").remove();
      const first = this.node.querySelector(".pending");
      if (first && first.compareDocumentPosition(row) & 4) this.node.insertBefore(row, first);
    }
    this.dropChoices();
  }

  // Only the latest question can be answered by button; its words can always be typed.
  dropChoices() {
    this.panel.change(() => {
      this.node.querySelectorAll(".choices,.openings").forEach((node) => node.remove());
      this.node.querySelector(".asks")?.classList.remove("asks");
    });
  }

  clear(...kept) {
    this.shown.clear();
    this.node.replaceChildren(...kept);
  }
}
