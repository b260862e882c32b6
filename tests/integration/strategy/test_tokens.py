"""Tokens: whose, for what, shown once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from strategy.actions.api_tokens import (
    NameTakenError,
    NotTheirRolesError,
    RevokedError,
    make_token,
    revoke_token,
    token_of,
)
from strategy.models import ApiToken, Role
from strategy.permissions import (
    NotAllowed,
    can_administer,
    can_approve_for,
    can_change_comment,
    can_check_in,
    can_import,
)
from tests.factories.campaigns import GoalFactory
from tests.factories.strategy import PersonFactory, person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


def test_a_token_is_kept_as_a_hash_and_found_by_it() -> None:
    analyst = person(Role.ANALYST)

    text = make_token(person=analyst, name="Loader", roles=["analyst"], by=analyst, at=AT)

    token = ApiToken.objects.get()
    assert text.encode() not in bytes(token.digest)
    assert str(token) == f"Loader (…{text[-4:]})"
    assert token_of(text) == token
    assert token_of(text[:-1]) is None


@pytest.mark.parametrize(("role", "speaks"), [(Role.ASSOCIATE, False), (Role.HEAD, True)])
def test_a_token_speaks_for_its_person_only_in_a_role_that_speaks(role: Role, speaks: bool) -> None:
    owner = person(Role.HEAD)
    owner.memberships.create(role=Role.ASSOCIATE)
    goal = GoalFactory.create(owner=owner)

    token = token_of(make_token(person=owner, name="Tablet", roles=[role], by=owner, at=AT))

    assert token
    assert can_approve_for(token.person, owner) is speaks
    assert can_change_comment(token.person, owner) is speaks
    assert can_check_in(token.person, goal) is speaks


def test_a_token_does_no_more_than_its_roles() -> None:
    root = PersonFactory.create(is_superuser=True)
    root.memberships.create(role=Role.ANALYST)

    text = make_token(person=root, name="Loader", roles=["analyst"], by=root, at=AT)

    token = token_of(text)
    assert token
    assert can_import(token.person)
    assert not can_administer(token.person)


def test_nobody_makes_a_token_with_roles_that_they_have_not() -> None:
    analyst = person(Role.ANALYST)

    with pytest.raises(NotTheirRolesError):
        make_token(person=analyst, name="Loader", roles=["admin"], by=analyst, at=AT)
    with pytest.raises(NotTheirRolesError):
        make_token(person=analyst, name="Loader", roles=[], by=analyst, at=AT)


def test_two_good_tokens_of_a_person_have_two_names() -> None:
    analyst = person(Role.ANALYST)
    said: Any = {"person": analyst, "name": "Loader", "roles": ["analyst"], "by": analyst, "at": AT}
    make_token(**said)

    with pytest.raises(NameTakenError):
        make_token(**said)
    revoke_token(token=ApiToken.objects.get(), by=analyst, at=AT)
    make_token(**said)


def test_admins_make_and_revoke_the_tokens_of_others_and_nobody_else_does() -> None:
    analyst, other, admin = person(Role.ANALYST), person(Role.HEAD), person(Role.ADMIN)
    said: Any = {"person": analyst, "name": "Loader", "roles": ["analyst"], "at": AT}

    with pytest.raises(NotAllowed):
        make_token(**said, by=other)
    make_token(**said, by=admin)
    token = ApiToken.objects.get()
    with pytest.raises(NotAllowed):
        revoke_token(token=token, by=other, at=AT)
    revoke_token(token=token, by=admin, at=AT)
    with pytest.raises(RevokedError):
        revoke_token(token=token, by=admin, at=AT)


def test_the_page_shows_a_token_once_and_revokes_it() -> None:
    analyst = person(Role.ANALYST)
    client = Client()
    client.force_login(analyst)

    made = client.post("/strategy/tokens/", {"name": "Loader", "roles": ["analyst"]})
    text = made.context["made"]

    assert token_of(text)
    assert made["Cache-Control"] == "no-store"
    assert text in made.content.decode()
    page = client.get("/strategy/tokens/").content.decode()
    assert text not in page
    assert "Loader" in page
    client.post(f"/strategy/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert token_of(text) is None
    assert "Revoked" in client.get("/strategy/tokens/").content.decode()


def test_the_page_says_what_is_wrong() -> None:
    analyst = person(Role.ANALYST)
    client = Client()
    client.force_login(analyst)
    said = {"name": "Loader", "roles": ["analyst"]}
    client.post("/strategy/tokens/", said)

    again = client.post("/strategy/tokens/", said)
    nothing = client.post("/strategy/tokens/", {})

    assert (again.status_code, nothing.status_code) == (422, 422)
    assert "has a token named “Loader”" in again.content.decode()
    assert "Name the program" in nothing.content.decode()
