// Openings, the hold with its countdown, and the booking's card; loaded when first needed.
// Everything in the visitor's own zone and their own way to write dates.
import styles from "./booking.css";

export { styles };

let element, safeUrl, panel;
let stopHold = () => {};
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

// The visitor's own variety of the chat's language ("en-GB"), for dates as they write them.
const variety = (language) => (navigator.languages ?? []).find((tag) => tag.split("-")[0] === language) ?? language;
const cycle = (language) => (language === "en" ? undefined : "h23");
const clock = (language) => new Intl.DateTimeFormat(variety(language), { hour: "numeric", minute: "2-digit", timeZone: zone, hourCycle: cycle(language) });
const whole = (language) => new Intl.DateTimeFormat(variety(language), {
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit",
  timeZone: zone, timeZoneName: "short", hourCycle: cycle(language),
});

const DAYS = 3;
const TIMES = 6;

// Openings as buttons, one fieldset a day; the first days and times at once, the rest on demand.
function openings(list, choose) {
  const { language, texts } = panel;
  const day = new Intl.DateTimeFormat(variety(language), { weekday: "long", day: "numeric", month: "long", timeZone: zone });
  const [time, full] = [clock(language), whole(language)];
  const days = new Map();
  for (const opening of list) {
    const name = day.format(new Date(opening.start));
    if (!days.has(name)) days.set(name, []);
    days.get(name).push(opening);
  }
  const later = [];
  const put = (node, is) => { if (is) { node.hidden = true; later.push(node); } return node; };
  const fields = [...days].map(([name, rows], at) => put(element("fieldset", {}, element("legend", {}, name),
    ...rows.map((opening, row) => put(element("button", {
      type: "button", className: "choice", ariaLabel: full.format(new Date(opening.start)),
      onclick: () => choose({ payload: opening.payload, title: opening.title }),
    }, element("bdi", {}, time.format(new Date(opening.start)))), at < DAYS && row >= TIMES))), at >= DAYS));
  const more = element("button", { type: "button", className: "choice more", onclick: () => {
    later.forEach((node) => { node.hidden = false; });
    more.remove();
    (later[0].matches("button") ? later[0] : later[0].querySelector("button")).focus();
  } }, texts.more);
  return element("div", { className: "openings" }, ...fields, later.length ? more : undefined,
    element("p", { className: "zone" }, `${texts.zone} `, element("bdi", { dir: "ltr" }, zone.replaceAll("_", " "))));
}

function card(status) {
  const { language, texts } = panel;
  const out = (address, label) => safeUrl(address) && element("a", { href: safeUrl(address), target: "_blank", rel: "noopener noreferrer" }, label);
  const links = status.name === "cancelled" ? [] : [
    out(status.video_url, texts.join), out(status.page_url && `${status.page_url}/invite.ics`, texts.calendar), out(status.page_url, texts.change)];
  return [
    element("p", {}, element("strong", {}, texts[status.name]),
      status.start ? whole(language).format(new Date(status.start)) : "",
      ...(status.advisor_name ? [element("br"), element("bdi", {}, status.advisor_name)] : [])),
    ...links.filter(Boolean)];
}

// A line that counts down to the end of a hold, once a second while the page is seen; then
// it says that the time is over. Gives the function that ends it.
function hold({ start, expires_at }) {
  const { language, texts, chat, hold: line } = panel;
  const end = Date.parse(expires_at);
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language, { minimumIntegerDigits: 2 });
  const left = () => Math.max(0, Math.ceil((end - chat.now()) / 1000));
  let timer;
  const show = () => {
    clearTimeout(timer);
    const seconds = left();
    line.hidden = false;
    if (!seconds) { panel.log.keep(() => { line.textContent = texts.holdOver; }); return; }
    const when = element("bdi", {}, clock(language).format(new Date(start)));
    const rest = element("bdi", { role: "timer", className: "left" }, `${Math.floor(seconds / 60)}:${number.format(seconds % 60)}`);
    line.replaceChildren(...texts.hold.split(/(\{time\}|\{left\})/).map((part) => ({ "{time}": when, "{left}": rest })[part] ?? part));
    if (document.visibilityState !== "hidden") timer = setTimeout(show, 1000);
  };
  if (!left()) return () => {};
  addEventListener("visibilitychange", show);
  show();
  const minutes = Math.max(1, Math.round(left() / 60));
  chat.announce(texts.holdFor[plural.select(minutes)].replace("{n}", minutes));
  return () => { clearTimeout(timer); removeEventListener("visibilitychange", show); line.hidden = true; };
}

export default (given) => {
  ({ element, safeUrl, panel } = given);
  return {
    openings,
    // Fills the place kept in the log for a booking's card; a hold has its line instead.
    status(place, status, news) {
      stopHold();
      if (status.name === "held") {
        place.remove();
        stopHold = hold(status);
        return;
      }
      place.hidden = false;
      place.append(...card(status));
      if (news) panel.chat.announce(panel.texts[status.name]);
    },
  };
};
