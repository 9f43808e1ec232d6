// Reads [calendar text, …] as JSON from stdin; prints what ical.js and node-ical see in each.
const ical = require("node-ical");

async function main() {
  const { default: ICAL } = await import("ical.js");
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const texts = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const seen = texts.map((text) => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
    const other = Object.values(ical.sync.parseICS(text)).find((each) => each.type === "VEVENT");
    return [
      {
        uid: event.uid,
        sequence: event.sequence,
        start: event.startDate.toJSDate().toISOString(),
        end: event.endDate.toJSDate().toISOString(),
        summary: event.summary,
        description: event.description,
        organizer: event.organizer,
        attendees: event.attendees.map((each) => each.getFirstValue()),
        method: calendar.getFirstPropertyValue("method"),
        status: event.component.getFirstPropertyValue("status"),
      },
      {
        uid: other.uid,
        sequence: Number(other.sequence),
        start: other.start.toISOString(),
        end: other.end.toISOString(),
        summary: typeof other.summary === "object" ? other.summary.val : other.summary,
        description: typeof other.description === "object" ? other.description.val : other.description,
        organizer: other.organizer.val,
        attendees: [other.attendee].flat().filter(Boolean).map((each) => each.val),
        method: other.method,
        status: other.status,
      },
    ];
  });
  process.stdout.write(JSON.stringify(seen));
}

main();
