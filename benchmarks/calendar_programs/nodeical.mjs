// node-ical, which many web calendars and home systems read with: node nodeical.mjs show FILE
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const find = createRequire(pathToFileURL(`${process.env.NODE_FOLDER}/`));
const ical = find("node-ical");
const found = Object.values(ical.sync.parseFile(process.argv[3])).filter((part) => part.type === "VEVENT");
const [event] = found;
process.stdout.write(
  JSON.stringify({
    method: event.method,
    uid: event.uid,
    sequence: Number(event.sequence),
    status: event.status,
    title: event.summary,
    start: event.start.toISOString(),
    end: event.end.toISOString(),
  }),
);
