import hashlib
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from customers.actions.write_keys import (
    KeyIsRetiredError,
    make_write_key,
    retire_write_key,
    source_of,
)
from customers.models import WriteKey
from strategy.models import AuditEntry, Role
from strategy.permissions import NotAllowed
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_key_is_told_once_and_kept_as_a_hash() -> None:
    source, admin = SourceFactory.create(), person(Role.ADMIN)

    key = make_write_key(source=source, by=admin, at=AT)

    made = WriteKey.objects.get()
    assert source_of(key) == source
    assert bytes(made.digest) == hashlib.sha256(key.encode()).digest()
    assert (made.hint, made.created_by, made.retired_at) == (key[-4:], admin, None)
    entry = AuditEntry.objects.get(act="write_key.make")
    assert (entry.by, entry.subject_id) == (admin, made.pk)
    assert entry.sentence == f"Made the write key …{key[-4:]} of {source}."


def test_a_retired_key_is_nobodys_and_stays_retired() -> None:
    admin = person(Role.ADMIN)
    key = make_write_key(source=SourceFactory.create(), by=admin, at=AT)
    write_key = WriteKey.objects.get()

    retire_write_key(write_key=write_key, by=admin, at=AT)

    assert source_of(key) is None
    assert AuditEntry.objects.filter(act="write_key.retire", by=admin).count() == 1
    with pytest.raises(KeyIsRetiredError):
        retire_write_key(write_key=write_key, by=admin, at=AT)


def test_only_analysts_and_admins_make_and_retire_keys() -> None:
    head, source = person(Role.EXECUTIVE), SourceFactory.create()
    with pytest.raises(NotAllowed):
        make_write_key(source=source, by=head, at=AT)
    make_write_key(source=source, by=None, at=AT)

    with pytest.raises(NotAllowed):
        retire_write_key(write_key=WriteKey.objects.get(), by=head, at=AT)


@pytest.mark.parametrize("key", ["", "unknown", "\ud800", "\x00"])
def test_what_is_no_key_is_nobodys(key: str) -> None:
    assert source_of(key) is None


def test_the_command_prints_a_key() -> None:
    source = SourceFactory.create(key="web-shop")
    out = StringIO()

    call_command("write_key", "web-shop", stdout=out)

    assert source_of(out.getvalue().strip()) == source
    with pytest.raises(CommandError, match="There is no source “till”; the sources are: web-shop"):
        call_command("write_key", "till")


def test_the_admin_shows_a_new_key_once_and_retires_it() -> None:
    client = Client()
    client.force_login(person(Role.ADMIN, is_staff=True))
    source = SourceFactory.create()
    chosen = {"action": "make_key", "_selected_action": [source.pk]}

    page = client.post("/admin/customers/source/", chosen, follow=True).content.decode()

    shown = re.search(r"shown only now: ([\w-]{43})", page)
    assert shown is not None
    key = shown.group(1)
    assert source_of(key) == source
    for address in ("source", "writekey", f"writekey/{WriteKey.objects.get().pk}/change"):
        later = client.get(f"/admin/customers/{address}/")
        assert later.status_code == 200
        assert key not in later.content.decode()

    chosen = {"action": "retire", "_selected_action": [WriteKey.objects.get().pk]}
    answers = [client.post("/admin/customers/writekey/", chosen, follow=True) for _ in range(2)]

    assert source_of(key) is None
    assert "was retired before" in answers[1].content.decode()
