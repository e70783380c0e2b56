"""libical, which Evolution, GNOME and KDE calendars read with: python3 libical.py show|reply FILE [PARTSTAT STAMP].

Run by the system's own Python, which has gir1.2-ical-3.0 and python3-gi.
"""

import datetime
import json
import sys
from pathlib import Path

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402  # its version has to be chosen first

EVENT = ICalGLib.ComponentKind.VEVENT_COMPONENT


def instant(time) -> str:
    moment = datetime.datetime.fromtimestamp(time.as_timet_with_zone(time.get_timezone()), datetime.UTC)
    return moment.isoformat()


def main(act: str, file: str, partstat: str = "", stamp: str = "") -> None:
    calendar = ICalGLib.Component.new_from_string(Path(file).read_text(encoding="utf-8"))
    event = calendar.get_first_component(EVENT)
    if act == "reply":
        calendar.set_method(ICalGLib.PropertyMethod.REPLY)
        while zone := calendar.get_first_component(ICalGLib.ComponentKind.VTIMEZONE_COMPONENT):
            calendar.remove_component(zone)
        attendee = event.get_first_property(ICalGLib.PropertyKind.ATTENDEE_PROPERTY)
        attendee.set_parameter_from_string("PARTSTAT", partstat)
        event.set_dtstamp(ICalGLib.Time.new_from_string(stamp))
        sys.stdout.write(calendar.as_ical_string())
        return
    shown = {
        "method": ICalGLib.Property.method_to_string(calendar.get_method()),
        "uid": event.get_uid(),
        "sequence": event.get_sequence(),
        "status": ICalGLib.Property.status_to_string(event.get_status()),
        "title": event.get_summary(),
        "start": instant(event.get_dtstart()),
        "end": instant(event.get_dtend()),
    }
    sys.stdout.write(json.dumps(shown))


if __name__ == "__main__":
    main(*sys.argv[1:])
