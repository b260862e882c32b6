"""A department signs the text that it saw, once; who has, and who is asked to."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from strategy.actions import sheets
from strategy.models import AuditEntry, Person, Role, Signature
from strategy.queries.sheets import current_sheet, departments_to_sign
from tests.database import refused
from tests.factories.strategy import AT, DepartmentFactory, PersonFactory, person, published_sheet

pytestmark = pytest.mark.django_db


def test_a_department_signs_the_text_it_saw_once() -> None:
    sheet, stores = published_sheet(), DepartmentFactory.create()
    head = person(Role.HEAD, stores)
    seen = sheet.content_hash

    sheets.sign_sheet(sheet=sheet, department=stores, content_hash=seen, by=head, at=AT)

    signature = Signature.objects.get()
    assert (signature.department, signature.signed_by, signature.content_hash) == (
        stores,
        head,
        seen,
    )
    assert AuditEntry.objects.filter(act="sheet.sign", by=head).exists()
    with pytest.raises(sheets.AlreadySignedError):
        sheets.sign_sheet(sheet=sheet, department=stores, content_hash=seen, by=head, at=AT)


def test_another_text_than_the_published_is_not_signed() -> None:
    sheet, stores = published_sheet(), DepartmentFactory.create()
    head = person(Role.HEAD, stores)

    with pytest.raises(sheets.StaleTextError):
        sheets.sign_sheet(sheet=sheet, department=stores, content_hash="0" * 64, by=head, at=AT)


def test_only_the_newest_sheet_is_signed() -> None:
    older, stores = published_sheet(version=3), DepartmentFactory.create()
    published_sheet(version=4)
    head, seen = person(Role.HEAD, stores), older.content_hash

    with pytest.raises(sheets.NotCurrentError):
        sheets.sign_sheet(sheet=older, department=stores, content_hash=seen, by=head, at=AT)


def test_the_database_refuses_a_signature_under_another_text() -> None:
    sheet, stores = published_sheet(), DepartmentFactory.create()

    with pytest.raises(IntegrityError, match="not that of the published sheet"):
        Signature.objects.create(
            sheet=sheet,
            department=stores,
            content_hash="0" * 64,
            signed_at=AT,
            signed_by=PersonFactory.create(),
        )


def test_the_database_keeps_signatures_and_audit_entries() -> None:
    sheet, stores = published_sheet(), DepartmentFactory.create()
    sheets.sign_sheet(
        sheet=sheet,
        department=stores,
        content_hash=sheet.content_hash,
        by=person(Role.HEAD, stores),
        at=AT,
    )

    refused("UPDATE strategy_signature SET signed_at = now()")
    refused("DELETE FROM strategy_signature")
    refused("UPDATE strategy_auditentry SET sentence = 'Nothing.'")
    refused("DELETE FROM strategy_auditentry")
    refused("TRUNCATE strategy_auditentry CASCADE")


def test_the_wall_says_who_works_to_which_version() -> None:
    older = published_sheet(version=3, at=AT - timedelta(days=40))
    stores, service, nobody = (
        DepartmentFactory.create(name=name) for name in ("Stores", "Service", "Nobody")
    )
    for department in (stores, service):
        sheets.sign_sheet(
            sheet=older,
            department=department,
            content_hash=older.content_hash,
            by=person(Role.HEAD, department, name=f"Head of {department}"),
            at=AT - timedelta(days=39),
        )
    newer = published_sheet(version=4)
    sheets.sign_sheet(
        sheet=newer,
        department=stores,
        content_hash=newer.content_hash,
        by=Person.objects.get(name="Head of Stores"),
        at=AT,
    )

    shown = current_sheet(AT + timedelta(days=12))

    assert shown is not None
    assert (shown.version, shown.replaces, shown.replaced_by) == (4, 3, None)
    assert shown.answer == "One of three departments. Service and Nobody have not."
    assert [(row.by, row.word, row.note) for row in shown.signatures] == [
        ("Head of Stores", "Signed v4", "10 November 2026"),
        ("", "Not signed", "Still working to v3, 12 days"),
        ("", "Not signed", "Has signed no version yet"),
    ]
    assert nobody.name == shown.signatures[2].department


def test_only_the_head_is_asked_to_sign() -> None:
    published_sheet()
    stores, service = DepartmentFactory.create(), DepartmentFactory.create()
    shown = current_sheet(AT)

    assert shown
    assert [row.key for row in departments_to_sign(person(Role.HEAD, stores), shown)] == [
        stores.key
    ]
    assert departments_to_sign(person(Role.MEMBER, service), shown) == []
