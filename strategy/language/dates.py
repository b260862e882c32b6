"""Days and moments as people read them, whatever the machine's locale.

Moments are aware datetimes; they are written in the time zone of the reader's `now`.
"""

from datetime import date, datetime, timedelta

from strategy.language.numbers import number

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEK_DAYS = 7
DAY_HOURS = 24
TEN_YEARS_HOURS = 3650 * DAY_HOURS


def weekday(on: date) -> str:
    """Return "Wednesday"."""
    return WEEKDAYS[on.weekday()]


def day(on: date) -> str:
    """Return "Wed 25 Nov"."""
    return f"{weekday(on)[:3]} {_short(on)}"


def day_with_year(on: date) -> str:
    """Return "Wed 25 Nov 2026"."""
    return f"{day(on)} {on.year}"


def long_day(on: date) -> str:
    """Return "25 November 2026"."""
    return f"{on.day} {_month(on)} {on.year}"


def stamp(moment: datetime) -> str:
    """Return "Monday 23 November 2026, 07:40", in the moment's own time zone."""
    return f"{weekday(moment)} {long_day(moment)}, {moment:%H:%M}"


def span(start: date, end_exclusive: date) -> str:
    """Return the days of the window `[start, end_exclusive)`, the last one included.

    >>> span(date(2026, 8, 31), date(2026, 11, 23))
    '31 August to 22 November 2026'

    Raises:
        ValueError: the window holds no day.

    """
    last = end_exclusive - timedelta(days=1)
    if last < start:
        raise ValueError(f"no day between {start} and {end_exclusive}")
    if last == start:
        return long_day(start)
    if start.year != last.year:
        return f"{long_day(start)} to {long_day(last)}"
    first = str(start.day) if start.month == last.month else f"{start.day} {_month(start)}"
    return f"{first} to {long_day(last)}"


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago: "Today 05:40", "Thu 19 Nov" within a week, "28 Sep, 56 days ago".

    A later day (a source's clock may run ahead) is written with its year and no age.

    Raises:
        ValueError: one of the two has no time zone.

    """
    if moment.tzinfo is None or now.tzinfo is None:
        raise ValueError("a moment without a time zone has no age")
    here = moment.astimezone(now.tzinfo)
    days = (now.date() - here.date()).days
    if days < 0:
        return day_with_year(here)
    if days <= 1:
        return f"{'Yesterday' if days else 'Today'} {here:%H:%M}"
    if days < WEEK_DAYS:
        return day(here)
    year = "" if here.year == now.year else f" {here.year}"
    return f"{_short(here)}{year}, {number(days)} days ago"


def inside(said: str) -> str:
    """Return what `ago` said for the middle of a sentence; names of days keep their capitals.

    >>> [inside(said) for said in ("Today 05:40", "Thu 19 Nov")]
    ['today 05:40', 'Thu 19 Nov']
    """
    return said[0].lower() + said[1:] if said.startswith(("Today", "Yesterday")) else said


def every(hours: int) -> str:
    """Return a promise in words; one of ten years or more is for a file that comes once.

    >>> [every(hours) for hours in (1, 6, 24, 72, 168, 336, 720)]
    ['Every hour', 'Every 6 hours', 'Every day', 'Every 3 days', 'Every week', 'Every 2 weeks', \
'Every 30 days']
    """
    if hours >= TEN_YEARS_HOURS:
        return "Once"
    sizes = ((WEEK_DAYS * DAY_HOURS, "week"), (DAY_HOURS, "day"), (1, "hour"))
    size, name = next(unit for unit in sizes if hours % unit[0] == 0)
    count = hours // size
    return f"Every {name}" if count == 1 else f"Every {count} {name}s"


def _short(on: date) -> str:
    return f"{on.day} {_month(on)[:3]}"


def _month(on: date) -> str:
    return MONTHS[on.month - 1]
