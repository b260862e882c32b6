"""The figures of /reports/pressure/, each against data that can be counted by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from campaigns.actions import contact_counts
from campaigns.actions.contact_counts import ask
from campaigns.actions.overlaps import count_overlaps
from campaigns.models import Assignment, PlannedSend
from campaigns.queries.spread import Households, Rest, spread
from customers.actions import work as ledger
from customers.models import Customer, Record
from reports.queries.spread import SpreadPage, spread_page
from strategy.queries.serving import ChannelRule, ContactRules
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.reports import NOW, TODAY
from tests.factories.strategy import published_sheet

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
RULES = ContactRules(version=1, cap=3, gap_hours=24, exempt=("service",))
FIRST = datetime(2026, 11, 16, 12, tzinfo=UTC)
"""Noon of the first of the seven days before TODAY, Monday 23 November."""


def contact(record: Record, *hours: float, since: datetime = FIRST, **said: Any) -> Record:
    """Contact somebody by mail, so many hours after the first noon."""
    for hour in hours:
        at = since + hour * HOUR
        fields = {"channel": "email", "amount": None} | said
        EventFactory.create(record=record, kind="contact", at=at, **fields)
    return record


def people() -> dict[str, Record]:
    """Build a week: five contacts, three, one with two exempt ones, exempt ones alone, seven."""
    names = ("five", "three", "one", "exempt", "seven")
    found = {name: RecordFactory.create() for name in names}
    contact(found["five"], 0, 24, 48, 72, 96)
    contact(found["three"], 0, 10, 40)
    contact(found["one"], 0)
    contact(found["one"], 1, transactional=True)
    contact(found["one"], 2, category="Service")
    contact(found["exempt"], 0, transactional=True)
    contact(found["seven"], *range(0, 7 * 20, 20))
    return found


def counted() -> SpreadPage:
    """Count what was sent, as a worker would, and return what the page says of it."""
    work_id = ledger.give(kind=contact_counts.KIND, arguments={}, at=NOW)
    ledger.see_through(work_id, clock=lambda: NOW)
    return spread_page(ask(at=NOW).found)


def test_how_contacts_are_spread_over_customers() -> None:
    people()

    newest = spread(RULES, TODAY).weeks[-1]

    assert newest.ends_on == TODAY
    assert newest.customers == {1: 1, 3: 1, 5: 1, 6: 1}  # six stands for more, too
    assert (newest.reached, newest.over_cap, newest.exempt) == (4, 2, 3)


def test_a_week_begins_and_ends_at_midnight_of_the_company() -> None:
    record = RecordFactory.create()
    midnight = datetime(2026, 11, 16, tzinfo=UTC)
    contact(record, 0, 7 * 24 - 0.01, since=midnight)
    contact(record, -0.01, since=midnight)
    contact(record, 7 * 24, since=midnight)

    weeks = spread(RULES, TODAY).weeks

    assert [week.ends_on for week in weeks] == [TODAY - timedelta(days=7 * n) for n in (3, 2, 1, 0)]
    assert [week.customers for week in weeks] == [{}, {}, {1: 1}, {2: 1}]


def test_summer_days_end_an_hour_earlier_by_the_servers_clock() -> None:
    record = RecordFactory.create()
    contact(record, 0, since=datetime(2026, 7, 5, 22, 59, tzinfo=UTC))  # 23:59 in London
    contact(record, 0, since=datetime(2026, 7, 5, 23, 1, tzinfo=UTC))

    assert [week.reached for week in spread(RULES, date(2026, 7, 13)).weeks] == [0, 0, 1, 1]


def test_channels_weigh_what_the_sheet_says() -> None:
    weighed = RULES._replace(
        channels=(
            ChannelRule("post", None, Decimal("0.5")),
            ChannelRule("text", None, Decimal(2)),
        )
    )
    letters, texts = RecordFactory.create(), RecordFactory.create()
    contact(letters, 0, 30, 60, channel="post")
    contact(texts, 0, 30, channel="SMS")

    newest = spread(weighed, TODAY).weeks[-1]

    assert newest.customers == {2: 1, 4: 1}  # 1.5 counts as two; a text twice
    assert newest.over_cap == 1


def test_the_records_of_one_customer_are_added_up() -> None:
    one = contact(RecordFactory.create(), 0, 30)
    contact(RecordFactory.create(customer=one.customer), 60, 90)

    newest = spread(RULES, TODAY).weeks[-1]

    assert (newest.customers, newest.over_cap) == ({4: 1}, 1)


def test_the_rest_that_customers_had() -> None:
    found = people()

    # Hours between two: 24 four times; 10 and 30; 20 six times.
    assert spread(RULES, TODAY).rest == Rest(pairs=12, too_short=7, median_hours=20.0)
    contact(found["one"], 24 * 6)  # 144 hours after the one that counts
    assert spread(RULES, TODAY).rest == Rest(pairs=13, too_short=7, median_hours=20.0)


def test_the_rest_of_nobody_is_not_known() -> None:
    published_sheet(contact_cap=3, contact_gap_hours=24)
    contact(RecordFactory.create(), 0)

    assert spread(RULES, TODAY).rest == Rest(pairs=0, too_short=0, median_hours=None)
    assert counted().rest == ("Not known: nobody was contacted twice in the last four weeks.")


def test_contacts_of_households() -> None:
    met = people()
    together = [met[name].customer_id for name in ("three", "one")]
    Customer.objects.filter(pk__in=together).update(household="a")
    Customer.objects.filter(pk=met["exempt"].customer_id).update(household="b")

    # Three and one are four in one home; who got exempt contacts alone was not reached.
    assert spread(RULES, TODAY).households == Households(
        reached=4, known=2, households=1, over_cap=1
    )


def test_the_page_says_it_in_words(reader: Client) -> None:
    published_sheet(contact_cap=3, contact_gap_hours=24, exempt=["service"])
    people()
    counted()

    page = reader.get("/reports/pressure/").content.decode()

    for sentence in (
        "50% of the 4 customers contacted in the last seven days got more than 3.",
        "3 contacts of the last seven days are exempt: shown here, and not counted.",
        "Half of all second contacts came within 20 hours of the one before;",
        "58% came before the 24 hours of rest were over.",
        "Not known: no household of the customers contacted is known.",
    ):
        assert sentence in page


def test_without_a_sheet_nothing_is_invented(reader: Client) -> None:
    people()

    page = reader.get("/reports/pressure/").content.decode()

    assert "Not known: there is no sheet yet that limits contacts." in page


def test_what_if_the_third_mail_were_dropped(reader: Client) -> None:
    """Ten get three mails, five of them two calls as well: 40 contacts, 30 without the third."""
    published_sheet(contact_cap=3, contact_gap_hours=24)
    mails, calls = (
        InitiativeFactory.create(name=name, status="live", starts_on=TODAY)
        for name in ("Mails", "Calls")
    )
    for number, record in enumerate(RecordFactory.create_batch(10)):
        for each in [mails, calls] if number < 5 else [mails]:
            Assignment.objects.create(initiative=each, record=record, arm="treated", at=NOW)
    for day, name in enumerate(("First mail", "Second mail", "Third mail")):
        third = PlannedSend.objects.create(initiative=mails, day=day, name=name)
    for day in (3, 5):
        PlannedSend.objects.create(initiative=calls, day=day, name=f"Call on day {day}")
    count_overlaps(at=NOW)

    as_planned = reader.get("/reports/pressure/").context["ahead"].rows[0]
    without = reader.get(f"/reports/pressure/?without={third.pk}").context["ahead"].rows[0]

    assert (as_planned.contacts, as_planned.customers, as_planned.over) == ("4.0", "10", "5")
    assert (without.contacts, without.without) == ("4.0", "3.0")
