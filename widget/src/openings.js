// Openings as buttons, one fieldset a day, in the visitor's own zone and language.
import { element } from "./markdown.js";

export const visitorZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

// The visitor's own variety of the chat's language ("en-GB"), for dates as they write them.
const variety = (language) => (navigator.languages ?? []).find((tag) => tag.split("-")[0] === language) ?? language;

export function openings(list, { language, zone, texts, choose }) {
  const locale = variety(language);
  const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: zone });
  const time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: zone, hourCycle: language === "en" ? undefined : "h23" });
  const days = new Map();
  for (const opening of list) {
    const name = day.format(new Date(opening.start));
    if (!days.has(name)) days.set(name, []);
    days.get(name).push(opening);
  }
  return element("div", { className: "openings" },
    ...[...days].map(([name, rows]) => element("fieldset", {},
      element("legend", {}, name),
      ...rows.map((opening) => element("button", {
        type: "button", className: "choice", ariaLabel: opening.title,
        onclick: () => choose({ payload: opening.payload, title: opening.title }),
      }, element("bdi", {}, time.format(new Date(opening.start))))))),
    element("p", { className: "zone" }, `${texts.zone} `, element("bdi", { dir: "ltr" }, zone.replaceAll("_", " "))));
}

export function spelledOut(start, language, zone) {
  return new Intl.DateTimeFormat(variety(language), {
    weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit",
    timeZone: zone, timeZoneName: "short", hourCycle: language === "en" ? undefined : "h23",
  }).format(new Date(start));
}
