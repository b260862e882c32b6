"""A moment and its person are set together or not at all, in every table of ours."""

import pytest
from django.apps import apps
from django.db import connection, models

OURS = ["strategy", "customers", "campaigns", "reports"]
ALONE = {
    "strategy.AuditEntry": "Hymnsheet itself acts without a person",
    "customers.Consent": "files and live events note answers without a person",
    "customers.Erasure": "the command line erases without a person",
    "customers.Work": "Hymnsheet itself asks for work without a person",
    "customers.WriteKey": "the command line makes keys without a person",
}
"""Tables whose moment may stand without its person, and why."""


def pairs() -> list[tuple[type[models.Model], str, str]]:
    """Return (table, moment, person) for each `x_at` with an `x_by`, and `at` with `by`."""
    found = []
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            names = {field.name for field in model._meta.fields}
            for name in sorted(names):
                if name == "at" or name.endswith("_at"):
                    who = f"{name.removesuffix('at')}by"
                    if who in names:
                        found.append((model, name, who))
    return found


def test_there_are_pairs() -> None:
    assert {model._meta.label for model, *_ in pairs()} >= {"strategy.Sheet", "strategy.Signature"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "moment", "who"),
    [pytest.param(*pair, id=f"{pair[0]._meta.label}.{pair[1]}") for pair in pairs()],
)
def test_a_pair_is_set_together(model: type[models.Model], moment: str, who: str) -> None:
    if model._meta.label in ALONE:
        return
    fields = {field.name: field for field in model._meta.fields}
    column = fields[who].column

    assert fields[moment].null is fields[who].null
    if fields[moment].null:
        assert [
            rule
            for rule in constraints(model._meta.db_table)
            if f"{moment} IS NULL" in rule
            and f"{moment} IS NOT NULL" in rule
            and f"{column} IS NULL" in rule
            and f"{column} IS NOT NULL" in rule
        ]


def constraints(table: str) -> list[str]:
    """Return the table's check constraints as the database writes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid = %s::regclass",
            [table],
        )
        return [row[0] for row in cursor.fetchall()]


def test_every_exception_is_needed() -> None:
    assert set(ALONE) <= {model._meta.label for model, *_ in pairs()}
