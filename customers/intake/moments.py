"""Text to moments (UTC) and days, by whole columns."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.fields import Formats

UTC_MOMENT = pa.timestamp("us", "UTC")
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_OFFSET = r" ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
_ISO = rf"^\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]{_TIME}(?:{_OFFSET})?)?$"
_ZONED = rf":\d{{2}}(?:\.\d+)?{_OFFSET}$"
_DIRECTIVES = {
    "d": r"(?P<day>3[01]|[12]\d|0?[1-9])",
    "m": r"(?:1[0-2]|0?[1-9])",
    "Y": r"\d{4}",
    "y": r"\d{2}",
    "H": r"(?:2[0-3]|[01]?\d)",
    "M": r"[0-5]?\d",
    "S": r"[0-5]?\d",
}
_TIME_OF_DAY = re.compile(r"[T\s]*%[HIMSfpzZ].*")


def read_moments(texts: pa.StringArray, formats: Formats) -> pa.TimestampArray:
    """Return the moments in UTC, null where a text is none or lies before 1900.

    A text without an offset is on the clock of `formats.zone`. By RFC 5545 (section 3.3.5), an
    hour that the clocks show twice is the first of the two, and an hour that they skip is
    counted on from before the change: in London, 01:30 on the March Sunday is 01:30 UTC.
    """
    moments = (
        _iso(texts, formats.zone)
        if formats.at == "iso"
        else _formatted(texts, formats.at, formats.zone)
    )
    return pc.if_else(pc.greater_equal(moments, _EARLIEST), moments, None)


def read_days(texts: pa.StringArray, formats: Formats) -> pa.Date32Array:
    """Return the days as written, null where a text is none; a time of day is left out."""
    if formats.at == "iso":
        shaped = pc.if_else(pc.match_substring_regex(texts, _ISO), texts, None)
        return read_moments(pc.utf8_slice_codeunits(shaped, 0, 10), Formats()).cast(pa.date32())
    days = read_moments(texts, Formats(formats.at))
    short = read_moments(texts, Formats(_TIME_OF_DAY.sub("", formats.at)))
    return pc.coalesce(days, short).cast(pa.date32())


def to_utc(local: pa.TimestampArray, zone: str) -> pa.TimestampArray:
    """Return moments on a zone's clock as UTC.

    Days on which the clocks do not change are moved as one; the others moment by moment.
    """
    if zone == "UTC":
        return local.cast(pa.int64()).cast(UTC_MOMENT)
    clock = ZoneInfo(zone)
    days = local.cast(pa.date32()).dictionary_encode()
    by_day = pa.array([_offset_all_day(day.as_py(), clock) for day in days.dictionary], pa.int64())
    offsets = by_day.take(days.indices)
    changing = pc.and_(pc.is_valid(local), pc.is_null(offsets))
    if pc.any(changing).as_py():
        single = [_offset(moment, clock) for moment in local.filter(changing).to_pylist()]
        offsets = pc.replace_with_mask(offsets, changing, pa.array(single, pa.int64()))
    return pc.subtract(local.cast(pa.int64()), offsets).cast(UTC_MOMENT)


def _offset(moment: datetime, clock: ZoneInfo) -> int:
    """Return how far the clock is ahead of UTC, in microseconds."""
    ahead = moment.replace(tzinfo=clock).utcoffset() or timedelta()
    return ahead // timedelta(microseconds=1)


def _offset_all_day(day: date, clock: ZoneInfo) -> int | None:
    start = datetime.combine(day, time())
    ends = {_offset(start, clock), _offset(start + timedelta(days=1), clock)}
    return ends.pop() if len(ends) == 1 else None


def _iso(texts: pa.StringArray, zone: str) -> pa.TimestampArray:
    texts = pc.if_else(pc.match_substring_regex(texts, _ISO), texts, None)
    texts = pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
    zoned = pc.match_substring_regex(texts, _ZONED)
    try:
        if not pc.any(zoned).as_py():
            return to_utc(texts.cast(pa.timestamp("us")), zone)
        with_offset = pc.replace_substring_regex(texts, " ?(?:Z|UTC)$", "Z")
        with_offset = pc.replace_substring_regex(with_offset, r" ([+-]\d{2}:?\d{0,2})$", r"\1")
        return pc.if_else(
            zoned,
            pc.if_else(zoned, with_offset, None).cast(UTC_MOMENT),
            to_utc(pc.if_else(zoned, None, texts).cast(pa.timestamp("us")), zone),
        )
    except pa.ArrowInvalid:
        return _one_by_one(pc.replace_substring_regex(texts, " ?(?:Z|UTC)$", "Z"), None, zone)


def _formatted(texts: pa.StringArray, at: str, zone: str) -> pa.TimestampArray:
    """Read by a strptime format: numeric ones by whole columns, others (%b, %f) one by one."""
    parts = re.split(r"%(.)", at)
    if not set(parts[1::2]) <= _DIRECTIVES.keys() or parts.count("d") != 1:
        return _one_by_one(texts, at, zone)
    literal = [re.sub(r"\\?\s+", r"\\s+", re.escape(part)) for part in parts[::2]]
    directives = [_DIRECTIVES[part] for part in parts[1::2]] + [""]
    shape = "".join(a + b for a, b in zip(literal, directives, strict=True))
    found = pc.struct_field(pc.extract_regex(texts, f"^{shape}$"), "day")
    local = pc.strptime(texts, format=at, unit="us", error_is_null=True)
    real = pc.equal(pc.day(local), found.cast(pa.int64()))
    return to_utc(pc.if_else(real, local, None), zone)


def _one_by_one(texts: pa.StringArray, at: str | None, zone: str) -> pa.TimestampArray:
    clock = ZoneInfo(zone)
    return pa.array([_moment(text, at, clock) for text in texts.to_pylist()], UTC_MOMENT)


def _moment(text: str | None, at: str | None, clock: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text) if at is None else datetime.strptime(text, at)  # noqa: DTZ007 - the zone follows
        return (moment if moment.tzinfo else moment.replace(tzinfo=clock)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
