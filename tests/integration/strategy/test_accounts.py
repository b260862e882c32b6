import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings
from django.views.defaults import server_error

from strategy.models import Person, Role
from tests.factories.strategy import PASSWORD, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_earlier_tries(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    cache.clear()


@pytest.fixture
def dana() -> Person:
    made = person(Role.EXECUTIVE, name="Dana Okafor", title="Chief", email="dana@example.org")
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client: Client, password: str) -> Any:
    return client.post("/accounts/login/", {"login": "Dana@example.org", "password": password})


def test_signing_in_and_out(client: Client, dana: Person) -> None:
    answer = sign_in(client, PASSWORD)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(dana.pk)
    assert (
        b"Signed in as <bdi>Dana Okafor</bdi>, Chief"
        in client.get("/accounts/password/change/").content
    )

    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
    assert b"You are signed out." in client.get("/accounts/login/").content


@pytest.mark.usefixtures("dana")
def test_a_wrong_password_says_nothing_about_the_account(client: Client) -> None:
    wrong = sign_in(client, "wrong").content.decode()
    unknown = client.post("/accounts/login/", {"login": "x@example.org", "password": "y"})

    sentence = "The e-mail address or the password is not right."
    assert sentence in wrong
    assert sentence in unknown.content.decode()


@pytest.mark.usefixtures("dana")
def test_guessing_is_stopped(client: Client) -> None:
    for _ in range(5):
        sign_in(client, "wrong")

    assert (
        "Too many tries. Wait five minutes, then try again."
        in sign_in(client, PASSWORD).content.decode()
    )
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("dana")
def test_too_many_forms_get_a_page(client: Client) -> None:
    answers = [client.post("/accounts/login/", {}) for _ in range(31)]

    assert answers[-1].status_code == 429
    assert b"Wait five minutes" in answers[-1].content


def test_who_left_cannot_sign_in(client: Client, dana: Person) -> None:
    dana.is_active = False
    dana.save()

    sign_in(client, PASSWORD)

    assert "_auth_user_id" not in client.session


def test_changing_the_password(client: Client, dana: Person) -> None:
    client.force_login(dana, "allauth.account.auth_backends.AuthenticationBackend")
    new = "another long enough password"

    short = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert b"at least 12 characters" in client.post("/accounts/password/change/", short).content

    long = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", long).status_code == 302
    dana.refresh_from_db()
    assert dana.check_password(new)
    assert client.get("/accounts/password/change/").status_code == 200


def test_a_forgotten_password(client: Client, dana: Person) -> None:
    client.post("/accounts/password/reset/", {"email": dana.email})
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    (letter,) = mail.outbox
    assert letter.subject == "Hymnsheet: Your new password"
    link = re.search(r"http://testserver(/\S+)", str(letter.body))
    assert link
    form = client.get(link[1], follow=True)
    assert b"Choose a new password" in form.content
    new = {"password1": "another long enough password", "password2": "another long enough password"}
    client.post(form.request["PATH_INFO"], new)
    dana.refresh_from_db()
    assert dana.check_password(new["password1"])


def test_nobody_signs_up(client: Client) -> None:
    assert b"Nobody signs up by themselves" in client.get("/accounts/signup/").content
    client.post(
        "/accounts/signup/",
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not Person.objects.exists()


def test_the_admin_has_no_sign_in_of_its_own(client: Client) -> None:
    answer = client.post("/admin/login/", {"username": "x", "password": "y"})

    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "address",
    ["/strategy/sheets/1/", "/admin/", "/accounts/password/change/", "/accounts/reauthenticate/"],
)
def test_pages_are_behind_sign_in(client: Client, address: str) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer["Location"].split("?")[0]) in {
        (302, "/accounts/login/"),
        (302, "/admin/login/"),
    }


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/nowhere/"])
def test_no_page_carries_a_script_or_style_inside(client: Client, address: str) -> None:
    answer = client.get(address)
    page = answer.content.decode()

    assert answer["Content-Security-Policy"].startswith("default-src 'self'")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>|<script(?![^>]*\ssrc=)", page)


def test_error_pages_speak_plainly(client: Client, rf: RequestFactory) -> None:
    assert "There is nothing at this address" in client.get("/nowhere/").content.decode()
    unsafe = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert "Go back, reload the page" in unsafe.content.decode()
    stranger = client.get("/", headers={"host": "elsewhere.example"})
    assert "could not be understood" in stranger.content.decode()
    assert b"Something went wrong here" in server_error(rf.get("/")).content


@override_settings(COMPANY="Acme Paints")
def test_the_theme_cookie_is_printed(client: Client) -> None:
    client.cookies["theme"] = "dark"
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="en-GB" data-theme="dark"' in page
    assert "Acme Paints" in page

    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("wrong", ["danaokafor2026", "dana@example2026"])
def test_a_password_like_the_name_or_the_address_is_refused(
    client: Client, dana: Person, wrong: str
) -> None:
    client.force_login(dana, "allauth.account.auth_backends.AuthenticationBackend")
    said = {"oldpassword": PASSWORD, "password1": wrong, "password2": wrong}

    page = client.post("/accounts/password/change/", said).content.decode()

    assert "too similar to" in page
    assert "Current password" in page


def test_a_changed_password_leads_to_the_overview(client: Client, dana: Person) -> None:
    client.force_login(dana, "allauth.account.auth_backends.AuthenticationBackend")
    said = {"oldpassword": PASSWORD} | dict.fromkeys(("password1", "password2"), "four rusty nails")

    page = client.post("/accounts/password/change/", said, follow=True)

    assert page.redirect_chain == [("/", 302)]
    assert b"Your password is changed." in page.content
