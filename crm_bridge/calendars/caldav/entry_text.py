"""A meeting as the text of a calendar object. Pure.

Times are in UTC: VTIMEZONEs are where clients disagree. There is no ORGANIZER and no
ATTENDEE, or the server would mail invitations of its own (RFC 6638): one party invites.
"""

from datetime import datetime

import icalendar

from crm_bridge.calendars.port import Entry


def entry_text(entry: Entry, *, now: datetime) -> bytes:
    """The VCALENDAR of one VEVENT; `now` is its DTSTAMP."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Usher//Usher//EN")
    calendar.add("version", "2.0")
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("summary", entry.title)
    if entry.text:
        event.add("description", entry.text)
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
