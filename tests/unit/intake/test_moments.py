from datetime import UTC, datetime

import pyarrow as pa
import pytest

from customers.intake.fields import Formats
from customers.intake.moments import read_moments

_LONDON = Formats(zone="Europe/London")


def _read(text: str, formats: Formats) -> datetime | None:
    found: datetime | None = read_moments(pa.array([text]), formats)[0].as_py()
    return found


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026-07-01 12:00", 11, 0),
        ("2026-07-01T12:00:00Z", 12, 0),
        ("2026-07-01 12:00:00 UTC", 12, 0),
        ("2026-07-01T12:00:00+02:00", 10, 0),
        ("2026-07-01T12:00:00 +0530", 6, 30),
        ("2026-07-01T12:00:00.999999999-01", 13, 0),
    ],
)
def test_iso_moments_with_and_without_an_offset(text: str, hour: int, minute: int) -> None:
    moment = _read(text, _LONDON)

    assert moment is not None
    assert moment.replace(second=0, microsecond=0) == datetime(2026, 7, 1, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "2026-07-01 24:00",
        "2026-07-01 12:00:60",
        "0000-00-00 00:00:00",
        "1899-12-31",
        "20260701",
        "1782907200",
        "2026-W01-1",
        "tomorrow",
    ],
)
def test_what_is_no_moment_is_refused_alone(text: str) -> None:
    found = read_moments(pa.array(["2026-07-01 12:00", text]), _LONDON)

    assert found.to_pylist() == [datetime(2026, 7, 1, 11, tzinfo=UTC), None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-29 00:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29 01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-03-29 02:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-10-25 00:59", datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        ("2026-10-25 01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25 02:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_hour_that_is_skipped_and_the_hour_that_comes_twice(
    text: str, expected: datetime
) -> None:
    day, _, hour = text.partition(" ")
    british = f"{day[8:]}/{day[5:7]}/{day[:4]} {hour}"

    assert _read(text, _LONDON) == expected
    assert _read(british, Formats("%d/%m/%Y %H:%M", "Europe/London")) == expected
    assert _read(f"{british}.0", Formats("%d/%m/%Y %H:%M.%f", "Europe/London")) == expected


@pytest.mark.parametrize(
    ("at", "text", "expected"),
    [
        ("%d/%m/%Y %H:%M", "1/7/2026 9:05", datetime(2026, 7, 1, 9, 5, tzinfo=UTC)),
        ("%d/%m/%Y %H:%M", "31/02/2026 10:00", None),
        ("%d/%m/%Y %H:%M", "01/07/26 10:00", None),
        ("%d/%m/%Y %H:%M", "01/07/2026 10:00:00", None),
        ("%d/%m/%Y %H:%M:%S", "01/07/2026 10:00:60", None),
        ("%d.%m.%y", "01.07.26", datetime(2026, 7, 1, tzinfo=UTC)),
        ("%Y%m%d", "20260701", datetime(2026, 7, 1, tzinfo=UTC)),
        ("%d %b %Y %I:%M %p", "01 Jul 2026 02:15 PM", datetime(2026, 7, 1, 14, 15, tzinfo=UTC)),
        ("%d/%m/%Y %H:%M %z", "01/07/2026 10:00 +0200", datetime(2026, 7, 1, 8, tzinfo=UTC)),
    ],
)
def test_moments_written_by_a_format(at: str, text: str, expected: datetime | None) -> None:
    assert _read(text, Formats(at)) == expected
