"""Pairs of records that may be one person, what is said of them, and passes over everybody."""

from typing import Any

from django.db import connection
from django.test import Client

from customers.actions import work as ledger
from customers.actions.linking import link_everybody, link_unlinked
from customers.models import LinkRun, Proposal, Record, Ruling, Source, Work
from strategy.models import Person, Role
from tests.factories.customers import AT, ProposalFactory, RecordFactory, SourceFactory
from tests.factories.strategy import person
from tests.pages import words

QUEUE = "/customers/links/"
MADE = f"{QUEUE}made/"
HTMX = {"HX-Request": "true"}
REASON = {"reason": "Checking a link"}


def record_of(source_key: str, other: Record | None = None, **said: Any) -> Record:
    """Make a record of a source, of somebody new or of the same customer as another record."""
    source = Source.objects.filter(key=source_key).first() or SourceFactory.create(key=source_key)
    record = RecordFactory.create(source=source, attributes=said)
    if other:
        record.customer, record.certain_id = other.customer, other.certain_id
        record.save()
    return record


def answer(client: Client, proposal: Proposal, said: str, **how: Any) -> Any:
    """Say of a pair: joined, apart or later."""
    return client.post(f"{QUEUE}{proposal.pk}/answer/", {"answer": said}, **how)


def linked(*, everybody: bool = False) -> None:
    """Link records by what they share: the new ones, or everybody."""
    with connection.cursor() as cursor:
        (link_everybody if everybody else link_unlinked)(cursor, at=AT, cause="test")


def resolved() -> None:
    """Pass over everybody, as the night does."""
    work_id = ledger.give(kind="resolve", arguments={}, at=AT, ring_now=False)
    work = ledger.see_through(work_id, clock=lambda: AT)
    assert work.state == Work.State.DONE, work.error


def one_person(proposal: Proposal) -> bool:
    """Say whether both records of a pair are one customer now."""
    a, b = Record.objects.get(pk=proposal.a_id), Record.objects.get(pk=proposal.b_id)
    return a.customer_id == b.customer_id


def ruled(proposal: Proposal, said: str = "apart", name: str = "Alun Pryce") -> Ruling:
    """Record what somebody decided on a pair, past the page."""
    by = Person.objects.filter(name=name).first() or person(Role.ANALYST, name=name)
    return Ruling.objects.create(a=proposal.a, b=proposal.b, answer=said, at=AT, by=by)


def probable(tier: str = "probable") -> Proposal:
    """Make a pair that likeness alone shows as one customer."""
    a = record_of("letters")
    b = record_of("calls", a)
    b.certain_id = b.pk
    b.save()
    return ProposalFactory.create(a=a, b=b, tier=tier, weight=12)


def passed(**figures: Any) -> None:
    """Record a pass over everybody, with some of its figures."""
    known = {"records": 10, "customers": 8, "largest": 2, "generic_values": 0, "review": 1}
    LinkRun.objects.create(at=AT, rules_version=1, figures=known | {"seconds": 1.5} | figures)


def chosen(client: Client, *keys: str) -> str:
    """Undo what is ticked, and return what the page says then."""
    return words(client.post(f"{MADE}undo/", {"chosen": list(keys)}, follow=True))
