"""Handing people over: who, by whose ids, read in parts; and what was really sent."""

from datetime import timedelta

import pytest
from django.test import Client

from campaigns.actions.deliveries import NobodyAssignedError, make_delivery, note_taken
from campaigns.actions.initiatives import WrongStatusError
from campaigns.models import Delivered, Delivery, Held, Initiative
from campaigns.queries.deliveries import count_sent, delivered_rows, delivery_lines
from customers.actions.erasure import ask
from customers.models import Record
from strategy.models import AuditEntry, Role
from strategy.permissions import NotAllowed
from tests.factories.audiences import NOW, analyst, drawn, freshened, merge, people, planned
from tests.factories.customers import EventFactory, SourceFactory, answer
from tests.factories.strategy import person
from tests.programs import program

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PAUSED = "It is paused, so it reaches nobody until it is resumed."


def handed_over(initiative: Initiative, **said: object) -> Delivery:
    return make_delivery(initiative=initiative, by=analyst(), at=NOW, **said)  # type: ignore[arg-type]  # keywords of several types in one dictionary


def ids(delivery: Delivery) -> set[str]:
    return {row.external_id for row in delivered_rows(delivery)}


def to_be_forgotten(record: Record) -> None:
    public_id = record.customer.public_id
    ask(public_id=public_id, confirmation=str(public_id), by=None, at=NOW)


def treated(count: int, **said: object) -> tuple[Initiative, list[Record]]:
    """Return an initiative without a holdout and its people, who allow mail."""
    records = people(count, **said)
    for record in records:
        answer(record, is_allowed=True, at=NOW - timedelta(days=9))
    freshened()
    initiative = planned("0")
    drawn(initiative)
    return initiative, records


def halved() -> Initiative:
    """Return an initiative for which twenty who allow mail were drawn, half of them held out."""
    for record in people(20):
        answer(record, is_allowed=True, at=NOW)
    freshened()
    initiative = planned()
    drawn(initiative)
    return initiative


def test_only_who_allows_the_channel_is_handed_over() -> None:
    initiative, (ann, ben, cai) = treated(3)
    answer(ben, is_allowed=False, at=NOW)

    delivery = handed_over(initiative)

    assert (delivery.row_count, delivery.left_out_count) == (2, 1)
    assert ids(delivery) == {ann.external_id, cai.external_id}
    assert Delivered.objects.filter(delivery=delivery).count() == 2
    assert AuditEntry.objects.filter(act="initiative.deliver").count() == 1


def test_a_no_holds_for_files_that_are_read_later() -> None:
    initiative, (ann, ben) = treated(2)
    delivery = handed_over(initiative)

    answer(ben, is_allowed=False, at=NOW)
    assert ids(delivery) == {ann.external_id}
    Held.objects.create(record=ann, since=NOW)
    assert ids(delivery) == set()


def test_who_asked_to_be_forgotten_is_handed_over_no_more() -> None:
    """Though the erasure still waits, for an import or for a person."""
    initiative, (ann, ben, cai) = treated(3)
    before = handed_over(initiative)

    for record in (ann, ben):
        to_be_forgotten(record)

    assert ids(before) == ids(handed_over(initiative)) == {cai.external_id}
    assert Delivery.objects.latest("pk").left_out_count == 2


def test_a_service_message_asks_whether_service_is_allowed() -> None:
    initiative, (ann, ben) = treated(2)
    for record, is_allowed in ((ann, True), (ben, False)):
        record.consents.create(
            channel="email", purpose="service", is_allowed=is_allowed, told_at=NOW
        )
    answer(ann, is_allowed=False, at=NOW)
    Initiative.objects.update(purpose="service")
    initiative.refresh_from_db()

    delivery = handed_over(initiative)

    assert (delivery.purpose, ids(delivery)) == ("service", {ann.external_id})


def test_by_app_people_are_contacted_and_must_have_allowed_it() -> None:
    initiative, (ann, _) = treated(2)
    ann.consents.create(channel="app", purpose="marketing", is_allowed=True, told_at=NOW)
    Initiative.objects.update(channel="app")
    initiative.refresh_from_db()

    assert ids(handed_over(initiative)) == {ann.external_id}


def test_where_nobody_is_contacted_nobody_is_asked() -> None:
    initiative, (ann, ben) = treated(2)
    answer(ben, is_allowed=False, at=NOW)
    Initiative.objects.update(channel="till")
    initiative.refresh_from_db()

    assert ids(handed_over(initiative)) == {ann.external_id, ben.external_id}


def test_the_holdout_comes_only_when_asked_for() -> None:
    initiative = halved()

    without = {row.arm for row in delivered_rows(handed_over(initiative))}
    asked_for = {row.arm for row in delivered_rows(handed_over(initiative, with_holdout=True))}

    assert without == {"treated"}
    assert asked_for == {"treated", "holdout"}


