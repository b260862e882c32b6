"""The link by which people leave: one click (RFC 8058), a page, and a way back."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from customers.actions.consent import note_answer
from customers.actions.unsubscribing import Link, token_of
from customers.models import Consent, Event, Record
from strategy.models import Role
from tests.factories.customers import RecordFactory, SourceFactory, allows, answer
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
UNDO = {"undo": "1"}


@pytest.fixture
def ada() -> Record:
    record = RecordFactory.create(external_id="ada", attributes={"full_name": "Ada"})
    answer(record, is_allowed=True, at=datetime(2026, 1, 5, tzinfo=UTC))
    return record


def address(record: Record, initiative: str = "lights", channel: str = "email") -> str:
    return f"/unsubscribe/{token_of(Link(record.pk, channel, initiative=initiative))}/"


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_one_click_opts_out_at_once_without_cookie_token_or_redirect(ada: Record) -> None:
    client = Client(enforce_csrf_checks=True)

    answers = [client.post(address(ada), ONE_CLICK) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert not client.cookies
    assert allows(ada) is False
    event = Event.objects.get()
    assert (event.kind, event.channel, event.initiative) == ("opt_out", "email", "lights")
    assert (event.record, event.source) == (ada, ada.source)


def test_one_click_may_come_as_a_form_of_either_kind(ada: Record) -> None:
    body = "List-Unsubscribe=One-Click"

    Client().post(address(ada), body, content_type="application/x-www-form-urlencoded")

    assert allows(ada) is False
    assert Client().post(address(ada), b"", content_type="text/plain").status_code == 200


def test_a_look_changes_nothing(ada: Record) -> None:
    page = Client().get(address(ada))
    Client().head(address(ada))

    assert allows(ada) is True
    assert not Event.objects.exists()
    text = page.content.decode()
    assert "Stop marketing emails?" in text
    assert "Larkfield" in text
    assert text.count("<button") == 1
    assert "Ada" not in text


def test_the_page_is_under_the_strict_policy_and_kept_nowhere(ada: Record) -> None:
    page = Client().get(address(ada))

    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert not re.search(r"<script|style=|<style", page.content.decode())


def test_another_initiatives_link_knows_that_they_left(ada: Record) -> None:
    Client().post(address(ada), ONE_CLICK)
    other = address(ada, "garden")

    assert "You are unsubscribed" in Client().get(other).content.decode()
    Client().post(other, ONE_CLICK)
    assert kinds() == ["opt_out"]
    assert "Stop marketing texts?" in Client().get(address(ada, channel="text")).content.decode()


def test_who_changes_their_mind_is_back_and_may_leave_again(ada: Record) -> None:
    for _ in range(2):
        Client().post(address(ada), ONE_CLICK)
        for _ in range(2):
            page = Client().post(address(ada), UNDO)
        assert "You are back on the list" in page.content.decode()
        assert allows(ada) is True
    Client().post(address(ada), ONE_CLICK)

    assert kinds() == ["opt_out", "consent_change"] * 2 + ["opt_out"]
    assert allows(ada) is False


def test_who_left_so_long_ago_that_it_is_no_longer_kept_may_leave_again(ada: Record) -> None:
    for step in (ONE_CLICK, UNDO, ONE_CLICK, UNDO):
        Client().post(address(ada), step)
    Event.objects.filter(pk=min(Event.objects.values_list("pk", flat=True))).delete()

    Client().post(address(ada), ONE_CLICK)

    assert allows(ada) is False
    assert kinds()[-1] == "opt_out"


def test_who_did_not_leave_by_a_link_cannot_come_back_by_one(ada: Record) -> None:
    answer(ada, is_allowed=False, at=timezone.now())

    Client().post(address(ada), UNDO)

    assert allows(ada) is False
    assert not Event.objects.exists()


def test_coming_back_restores_no_yes_that_was_never_said() -> None:
    never_asked = RecordFactory.create()
    Client().post(address(never_asked), ONE_CLICK)

    page = Client().post(address(never_asked), UNDO)

    assert "You are still unsubscribed" in page.content.decode()
    assert list(Consent.objects.values_list("is_allowed", flat=True)) == [False]
    assert kinds() == ["opt_out"]


def test_coming_back_lifts_no_word_said_to_staff_since(ada: Record) -> None:
    Client().post(address(ada), ONE_CLICK)
    note_answer(
        customer=ada.customer,
        channel="email",
        purpose="marketing",
        is_allowed=False,
        evidence="Rang",
        by=person(Role.ASSOCIATE),
        at=timezone.now(),
    )

    page = Client().post(address(ada), UNDO)

    assert "You are still unsubscribed" in page.content.decode()
    assert allows(ada) is False
    assert kinds() == ["opt_out"]


def test_who_said_yes_meanwhile_can_leave_again(ada: Record) -> None:
    Client().post(address(ada), ONE_CLICK)
    answer(ada, is_allowed=True, at=timezone.now())

    Client().post(address(ada), ONE_CLICK)

    assert allows(ada) is False
    assert kinds() == ["opt_out", "opt_out"]


def test_a_link_that_was_not_made_here_says_so_plainly(ada: Record) -> None:
    token = token_of(Link(ada.pk, "email"))
    of_other_use = Signer(salt="other").sign_object([ada.pk, "email"])
    of_nobody = token_of(Link(ada.pk + 99, "email"))
    of_other_shape = Signer(salt="customers.unsubscribe").sign_object([1])

    for wrong in (token[:-1], "x" + token, "x", of_other_use, of_nobody, of_other_shape):
        for page in (
            Client().get(f"/unsubscribe/{wrong}/"),
            Client().post(f"/unsubscribe/{wrong}/", ONE_CLICK),
            Client().post(f"/unsubscribe/{wrong}/", UNDO),
        ):
            assert page.status_code == 404
            assert "This link does not work" in page.content.decode()
    assert allows(ada) is True


def links(*arguments: str) -> list[list[str]]:
    out = io.StringIO()
    call_command("unsubscribe_links", *arguments, stdout=out, stderr=io.StringIO())
    return list(csv.reader(io.StringIO(out.getvalue())))


def test_links_for_the_sending_tool(settings: Settings) -> None:
    settings.PUBLIC_ADDRESS = "https://hymnsheet.example"
    source = SourceFactory.create(key="mail")
    for external_id in ("=1+1", "a\nb", "plain"):
        RecordFactory.create(source=source, external_id=external_id)
    RecordFactory.create()

    header, *rows = links("mail", "--initiative", "lights")

    assert header == ["external_id", "address"]
    assert sorted(row[0] for row in rows) == ["'=1+1", "a\nb", "plain"]
    assert all(row[1].startswith("https://hymnsheet.example/unsubscribe/") for row in rows)
    Client().post(rows[0][1].removeprefix("https://hymnsheet.example"), ONE_CLICK)
    assert Event.objects.get().initiative == "lights"
    assert links("mail", "--initiative", "lights") == [header, *rows]
    assert links("mail", "--channel", "text") != [header, *rows]


def test_links_of_no_source() -> None:
    with pytest.raises(CommandError, match="There is no source “mail”; the sources are: none yet"):
        links("mail")


def test_links_without_https_are_said_to_be_useless(settings: Settings) -> None:
    settings.PUBLIC_ADDRESS = "http://localhost:8000"
    SourceFactory.create(key="mail")
    said = io.StringIO()

    call_command("unsubscribe_links", "mail", stdout=io.StringIO(), stderr=said)

    assert "https only" in said.getvalue()
