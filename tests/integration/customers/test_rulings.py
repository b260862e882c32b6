"""Reporting a wrong link."""

from datetime import UTC, datetime

import pytest

from customers.actions.rulings import DecidedOtherwiseError, NotTwoRecordsError, report_wrong_link
from customers.models import Record, Ruling, Work
from strategy.models import AuditEntry, Role
from strategy.permissions import NotAllowed
from tests.factories.customers import RecordFactory
from tests.factories.strategy import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


@pytest.fixture
def three() -> list[Record]:
    first = RecordFactory.create()
    return [first, *RecordFactory.create_batch(2, customer=first.customer)]


def test_a_record_is_parted_from_every_other_of_its_customer(three: list[Record]) -> None:
    associate = person(Role.ASSOCIATE)
    first, second, third = three

    report_wrong_link(record=second, by=associate, at=NOW, reason="Two people at the till")

    assert set(Ruling.objects.values_list("a", "b", "answer", "reason", "by")) == {
        (first.pk, second.pk, "apart", "Two people at the till", associate.pk),
        (second.pk, third.pk, "apart", "Two people at the till", associate.pk),
    }
    assert Work.objects.filter(kind="link", state="waiting").count() == 1
    assert AuditEntry.objects.get().act == "link.report"


def test_what_was_ruled_of_the_pair_before_is_undone(three: list[Record]) -> None:
    first, second, _ = three
    by = person(Role.ANALYST)
    before = Ruling.objects.create(a=first, b=second, answer="joined", at=NOW, by=by)

    report_wrong_link(record=second, by=by, at=NOW, reason="")
    report_wrong_link(record=second, by=by, at=NOW, reason="")

    before.refresh_from_db()
    assert (before.undone_at, before.undone_by) == (NOW, by)
    assert Ruling.objects.filter(undone_at=None).count() == 2


def test_who_may_not_rule_overrules_nobody(three: list[Record]) -> None:
    first, second, _ = three
    analyst = person(Role.ANALYST)
    Ruling.objects.create(a=first, b=second, answer="joined", at=NOW, by=analyst)

    with pytest.raises(DecidedOtherwiseError, match="Somebody has decided"):
        report_wrong_link(record=second, by=person(Role.ASSOCIATE), at=NOW, reason="")

    assert Ruling.objects.get().answer == "joined"


def test_an_only_record_has_no_link() -> None:
    record = RecordFactory.create()

    with pytest.raises(NotTwoRecordsError):
        report_wrong_link(record=record, by=person(Role.ADMIN), at=NOW, reason="")

    assert not Ruling.objects.exists()


def test_executives_do_not_report(three: list[Record]) -> None:
    with pytest.raises(NotAllowed):
        report_wrong_link(record=three[0], by=person(Role.EXECUTIVE), at=NOW, reason="")
