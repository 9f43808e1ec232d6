// Files, where the question asked wants one: chosen, dropped or pasted, with how far it has
// come, to be stopped and tried again. The server has the last word on type and size.
import styles from "./upload.css";

export { styles };

export default ({ element, panel }) => {
  const { chat, form, node } = panel;
  const button = (label, act, more) => element("button", { type: "button", onclick: act, ...more }, label);
  let wanted, request;
  const input = element("input", { type: "file", hidden: true, tabIndex: -1, onchange: () => { take(input.files); input.value = ""; } });
  const clip = button("", () => input.click(), { className: "clip", hidden: true });
  clip.append(panel.icon("M7.5 18A5.5 5.5 0 0 1 2 12.5 5.5 5.5 0 0 1 7.5 7H18a4 4 0 0 1 0 8H9.5a2.5 2.5 0 0 1 0-5H17v2H9.5a.5.5 0 0 0 0 1H18a2 2 0 0 0 0-4H7.5a3.5 3.5 0 0 0 0 7H17v2z"));
  const box = element("div", { className: "file", hidden: true });
  form.prepend(input, clip);
  form.before(box);

  const words = () => panel.texts;
  const size = (bytes) => {
    const [unit, amount] = bytes >= 1e6 ? ["megabyte", bytes / 1e6] : ["kilobyte", bytes / 1e3];
    return new Intl.NumberFormat(panel.language, { style: "unit", unit, maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount);
  };
  const shut = () => {
    const inside = box.contains(panel.root.activeElement);
    box.hidden = true;
    box.replaceChildren();
    if (inside) panel.input.focus();
  };

  // What is read in the log stays in sight.
  const fill = (className, ...nodes) => panel.log.keep(() => {
    Object.assign(box, { className, hidden: false });
    box.replaceChildren(...nodes);
  });

  // What went wrong, and what can be done about it.
  const failed = (said, again) => {
    const first = again && button(words().retry, again);
    fill("file bad", element("span", { role: "alert" }, said), ...(first ? [first] : []), button(words().back, shut));
    chat.announce(said);
    (first || box.lastChild).focus();
  };
  const why = (code) => ({
    file_too_large: () => words().fileLarge.replace("{size}", size(wanted.largest_bytes)),
    file_type_refused: () => words().fileType.replace("{types}", types("\u2068{}\u2069")),
    file_empty: () => words().fileEmpty,
    file_refused: () => words().fileRefused,
    too_many_files: () => words().fileLate,
    file_not_wanted: () => words().fileLate,
  })[code]?.();
  const types = (mark = "{}") => new Intl.ListFormat(panel.language, { type: "disjunction" }).format(wanted.types.map((type) => mark.replace("{}", type.toUpperCase())));

  async function take([file]) {
    await chat.part("upload"); // its words, where the language has changed
    if (!file || !wanted || request) return;
    if (file.size > wanted.largest_bytes) { failed(why("file_too_large")); return; }
    if (!file.size) { failed(why("file_empty")); return; }
    send(file, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
  }

  // XMLHttpRequest, because fetch does not tell how much has gone.
  function send(file, cid) {
    const bar = element("progress", { max: 1, value: 0, ariaLabel: words().fileSending });
    const stop = button(words().cancel, () => { request.abort(); shut(); panel.input.focus(); });
    fill("file", element("span", {}, element("bdi", {}, file.name), element("br"), element("bdi", {}, size(file.size))), stop, bar);
    chat.announce(`${words().fileSending}: ${file.name}`);
    stop.focus();
    const again = () => send(file, cid);
    request = new XMLHttpRequest();
    request.open("POST", `${chat.options.base}chat/v1/files?cid=${cid}`);
    request.setRequestHeader("Authorization", `Bearer ${chat.transport.storage.token}`);
    request.setRequestHeader("X-File-Name", encodeURIComponent([...file.name].slice(-150).join("").replace(/[\ud800-\udfff]/gu, "")));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => { bar.value = loaded / total; };
    request.onabort = () => { request = undefined; };
    const done = () => { shut(); panel.awaitReply(); panel.input.focus(); };
    request.onerror = () => {
      request = undefined;
      // only the answer was lost, where it stands in the log already
      if (panel.log.shown.has(cid)) shut();
      else failed(words().fileFailed, again);
    };
    request.onload = () => {
      const { status, responseText } = request;
      request = undefined;
      if (status === 202) { done(); return; }
      let code;
      try { ({ code } = JSON.parse(responseText)); } catch { /* a proxy's own page */ }
      // it may have been asked for no more by the time that it was here
      const said = wanted ? why(status === 413 ? "file_too_large" : code) : words().fileLate;
      failed(said || words().fileFailed, said ? undefined : again);
    };
    request.send(file);
  }

  const files = (event) => (wanted && [...(event.dataTransfer ?? event.clipboardData)?.items ?? []].some((item) => item.kind === "file"));
  const over = (on) => node.classList.toggle("dropping", on);
  node.addEventListener("dragover", (event) => { if (files(event)) { event.preventDefault(); over(true); } });
  node.addEventListener("dragleave", (event) => { if (!node.contains(event.relatedTarget)) over(false); });
  node.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    over(false);
    take(event.dataTransfer.files);
  });
  panel.input.addEventListener("paste", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });

  // the language has changed, or (`gone`) the conversation is another
  panel.filing = (gone) => {
    if (gone) wanted = undefined;
    chat.part("upload").then((show) => show(wanted)).catch(() => {});
  };
  return (now) => {
    wanted = now;
    if (!now && panel.root.activeElement === clip) panel.input.focus();
    clip.hidden = !now;
    if (!now) { if (!request) shut(); return; }
    input.accept = now.types.map((type) => (type === "jpg" ? ".jpg,.jpeg" : `.${type}`)).join();
    clip.ariaLabel = clip.title = `${words().file} (${types()}, ≤ ${size(now.largest_bytes)})`;
  };
};
