"""The calendar's page, moving a draft on it, and the feed that calendars subscribe to."""

from datetime import date, timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from campaigns.actions import contact_counts
from campaigns.actions.feeds import renew_feed
from campaigns.actions.initiatives import WrongStatusError
from campaigns.actions.moves import move_draft
from campaigns.actions.overlaps import count_overlaps
from campaigns.actions.plans import end
from campaigns.models import Assignment, CalendarFeed, Initiative, PlannedSend
from campaigns.queries.calendar import calendar_page, if_moved
from campaigns.queries.forecasts import forecast_ahead
from customers.actions import work as ledger
from strategy.models import AuditEntry, Role
from strategy.permissions import NotAllowed
from tests.factories.campaigns import AT, DepartmentFactory, InitiativeFactory
from tests.factories.customers import RecordFactory
from tests.factories.strategy import person, published_sheet

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
WEEK = timedelta(days=7)


def events_of(text: bytes) -> dict[str, Any]:
    return {str(one["summary"]): one for one in Calendar.from_ical(text).walk("VEVENT")}


def two_that_clash() -> tuple[Initiative, Initiative]:
    """Build a live initiative and a draft a week later, both for the same two customers."""
    published_sheet(contact_cap=3, contact_gap_hours=24)
    live = InitiativeFactory.create(
        name="Rescue", status="live", starts_on=MONDAY, ends_on=MONDAY + 2 * WEEK
    )
    draft = InitiativeFactory.create(
        name="Lights", starts_on=MONDAY + WEEK, ends_on=MONDAY + 2 * WEEK
    )
    for record in RecordFactory.create_batch(2):
        for each in (live, draft):
            Assignment.objects.create(initiative=each, record=record, arm="treated", at=AT)
    for each, days in ((live, (7, 9)), (draft, (0, 2))):
        for day in days:
            PlannedSend.objects.create(initiative=each, day=day, name=f"Mail on day {day}")
    count_overlaps(at=AT)
    return live, draft


def test_the_calendar_says_how_the_weeks_stand() -> None:
    live, draft = two_that_clash()
    marketing = live.department

    page = calendar_page(person(Role.MEMBER, marketing), MONDAY)

    assert page.answer == "One clash ahead. One week is planned over the contact limit."
    assert [(head.contacts, head.is_over) for head in page.heads][2:5] == [
        ("", False),
        ("4.0", True),
        ("", False),
    ]
    (lane,) = page.lanes
    first, second = lane.bars
    assert (first.side.pk, len(first.before), first.weeks, len(first.after)) == (live.pk, 2, 2, 6)
    assert [tuple(mark) for mark in first.marks] == [(50.0, 50.0)]
    assert second.clashes == "Clashes with Rescue, 30 November to 6 December 2026"
    assert page.movable == {draft.pk}
    assert (
        calendar_page(person(Role.MEMBER, DepartmentFactory.create(key="stores")), MONDAY).movable
        == set()
    )


def test_what_moving_does_is_said_before_it_is_done() -> None:
    _, draft = two_that_clash()

    moved = if_moved(draft, MONDAY + 3 * WEEK, MONDAY)

    assert (moved.answer, moved.clashes, len(moved.solved)) == ("Solves one clash.", [], 1)
    assert moved.contacts == [
        "Week of Mon 30 Nov: 4.0 becomes 2.0.",
        "Week of Mon 14 Dec: nothing becomes 2.0.",
    ]
    draft.refresh_from_db()
    assert draft.starts_on == MONDAY + WEEK


def test_what_leaving_out_a_send_does() -> None:
    two_that_clash()
    third = PlannedSend.objects.get(name="Mail on day 9")

    ahead = forecast_ahead(MONDAY, leave_out=[third.pk])

    assert [(row.contacts, row.without, row.over) for row in ahead.rows][:2] == [
        ("–", "–", "0"),
        ("4.0", "3.0", "2"),
    ]
    assert ahead.answer == "One week ahead is over the limit of 3: 4.0 at most."


