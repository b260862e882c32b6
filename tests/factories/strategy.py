"""Departments, people with roles, and sheets ready to be published."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from strategy.actions.sheets import publish_sheet
from strategy.models import Department, Membership, Person, Role, Rule, Sheet, Term

AT = datetime(2026, 11, 10, 9, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


class DepartmentFactory(DjangoModelFactory[Department]):
    class Meta:
        model = Department

    key = factory.Sequence(lambda number: f"department-{number}")
    name = factory.LazyAttribute(lambda department: department.key.capitalize())
    position = factory.Sequence(lambda number: number)


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    name = factory.Sequence(lambda number: f"Somebody {number}")
    email = factory.Sequence(lambda number: f"somebody.{number}@example.org")


class SheetFactory(DjangoModelFactory[Sheet]):
    """A draft that can be published: one term, one do, one don't."""

    class Meta:
        model = Sheet
        skip_postgeneration_save = True

    version = factory.Sequence(lambda number: number + 1)
    vision = factory.LazyAttribute(lambda sheet: f"Relationships for {sheet.version} years.")
    definition = "Personalisation serves one customer better next time."
    review_on = date(2027, 1, 1)
    term = factory.RelatedFactory("tests.factories.strategy.TermFactory", "sheet")
    do = factory.RelatedFactory("tests.factories.strategy.RuleFactory", "sheet")
    dont = factory.RelatedFactory(
        "tests.factories.strategy.RuleFactory", "sheet", polarity="dont", text="Chase a basket."
    )


class TermFactory(DjangoModelFactory[Term]):
    class Meta:
        model = Term

    kind, test, example, counts = "segmentation", "What a group shares", "Gold tier", "no"


class RuleFactory(DjangoModelFactory[Rule]):
    class Meta:
        model = Rule

    polarity, text = "do", "Say why."


def person(role: Role, department: Department | None = None, **fields: Any) -> Person:
    """Build a person with one role, in a department or (None) in the whole company.

    Executives, analysts, data-protection officers and admins work for the whole company, whatever
    the department.
    """
    made = PersonFactory.create(**fields)
    if role in {Role.EXECUTIVE, Role.ANALYST, Role.PRIVACY, Role.ADMIN}:
        department = None
    Membership.objects.create(person=made, role=role, department=department)
    return made


def published_sheet(*, at: datetime = AT, **fields: Any) -> Sheet:
    """Build a sheet and publish it."""
    sheet = SheetFactory.create(**fields)
    publish_sheet(sheet=sheet, by=person(Role.EXECUTIVE), at=at)
    return sheet
