// States that few visitors see: the step before a chat that needs consent, a message that was
// refused, the end.
export default ({ element, panel }) => {
  const button = (label, act) => element("button", { type: "button", className: "choice", onclick: act }, label);
  return {
    ask() {
      const { chat, texts, privacy, form } = panel;
      // no .choices: those go with the next message, and this stays until it is answered
      const step = element("div", {},
        button(texts.agree, () => { form.hidden = false; step.remove(); panel.input.focus(); }),
        button(texts.decline, () => chat.erase().catch(() => panel.connection("offline"))));
      step.style.cssText = "display:flex;flex-wrap:wrap;gap:8px;margin-block-start:8px;font-size:16px";
      privacy.append(step);
      if (!panel.node.hidden) panel.focus();
    },
    refused(message, code) {
      const row = panel.log.shown.get(message.cid);
      const why = code === "text_too_long" ? panel.texts.tooLong : panel.texts.refused;
      row?.classList.replace("pending", "failed");
      row?.querySelector(".state")?.replaceChildren(why);
      panel.chat.announce(why);
      if (message.text && !panel.input.value) panel.write(message.text);
    },
    over(why) {
      const said = panel.texts[why];
      panel.chat.announce(said);
      panel.log.append(element("p", { className: "system" }, said));
      const again = button(panel.texts.again, () => panel.chat.again());
      panel.log.append(again);
      if (!panel.node.hidden) again.focus();
    },
  };
};