def test_without_a_limit_nobody_is_above_it() -> None:
    planned = InitiativeFactory.create(starts_on=MONDAY, ends_on=MONDAY + WEEK)
    record = RecordFactory.create()
    Assignment.objects.create(initiative=planned, record=record, arm="treated", at=AT)
    PlannedSend.objects.create(initiative=planned, day=0, name="Mail")
    count_overlaps(at=AT)

    ahead = forecast_ahead(MONDAY)

    assert [(row.contacts, row.customers, row.over) for row in ahead.rows][:2] == [
        ("1.0", "1", "–"),
        ("–", "0", "–"),
    ]


def test_what_it_sends_is_said_on_its_page(client: Client) -> None:
    draft = InitiativeFactory.create(starts_on=MONDAY, ends_on=MONDAY + WEEK)
    client.force_login(person(Role.MEMBER, draft.department))
    address = f"/initiatives/{draft.pk}/sends/"

    added = client.post(address, {"name": "Third mail", "day": 4}, follow=True).content.decode()
    twice = client.post(address, {"name": "Third mail", "day": 4}, follow=True).content.decode()
    late = client.post(address, {"name": "Last", "day": 7}, follow=True).content.decode()
    wrong = client.post(address, {"name": "", "day": 1})
    unknown = client.post(address, {"drop": "x"})
    gone = client.post(address, {"drop": draft.sends.get().pk}, follow=True).content.decode()

    assert "Third mail, 27 November 2026" in added
    assert "“Third mail” is planned for that day already." in twice
    assert "It runs for 7 days only." in late
    assert (wrong.status_code, unknown.status_code) == (422, 404)
    assert "Nothing is said yet." in gone
    assert AuditEntry.objects.filter(act="initiative.send").count() == 2


def test_a_draft_moves_and_runs_as_long() -> None:
    _, draft = two_that_clash()
    member = person(Role.MEMBER, draft.department)

    move_draft(initiative=draft, starts_on=MONDAY + 3 * WEEK, by=member, at=AT)

    draft.refresh_from_db()
    assert (draft.starts_on, draft.ends_on) == (MONDAY + 3 * WEEK, MONDAY + 4 * WEEK)
    assert AuditEntry.objects.get(act="initiative.change").details["changes"] == [
        ["First day", "Mon 30 Nov 2026", "Mon 14 Dec 2026"],
        ["Last day", "Sun 6 Dec 2026", "Sun 20 Dec 2026"],
    ]


def test_only_a_draft_of_ones_own_department_moves() -> None:
    live, draft = two_that_clash()

    with pytest.raises(WrongStatusError):
        move_draft(initiative=live, starts_on=MONDAY, by=person(Role.HEAD, live.department), at=AT)
    other = person(Role.HEAD, DepartmentFactory.create(key="stores"))
    with pytest.raises(NotAllowed):
        move_draft(initiative=draft, starts_on=MONDAY, by=other, at=AT)


def test_the_preview_is_a_fragment_and_the_page_works_without_a_script(client: Client) -> None:
    draft = InitiativeFactory.create(name="Lights")
    client.force_login(person(Role.MEMBER, draft.department))
    address = f"/calendar/{draft.pk}/move/"

    fragment = client.get(f"{address}?starts_on=2026-12-01", headers={"HX-Request": "true"})
    page = client.get(f"{address}?starts_on=2026-12-01")
    wrong = client.get(f"{address}?starts_on=soon")
    done = client.post(address, {"starts_on": "2026-12-01"}, follow=True)

    assert "<html" not in fragment.content.decode()
    assert "See what it does" in page.content.decode()
    assert wrong.status_code == 422
    assert "“Lights” now begins on Tue 1 Dec." in done.content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
