"""Tokens for programs: made, shown once, found again by their digest, and revoked."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from strategy.actions.audit import record
from strategy.models import ApiToken, Membership, Person, Role
from strategy.permissions import (
    NotAllowed,
    can_administer,
    check_can_administer,
    check_can_make_token,
)

BEGINS = "hymn_"
"""What every token begins with, so that one that leaked into a repository is found there."""

HINT = 4


class TokenError(Exception):
    """The token cannot be made or revoked; the message says why."""


class NotTheirRolesError(TokenError):
    """A token does no more than its person may."""


class NameTakenError(TokenError):
    """The person has a token of this name, which would be taken for this one."""


class RevokedError(TokenError):
    """The token was revoked before."""


@transaction.atomic
def make_token(
    *, person: Person, name: str, roles: Collection[str], by: Person | None, at: datetime
) -> str:
    """Make a token that acts for a person, and return it; it is shown now and never again.

    `roles` are some of the person's. `by` is the person, an admin, or None, which is whoever runs
    a command on the server.

    Raises:
        NotAllowed, NotTheirRolesError, NameTakenError.

    """
    if by is not None and by.pk != person.pk:
        check_can_administer(by)
    check_can_make_token(person)
    if not roles or not set(roles) <= roles_of(person):
        raise NotTheirRolesError(f"Choose among the roles of {person}.")
    Person.objects.select_for_update().get(pk=person.pk)
    if person.api_tokens.filter(name=name, revoked_at=None).exists():
        raise NameTakenError(f"{person} has a token named “{name}”. Revoke it, or name this anew.")
    token = BEGINS + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        person=person,
        name=name,
        roles=[role for role in Role.values if role in roles],
        digest=_digest(token),
        hint=token[-HINT:],
        created_at=at,
    )
    sentence = f"Made the token “{made}” for {person}."
    record(act="api_token.make", subject=made, sentence=sentence, by=by, at=at, roles=made.roles)
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Person, at: datetime) -> None:
    """Refuse a token from now on: one's own, or anybody's by an admin.

    Raises:
        NotAllowed, RevokedError.

    """
    locked = ApiToken.objects.select_for_update(of=("self",)).select_related("person")
    token = locked.get(pk=token.pk)
    if by.pk != token.person_id and not can_administer(by):
        raise NotAllowed("Only a token’s person and admins may revoke it.")
    if token.revoked_at is not None:
        raise RevokedError(f"“{token}” was revoked before.")
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    sentence = f"Revoked the token “{token}” of {token.person}."
    record(act="api_token.revoke", subject=token, sentence=sentence, by=by, at=at)


def roles_of(person: Person) -> set[str]:
    """Return the roles that a person has anywhere. One query."""
    held = set(person.memberships.values_list("role", flat=True))
    return held | {Role.ADMIN.value} if person.is_superuser else held


def token_of(text: str) -> ApiToken | None:
    """Return the token with its person in the token's roles, None where it is not good.

    The person has the memberships with those roles and no other, so that whatever is asked of
    their permissions holds for the token. Two queries.
    """
    found = (
        ApiToken.objects.filter(digest=_digest(text), revoked_at=None, person__is_active=True)
        .select_related("person")
        .first()
    )
    if found is None:
        return None
    person = found.person
    theirs = Membership.objects.filter(role__in=found.roles)
    prefetch_related_objects([person], Prefetch("memberships", queryset=theirs))
    person.is_superuser = person.is_superuser and Role.ADMIN in found.roles
    return found


def _digest(token: str) -> bytes:
    """Return what a token is found by. It is 256 random bits, so no salt or slow hash is due."""
    return hashlib.sha256(token.encode(errors="replace")).digest()
