// Mozilla's ical.js, which Thunderbird reads calendars with: node icaljs.mjs show|reply FILE [PARTSTAT STAMP]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const find = createRequire(pathToFileURL(`${process.env.NODE_FOLDER}/`));
const { default: ICAL } = await import(pathToFileURL(find.resolve("ical.js")));
const [, , act, file, partstat, stamp] = process.argv;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
}
const event = calendar.getFirstSubcomponent("vevent");
if (act === "reply") {
  calendar.updatePropertyWithValue("method", "REPLY");
  calendar.removeAllSubcomponents("vtimezone");
  event.getFirstProperty("attendee").setParameter("partstat", partstat);
  event.updatePropertyWithValue("dtstamp", ICAL.Time.fromString(stamp));
  process.stdout.write(calendar.toString());
} else {
  const shown = new ICAL.Event(event);
  process.stdout.write(
    JSON.stringify({
      method: calendar.getFirstPropertyValue("method"),
      uid: shown.uid,
      sequence: shown.sequence,
      status: event.getFirstPropertyValue("status"),
      title: shown.summary,
      start: shown.startDate.toJSDate().toISOString(),
      end: shown.endDate.toJSDate().toISOString(),
    }),
  );
}