def test_a_tool_is_given_its_own_ids_and_only_of_certain_links() -> None:
    initiative, (ann, ben) = treated(2)
    mail = SourceFactory.create(key="mail")
    known, probable = people(2, source=mail)
    merge(ann, known)
    Record.objects.filter(pk=probable.pk).update(customer=ben.customer_id)

    delivery = handed_over(initiative, source=mail)

    (row,) = delivered_rows(delivery)
    assert (row.source, row.external_id) == ("mail", known.external_id)
    assert row.customer == ann.customer.__class__.objects.get(pk=ann.pk).public_id


def test_it_is_read_in_parts_and_goes_on_where_it_stopped() -> None:
    initiative, records = treated(5)
    answer(records[2], is_allowed=False, at=NOW + HOUR)
    delivery = handed_over(initiative)
    found, after = [], 0

    while rows := delivered_rows(delivery, after=after, limit=1):
        found += [row.external_id for row in rows]
        after = rows[-1].cursor

    assert found == [one.external_id for one in records if one is not records[2]]
    assert [line[2] for line in delivery_lines(delivery)] == ["external_id", *found]


def test_a_merged_customer_is_handed_over_once_in_the_founders_arm() -> None:
    initiative = halved()
    arms = dict(initiative.assignments.values_list("record_id", "arm"))
    elder = min(record for record, arm in arms.items() if arm == "holdout")
    younger = max(record for record, arm in arms.items() if arm == "treated")
    merge(Record.objects.get(pk=elder), Record.objects.get(pk=younger))

    delivery = handed_over(initiative, with_holdout=True)

    assert delivery.row_count == 19
    (row,) = Delivered.objects.filter(delivery=delivery, record__customer=elder)
    assert (row.record_id, row.arm) == (elder, "holdout")


def test_what_was_sent_is_compared_with_what_was_drawn() -> None:
    initiative = halved()
    arms = dict(initiative.assignments.values_list("record_id", "arm"))
    treated_ids = sorted(record for record, arm in arms.items() if arm == "treated")
    answer(Record.objects.get(pk=treated_ids[1]), is_allowed=False, at=NOW + HOUR)
    handed_over(initiative)
    stranger = people(1)[0]
    held = min(record for record, arm in arms.items() if arm == "holdout")
    for record_id in (treated_ids[0], treated_ids[0], treated_ids[1], held, stranger.pk):
        EventFactory.create(
            record=Record.objects.get(pk=record_id), kind="contact", initiative=initiative.key,
            at=NOW,
        )  # fmt: skip

    sent = count_sent(initiative)

    assert (sent.treated, sent.holdout) == (len(treated_ids), 20 - len(treated_ids))
    assert (sent.sent, sent.delivered, sent.not_sent, sent.unasked) == (
        2, len(treated_ids) - 1, len(treated_ids) - 2, 1,
    )  # fmt: skip
    assert (sent.holdout_sent, sent.held_sent, sent.strangers_sent) == (1, 0, 1)
    assert sent.answer.endswith("1 who are held out were too: that spoils the test.")


@pytest.mark.parametrize("status", ["draft", "proposed", "paused", "ended"])
def test_an_initiative_that_reaches_nobody_hands_nobody_over(status: str) -> None:
    initiative, _ = treated(1)
    delivery = handed_over(initiative)
    moments: dict[str, object] = {"launched_at": None} if status in {"draft", "proposed"} else {}
    moments |= {"ended_at": NOW} if status == "ended" else {}
    Initiative.objects.filter(pk=initiative.pk).update(status=status, **moments)
    initiative.refresh_from_db()
    delivery = Delivery.objects.get(pk=delivery.pk)

    assert ids(delivery) == set()
    with pytest.raises(WrongStatusError, match="reaches nobody"):
        handed_over(initiative)
    with pytest.raises(WrongStatusError, match="reaches nobody"):
        note_taken(delivery=delivery, by=analyst(), at=NOW)
    assert not AuditEntry.objects.filter(act="delivery.take").exists()


def test_a_program_and_a_person_are_told_that_it_is_paused(client: Client) -> None:
    initiative, (ann,) = treated(1)
    delivery = handed_over(initiative)
    who = analyst()
    client.force_login(who)
    tool = program(who)
    page, file = (
        f"/initiatives/{initiative.pk}/people/",
        f"/initiatives/deliveries/{delivery.pk}.csv",
    )
    assert file in client.get(page).content.decode()
    Initiative.objects.update(status="paused")

    answer = tool.get(f"/api/v1/deliveries/{delivery.pk}")
    assert (answer.status_code, answer.json()["detail"]) == (409, PAUSED)
    assert file not in client.get(page).content.decode()
    assert PAUSED in client.get(file, follow=True).content.decode()

    Initiative.objects.update(status="live")
    rows = tool.get(f"/api/v1/deliveries/{delivery.pk}").json()["rows"]
    assert [row["external_id"] for row in rows] == [ann.external_id]


def test_who_may_not_take_people_away_does_not() -> None:
    initiative, _ = treated(1)

    with pytest.raises(NotAllowed):
        make_delivery(initiative=initiative, by=person(Role.MEMBER, initiative.department), at=NOW)
    with pytest.raises(NobodyAssignedError):
        handed_over(planned())
