from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.language import dates, words

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=LONDON)


def test_count_words() -> None:
    assert [words.count_words(count) for count in (0, 1, 10, 11, 1204)] == [
        "no",
        "one",
        "ten",
        "11",
        "1,204",
    ]
    assert words.count_words(0, zero="none", capital=True) == "None"
    assert words.count_words(2, capital=True) == "Two"
    with pytest.raises(ValueError, match="never negative"):
        words.count_words(-1)


def test_counted_and_plural() -> None:
    assert words.plural(1, "goal") == "goal"
    assert words.plural(0, "entry", "entries") == "entries"
    assert words.counted(1, "week") == "one week"
    assert words.counted(0, "source", capital=True) == "No sources"


def test_all_of() -> None:
    assert [words.all_of(count, "goal") for count in (1, 2, 3, 12)] == [
        "the one goal",
        "both goals",
        "all three goals",
        "all 12 goals",
    ]
    assert words.all_of(2, "goal", capital=True) == "Both goals"
    with pytest.raises(ValueError, match="nothing can be said"):
        words.all_of(0, "goal")


def test_join_words() -> None:
    assert words.join_words(["a"]) == "a"
    assert words.join_words(["a", "b"]) == "a and b"
    assert words.join_words(["a", "b", "c"], "or") == "a, b or c"
    with pytest.raises(ValueError, match="no words"):
        words.join_words([])


def test_days() -> None:
    on = date(2026, 11, 25)

    assert dates.day(on) == "Wed 25 Nov"
    assert dates.day_with_year(on) == "Wed 25 Nov 2026"
    assert dates.long_day(on) == "25 November 2026"
    assert dates.weekday(on) == "Wednesday"
    assert dates.stamp(NOW) == "Monday 23 November 2026, 07:40"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 8, 31), date(2026, 11, 23), "31 August to 22 November 2026"),
        (date(2026, 11, 9), date(2026, 11, 23), "9 to 22 November 2026"),
        (date(2026, 11, 9), date(2026, 11, 10), "9 November 2026"),
        (date(2026, 12, 31), date(2027, 1, 2), "31 December 2026 to 1 January 2027"),
    ],
)
def test_span_names_the_last_day_inside(start: date, end: date, text: str) -> None:
    assert dates.span(start, end) == text


def test_a_span_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="no day between"):
        dates.span(date(2026, 11, 9), date(2026, 11, 9))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 23, 5, 40, tzinfo=UTC), "Today 05:40"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=LONDON), "Today 23:59"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "Yesterday 23:30"),
        (datetime(2026, 11, 19, 12, 0, tzinfo=UTC), "Thu 19 Nov"),
        (datetime(2026, 11, 16, 12, 0, tzinfo=UTC), "16 Nov, 7 days ago"),
        (datetime(2026, 9, 28, 23, 30, tzinfo=UTC), "29 Sep, 55 days ago"),
        (datetime(2026, 9, 28, 12, 0, tzinfo=UTC), "28 Sep, 56 days ago"),
        (datetime(2023, 1, 1, 12, 0, tzinfo=UTC), "1 Jan 2023, 1,422 days ago"),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "Tue 24 Nov 2026"),
    ],
)
def test_ago(moment: datetime, text: str) -> None:
    assert dates.ago(moment, NOW) == text


def test_a_moment_without_a_zone_has_no_age() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        dates.ago(NOW.replace(tzinfo=None), NOW)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 2000))
def test_a_span_always_ends_on_the_day_before_its_end(start: date, length: int) -> None:
    end = start + timedelta(days=length)

    assert dates.span(start, end).endswith(dates.long_day(end - timedelta(days=1)))
