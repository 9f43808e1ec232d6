// States that few visitors see: the step before a chat that needs consent, a message that was
// refused, the end.
import { begin, erase } from "./ending.js";
import styles from "./rare.css";

export { styles };

export default ({ element, panel }) => {
  const button = (label, act) => element("button", { type: "button", className: "choice", onclick: act }, label);
  return {
    ask() {
      const { chat, texts, privacy, form, messages } = panel;
      // no .choices: those go with the next message, and this stays until it is answered
      const open = () => { form.hidden = false; step.remove(); messages.classList.remove("asking"); };
      const step = element("div", { className: "step" },
        button(texts.agree, () => {
          open();
          panel.input.focus();
          // sent before everything else, and again until it has arrived
          panel.log.pending(chat.transport.send({ payload: "agree", title: texts.agree }));
        }),
        button(texts.decline, () => erase(chat).catch(() => panel.connection("offline"))));
      // agreed, in this tab or another, as the server has it
      panel.agreed = () => {
        panel.agreed = undefined;
        open();
        chat.agreed = true;
        if (chat.options.identity) chat.identify();
      };
      messages.classList.add("asking");
      messages.inert = false;
      privacy.append(step);
      if (panel.root.activeElement) panel.focus();
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
      const again = button(panel.texts.again, () => begin(panel.chat).catch(() => panel.broken()));
      panel.log.append(again);
      panel.messages.inert = false;
      if (panel.root.activeElement) again.focus();
    },
  };
};
