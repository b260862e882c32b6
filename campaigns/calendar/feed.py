"""The calendar as iCalendar (RFC 5545), for calendar programs to subscribe to."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

PRODUCT = "-//Hymnsheet//Initiatives//EN"
REFRESH = timedelta(hours=1)

type Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]


class Entry(NamedTuple):
    """One initiative, on the days [starts_on, ends_on).

    `sequence` grows with every change and `changed_at` is the moment of the last, so that the
    same calendar is the same text.
    """

    pk: int
    name: str
    notice: str
    department: str
    owner: str
    starts_on: date
    ends_on: date
    status: Status
    sequence: int
    created_at: datetime
    changed_at: datetime
    url: str


def calendar_text(entries: Iterable[Entry], name: str) -> bytes:
    """Return the entries as one calendar of all-day events, by the ids that they keep for good."""
    from icalendar import Calendar, Event  # noqa: PLC0415  only the feed needs it

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", f"initiative-{entry.pk}@hymnsheet")
        event.add("dtstamp", entry.changed_at)
        event.add("created", entry.created_at)
        event.add("last-modified", entry.changed_at)
        event.add("sequence", entry.sequence)
        event.add("dtstart", entry.starts_on)
        event.add("dtend", entry.ends_on)
        event.add("summary", f"{entry.name} ({entry.department})")
        event.add("description", f"{entry.notice}\n{entry.owner}")
        event.add("status", entry.status)
        event.add("transp", "TRANSPARENT")
        event.add("categories", [entry.department])
        event.add("url", entry.url)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
