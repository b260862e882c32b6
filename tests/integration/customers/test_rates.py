"""Rates by day: what a file of them brings in, and which weeks it makes stale."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from customers.actions import work as ledger
from customers.models import Import, Rate, Source, StaleWeek
from tests import files
from tests.factories.customers import EventFactory, SourceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]

ECB = """Date,USD,JPY,GBP,CHF,CYP,
2026-11-20,1.0842,163.21,0.8431,0.9312,N/A,
2026-11-19,1.0850,163.02,0.8440,0.9300,N/A,
2007-12-31,1.4721,164.93,0.7334,1.6547,0.585274,
"""


@pytest.fixture
def source() -> Source:
    return SourceFactory.create(key="rates")


def brought(source: Source, tmp_path: Path, text: str) -> Import:
    return files.brought(source, tmp_path / "rates.csv", text=text)


def rates() -> dict[tuple[str, str, str], Decimal]:
    found = Rate.objects.values_list("quoted_on", "base", "currency", "rate")
    return {(str(day), base, currency): rate for day, base, currency, rate in found}


def sold(at: str, currency: str, amount: str = "10") -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    EventFactory.create(kind="order", at=moment, amount=Decimal(amount), currency=currency)


def stale() -> set[str]:
    weeks = {str(week) for week in StaleWeek.objects.values_list("week_on", flat=True)}
    StaleWeek.objects.all().delete()
    return weeks


def test_the_central_bank_s_file_goes_in_as_it_is(source: Source, tmp_path: Path) -> None:
    done = brought(source, tmp_path, ECB)

    assert (done.read_count, done.changed_count, done.dropped_count) == (18, 13, 5)
    assert len(rates()) == 13
    assert rates()["2026-11-20", "EUR", "USD"] == Decimal("1.0842")
    assert rates()["2007-12-31", "EUR", "CYP"] == Decimal("0.585274")


@pytest.mark.parametrize(("zone", "rejected"), [("Europe/London", 0), ("America/New_York", 1)])
def test_a_day_to_come_is_one_that_has_not_begun_where_the_company_is(
    source: Source, tmp_path: Path, settings: Settings, zone: str, rejected: int
) -> None:
    settings.TIME_ZONE = zone
    evening_before = datetime(2026, 11, 23, 3, tzinfo=UTC)
    text = "on,base,currency,rate\n2026-11-23,GBP,USD,1.2\n"
    done = files.handed_in(source, tmp_path / "rates.csv", text=text)

    ledger.run(done.work_id, clock=lambda: evening_before)

    done.refresh_from_db()
    assert done.rejected_count == rejected


def test_a_long_file_carries_our_own_names_or_the_data_portal_s(
    source: Source, tmp_path: Path
) -> None:
    brought(source, tmp_path, "on,base,currency,rate\n2026-11-20,GBP,USD,1.2860123456\n")
    brought(
        source,
        tmp_path,
        "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE\n"
        "EXR.D.SEK.EUR.SP00.A,D,SEK,EUR,SP00,A,2026-11-20,11.0325\n"
        "EXR.D.SEK.EUR.SP00.A,D,SEK,EUR,SP00,A,2026-11-21,\n",
    )

    assert rates() == {
        ("2026-11-20", "GBP", "USD"): Decimal("1.2860123456"),
        ("2026-11-20", "EUR", "SEK"): Decimal("11.0325"),
    }


def test_rates_are_positive_and_of_two_currencies(source: Source, tmp_path: Path) -> None:
    done = brought(
        source,
        tmp_path,
        "on,base,currency,rate\n"
        "2026-11-20,EUR,USD,0\n"
        "2026-11-20,EUR,USD,-1.08\n"
        "2026-11-20,EUR,USD,1.08421234567\n"
        "2026-11-20,EUR,EUR,1\n"
        "2026-11-20,EUR,XXX,1\n"
        "2026-13-20,EUR,USD,1\n"
        "2026-11-20,EUR,USD,1.08\n",
    )

    assert (done.rejected_count, done.changed_count, done.unchanged_count) == (6, 1, 0)
    told = Path(done.errors_path).read_text(encoding="utf-8")
    assert told.count("a rate above 0 such as 1.0842, at most 10 decimals") >= 3
    assert "another currency than EUR" in told
    assert rates() == {("2026-11-20", "EUR", "USD"): Decimal("1.08")}


def test_a_cell_that_is_no_rate_gives_its_whole_row_back(source: Source, tmp_path: Path) -> None:
    done = brought(source, tmp_path, "Date,USD,JPY,GBP,CHF\n2026-11-20,1.08,oops,0.84,0.93\n")

    assert (done.read_count, done.changed_count, done.rejected_count) == (4, 3, 1)
    told = Path(done.errors_path).read_text(encoding="utf-8-sig").splitlines()
    assert told[0].startswith("Date,USD,JPY,GBP,CHF,")
    assert told[1].startswith("2026-11-20,1.08,oops,0.84,0.93,1,JPY,oops,")


def test_the_same_rates_change_nothing_and_a_correction_changes_one(
    source: Source, tmp_path: Path
) -> None:
    brought(source, tmp_path, ECB)

    again = brought(source, tmp_path, ECB + "\n")
    mended = brought(source, tmp_path, ECB.replace("1.0842", "1.0843"))

    assert (again.changed_count, again.unchanged_count) == (0, 13)
    assert (mended.changed_count, mended.unchanged_count) == (1, 12)
    assert rates()["2026-11-20", "EUR", "USD"] == Decimal("1.0843")


def test_a_rate_makes_the_weeks_stale_that_it_counts_in(source: Source, tmp_path: Path) -> None:
    sold("2026-11-12T10:00", "USD")  # the day before the rate
    sold("2026-11-13T10:00", "USD")  # a Friday
    sold("2026-11-20T10:00", "USD")  # the last day that the rate is good for
    sold("2026-11-02T10:00", "JPY")
    sold("2026-11-16T10:00", "GBP")  # ours needs no rate
    header = "on,base,currency,rate\n"

    brought(source, tmp_path, f"{header}2026-11-13,EUR,USD,1.08\n")
    assert stale() == {"2026-11-09", "2026-11-16"}

    brought(source, tmp_path, f"{header}2026-11-01,EUR,USD,1.07\n")  # twelve days before the sale
    assert stale() == set()

    brought(source, tmp_path, f"{header}2026-11-01,EUR,GBP,0.84\n")  # ours: everybody's other half
    assert stale() == {"2026-11-02"}

    brought(source, tmp_path, f"{header}2026-11-20,EUR,JPY,163\n")
    assert stale() == set()


def test_days_are_kept_as_written(source: Source, tmp_path: Path) -> None:
    brought(source, tmp_path, ECB)

    assert Rate.objects.order_by("quoted_on")[0].quoted_on == date(2007, 12, 31)
