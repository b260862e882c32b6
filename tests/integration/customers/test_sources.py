"""What is said of a source: kept whole by the database, changed with a history."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from customers.actions.sources import add_source, change_source
from customers.models import Source
from strategy.models import AuditEntry, Role
from strategy.permissions import NotAllowed
from strategy.queries.history import changes
from tests.factories.customers import SourceFactory, said
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"promise_hours": 0}, "source_promise"),
        ({"key": "new"}, "source_key_free"),
        ({"trust_rank": 0}, "source_trust_rank"),
        ({"trust_rank": 10}, "source_trust_rank"),
        ({"identifier_kinds": ["passport"]}, "source_identifiers_known"),
        ({"confirmed_kinds": ["email"]}, "source_confirms_what_it_sends"),
    ],
)
def test_the_database_refuses_nonsense(wrong: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SourceFactory.create(**wrong)


def test_an_analyst_adds_and_changes_a_source() -> None:
    analyst = person(Role.ANALYST)

    source = add_source(key="tills", by=analyst, at=AT, **said())
    change_source(source=source, by=analyst, at=AT, **said(promise_hours=6, owner=analyst))

    source.refresh_from_db()
    assert (source.key, source.promise_hours, source.owner) == ("tills", 6, analyst)
    assert [entry.act for entry in AuditEntry.objects.order_by("pk")] == [
        "source.add",
        "source.change",
    ]
    newest, first = changes(source)
    told = {one.field: (one.before, one.after) for one in newest.fields}
    assert told["Promise, in hours"] == ("24", "6")
    assert told["Owner"] == ("", analyst.name)
    assert ("", "loyalty_card, email") in {(one.before, one.after) for one in first.fields}


def test_others_may_not() -> None:
    executive, source = person(Role.EXECUTIVE), SourceFactory.create()

    with pytest.raises(NotAllowed):
        add_source(key="tills", by=executive, at=AT, **said())
    with pytest.raises(NotAllowed):
        change_source(source=source, by=executive, at=AT, **said())


def test_the_admin_ticks_identifiers_and_keeps_the_key_and_the_history() -> None:
    client = Client()
    client.force_login(person(Role.ADMIN, is_staff=True))
    source = SourceFactory.create(key="tills")
    address = f"/admin/customers/source/{source.pk}"
    form = client.get(f"{address}/change/").text
    sent = said() | {"department": source.department_id, "owner": "", "key": "other"}

    client.post(f"{address}/change/", sent)

    assert 'type="checkbox"' in form
    source = Source.objects.get()
    assert (source.key, source.confirmed_kinds) == ("tills", ["loyalty_card"])
    assert "Of these it confirms" in client.get(f"{address}/history/").text
    assert client.get("/admin/customers/source/add/").status_code == 200
