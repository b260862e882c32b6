"""A small company: every verdict, every status, goals, guardrails, sources and imports."""

from datetime import timedelta
from uuid import UUID

from campaigns.models import Initiative
from customers.actions.looks import ASKED_FOR_DATA
from customers.actions.unsubscribing import Link, leave, token_of
from customers.actions.write_keys import make_write_key
from customers.models import Erasure, Import, Look, Refusal, Source
from strategy.actions.sheets import sign_sheet
from strategy.models import Department, Goal, Person, Role
from tests.browser import customers
from tests.factories import campaigns, strategy
from tests.factories.campaigns import GoalFactory, InitiativeFactory, guardrail
from tests.factories.customers import (
    ArrivalFactory,
    CustomerFactory,
    ImportFactory,
    RecordFactory,
    SourceFactory,
    WorkFactory,
    answer,
)
from tests.factories.reports import NOW, judged, reading, source, weeks
from tests.factories.strategy import PASSWORD, person

EXECUTIVE, HEAD, OTHER_HEAD = "dana@example.org", "tom@example.org", "priya@example.org"
ANALYST, ASSOCIATE, ADMIN = "sam@example.org", "jo@example.org", "ada@example.org"
FORGETFUL, PRIVACY = "nora@example.org", "kim@example.org"

SOMEBODY = UUID("5f0c7a52-0b1e-4f0e-9c57-0d6b8d0f2f11")
NOBODY = UUID("9a3f7a52-0b1e-4f0e-9c57-0d6b8d0f2f22")
PERSONAL_WORD = "Just for you: lights text"
DRAFT, LOCKED = "Repaint reminder", "Garden centre prompt"
NAMES = {
    "win": "Bulb and battery reminder",
    "hollow": "Basket rescue, three emails",
    "harm": "Gold tier texts",
    "unproven": "Weather-led home page",
    "none": "Paint colour builder",
    "hold": "Store wi-fi welcome",
}


def admin() -> Person:
    """Add the one person whom an empty database has."""
    made = person(Role.ADMIN, name="Ada Lindt", email=ADMIN, title="Admin", is_staff=True)
    made.set_password(PASSWORD)
    made.save()
    return made


def found() -> None:
    """Build the company as of NOW."""
    marketing, stores = (
        campaigns.DepartmentFactory.create(key=key) for key in ("marketing", "stores")
    )
    _people(marketing, stores)
    _sheets(marketing)
    _goals_and_guardrails(marketing, stores)
    goals = list(Goal.objects.all()[:2])
    for position, (verdict, name) in enumerate(NAMES.items()):
        judged(
            verdict,
            name=name,
            department=(marketing, stores)[position % 2],
            goals=goals,
            status="ended" if position % 3 else "live",
            uses=["history"] if verdict == "win" else ["group"],
            kind="personalisation" if verdict == "win" else "segmentation",
        )
    InitiativeFactory.create(name=DRAFT, department=marketing, goals=goals)
    InitiativeFactory.create(name=LOCKED, department=stores, status="agreed", goals=goals)
    InitiativeFactory.create(name=PERSONAL_WORD, department=stores, goals=goals)
    _imports(marketing)
    customers.found(stores, marketing)
    _somebody()


def _people(marketing: Department, stores: Department) -> None:
    admin()
    for email, name, role, department in (
        (EXECUTIVE, "Dana Okafor", Role.EXECUTIVE, None),
        (HEAD, "Tom Reyes", Role.HEAD, marketing),
        (OTHER_HEAD, "Priya Nair", Role.HEAD, stores),
        (ANALYST, "Sam Cole", Role.ANALYST, None),
        (ASSOCIATE, "Jo Bell", Role.ASSOCIATE, stores),
        (FORGETFUL, "Nora West", Role.MEMBER, stores),
        (PRIVACY, "Kim Park", Role.PRIVACY, None),
    ):
        made = person(role, department, name=name, email=email, title=role.label)
        made.set_password(PASSWORD)
        made.save()


