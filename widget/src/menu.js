// The menu: language, a person, the transcript by mail, sound, the end, erasure. Loaded when
// it is first opened.
const NAMES = { en: "English", sl: "Slovenščina", he: "עברית", fi: "Suomi", nb: "Norsk", pl: "Polski" };

import { call, end, erase } from "./ending.js";
import styles from "./menu.css";

export { styles };

export default ({ element, panel }) => (done) => {
  const { menu, chat, texts, language, languages } = panel;
  const button = (label, act, more) => element("button", { type: "button", onclick: act, ...more }, label);
  const tell = (said) => { menu.replaceChildren(element("p", { className: "system", role: "status" }, said), button(texts.back, () => done())); menu.lastChild.focus(); };
  const sure = (question, yes, act) => () => {
    const keep = button(texts.no, () => done());
    menu.replaceChildren(element("p", { className: "system" }, question), button(yes, () => { done(); act().catch(() => chat.on_connection("offline")); }), keep);
    keep.focus();
  };
  const transcript = () => call(chat, "transcript")
    .then(({ to }) => tell(texts.transcriptSent.replace("{to}", `\u2068${to}\u2069`)))
    .catch((fault) => tell(fault.code === "email_unknown" ? texts.transcriptNoMail : fault.code === "too_many_requests" ? texts.transcriptEnough : texts.unavailable));
  const speak = async (code) => {
    chat.chosen = code;
    await chat.speak(code);
    chat.say({ payload: `lang:${code}`, title: new Intl.DisplayNames(code, { type: "language" }).of(code) });
  };
  const select = element("select", { onchange: () => { done(); speak(select.value); } },
    ...languages.map((code) => element("option", { value: code, selected: code === language, lang: code }, NAMES[code])));
  const sound = element("input", { type: "checkbox", checked: chat.sound, onchange: () => { chat.sound = sound.checked; } });
  menu.replaceChildren(
    element("label", {}, texts.language, select),
    element("label", {}, texts.sound, sound),
    button(texts.person, () => { done(); chat.say({ payload: "handoff", title: texts.person }); }),
    button(texts.transcript, transcript),
    button(texts.end, sure(texts.endSure, texts.end, () => end(chat))),
    button(texts.erase, sure(texts.eraseSure, texts.yes, () => erase(chat))));
  select.focus();
};