@pytest.mark.parametrize(
    ("address", "count"),
    [("/calendar/", 15), ("/reports/clashes/", 15), ("/reports/pressure/", 23)],
)
def test_pages_take_the_same_queries_however_much_they_show(
    how_many: int,
    address: str,
    count: int,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    published_sheet()
    today = timezone.localdate()
    record = RecordFactory.create()
    for each in InitiativeFactory.create_batch(how_many, starts_on=today, ends_on=today + WEEK):
        Assignment.objects.create(initiative=each, record=record, arm="treated", at=AT)
        PlannedSend.objects.create(initiative=each, day=0, name="Mail")
    count_overlaps(at=timezone.now())
    work_id = ledger.give(kind=contact_counts.KIND, arguments={}, at=timezone.now())
    ledger.see_through(work_id, clock=timezone.now)
    client.force_login(person(Role.ASSOCIATE))

    with django_assert_num_queries(count):
        assert client.get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_calendar_program_subscribes(live_server: LiveServer) -> None:
    marketing, stores = (DepartmentFactory.create(key=key) for key in ("marketing", "stores"))
    head = person(Role.HEAD, marketing)
    today = timezone.localdate()
    mine, _ = (
        InitiativeFactory.create(
            department=department, owner=owner, name=name, status=status, starts_on=today
        )
        for department, owner, name, status in (
            (marketing, head, "Lights, for “you”; 50% off", "agreed"),
            (stores, person(Role.HEAD, stores), "Gin bar", "live"),
        )
    )
    token = renew_feed(by=head, at=AT)

    def read(more: str = "", **headers: str) -> tuple[int, str, bytes]:
        request = Request(f"{live_server.url}/calendar.ics?token={token}{more}", headers=headers)  # noqa: S310  our own server
        with urlopen(request) as answer:  # noqa: S310  our own server
            return answer.status, answer.headers["ETag"], answer.read()

    status, etag, text = read()
    events = events_of(text)

    assert status == 200
    assert set(events) == {"Lights, for “you”; 50% off (Marketing)", "Gin bar (Stores)"}
    lights = events["Lights, for “you”; 50% off (Marketing)"]
    assert lights["uid"] == f"initiative-{mine.pk}@hymnsheet"
    assert (lights["dtstart"].dt, lights["dtend"].dt) == (mine.starts_on, mine.ends_on)
    assert (lights["status"], lights["sequence"]) == ("CONFIRMED", 0)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert not any(part.errors for part in Calendar.from_ical(text).walk())
    assert read() == (200, etag, text)
    assert b"Gin bar" not in read("&whose=me")[2]
    assert b"Lights" not in read("&department=stores")[2]

    end(initiative=mine, reason="Not now.", by=head, at=timezone.now())

    _, other, text = read(**{"If-None-Match": etag})
    lights = events_of(text)["Lights, for “you”; 50% off (Marketing)"]
    assert (lights["status"], lights["sequence"]) == ("CANCELLED", 1)
    assert other != etag


def test_an_unchanged_feed_is_not_sent_again(client: Client) -> None:
    InitiativeFactory.create(starts_on=timezone.localdate())
    token = renew_feed(by=person(Role.HEAD), at=AT)
    first = client.get(f"/calendar.ics?token={token}")

    again = client.get(f"/calendar.ics?token={token}", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first["Content-Type"] == "text/calendar; charset=utf-8"


def test_a_token_is_kept_hashed_renewed_and_ends_with_its_person(client: Client) -> None:
    reader = person(Role.HEAD)
    old = renew_feed(by=reader, at=AT)
    new = renew_feed(by=reader, at=AT)

    assert new.encode() not in bytes(CalendarFeed.objects.get().digest)
    assert client.get(f"/calendar.ics?token={old}").status_code == 404
    assert client.get(f"/calendar.ics?token={new}").status_code == 200
    reader.is_active = False
    reader.save()
    assert client.get(f"/calendar.ics?token={new}").status_code == 404


def test_addresses_are_shown_once(client: Client) -> None:
    client.force_login(person(Role.ASSOCIATE))

    made = client.post("/calendar/feed/").content.decode()

    assert "calendar.ics?token=" in made
    assert "calendar.ics?token=" not in client.get("/calendar/").content.decode()