def _sheets(marketing: Department) -> None:
    strategy.published_sheet(version=3, at=campaigns.AT - timedelta(days=300))
    current = campaigns.sheet(version=4)
    sign_sheet(
        sheet=current,
        department=marketing,
        content_hash=current.content_hash,
        by=Person.objects.get(email=HEAD),
        at=campaigns.AT + timedelta(days=2),
    )
    strategy.SheetFactory.create(version=5)


def _goals_and_guardrails(marketing: Department, stores: Department) -> None:
    dana = Person.objects.get(email=EXECUTIVE)
    for position, (measure, now) in enumerate(
        (("conversion_rate", 0.046), ("visit_rate", 0.031), ("orders_per_customer", None))
    ):
        goal = GoalFactory.create(
            name=f"More {measure.replace('_', ' ')}",
            measure=campaigns.measure(measure),
            owner=dana,
            position=position,
        )
        reading(goal.measure, now, span="quarter")
    guardrail("opt_outs")
    guardrail("complaint_rate")
    weeks("opt_outs", [1.4, 1.7, 2.1, 2.9, 3.6])
    weeks("complaint_rate", [1.1, 1.0, None, 1.2])
    contacts: list[tuple[Department | None, list[float | None]]] = [
        (None, [1.1, 1.3, 1.6, 1.8]),
        (marketing, [0.8, 0.9, 1.1, 1.2]),
        (stores, [0.3, 0.4, 0.5, 0.6]),
    ]
    for department, values in contacts:
        weeks("contacts_per_week", values, department=department)


def _imports(marketing: Department) -> None:
    source("Web shop", key="web-shop", department=marketing, feeds="Orders and visits")
    source("Tills", department=marketing, loaded=NOW - timedelta(days=9), promise_hours=24)
    service = SourceFactory.create(
        name="Service desk",
        key="service-desk",
        department=marketing,
        owner=Person.objects.get(email=HEAD),
        identifier_kinds=["email", "loyalty_card"],
        confirmed_kinds=["email"],
    )
    ArrivalFactory.create(source=service, arrived_on=NOW.date(), last_at=NOW)
    Refusal.objects.create(
        source=service,
        refused_on=NOW.date(),
        reason="The message has no time.",
        message_count=3,
        example="ajs-next-1",
        last_at=NOW,
    )
    make_write_key(source=service, by=Person.objects.get(email=ANALYST), at=NOW)
    ImportFactory.create(source=service, file_name="loaded.csv")
    ImportFactory.create(source=service, file_name="waiting.csv", waiting=True)
    for file_name, state in (("running.csv", "running"), ("failed.csv", "failed")):
        ImportFactory.create(
            source=service,
            file_name=file_name,
            waiting=True,
            work=WorkFactory.create(**{state: True}),
        )


def _somebody() -> None:
    """Add a customer with answers and looks, and the certificate of one who is forgotten."""
    customer = CustomerFactory.create(
        public_id=SOMEBODY, record__source=Source.objects.get(key="web-shop")
    )
    record = customer.records.get()
    for channel, is_allowed in (("email", False), ("email", True), ("text", False)):
        at = NOW + timedelta(minutes=is_allowed)
        record.consents.create(
            channel=channel, purpose="marketing", is_allowed=is_allowed, told_at=at
        )
    by = Person.objects.get(email=ASSOCIATE)
    Look.objects.create(customer=SOMEBODY, by=by, at=NOW, act="reveal", reason=ASKED_FOR_DATA)
    Erasure.objects.create(
        customer=NOBODY,
        asked_at=NOW,
        done_at=NOW,
        removed={"records": 2, "events": 1204},
        work=WorkFactory.create(done=True),
    )


def import_of(file_name: str) -> int:
    """Return the id of the newest import of a file of this name."""
    return Import.objects.filter(file_name=file_name).latest("pk").pk


def link_to_leave(*, followed: bool = False) -> str:
    """Return the token by which a new customer, who had said yes, may unsubscribe."""
    record = RecordFactory.create(source=Source.objects.get(key="web-shop"))
    answer(record, is_allowed=True, at=NOW - timedelta(days=30))
    link = Link(record.pk, "email")
    if followed:
        leave(link=link, at=NOW)
    return token_of(link)


def initiative_named(name: str) -> int:
    """Return the id of the initiative of this name."""
    return Initiative.objects.get(name=name).pk
