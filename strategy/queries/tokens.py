"""Reads of tokens."""

from typing import NamedTuple

from django.utils import timezone

from strategy.language.dates import long_day
from strategy.language.words import join_words
from strategy.models import ApiToken, Person, Role


class TokenRow(NamedTuple):
    """One token of a person; `revoked_on` is "" while it is good."""

    pk: int
    name: str
    hint: str
    roles: str
    made_on: str
    revoked_on: str


def tokens_of(person: Person) -> list[TokenRow]:
    """Return a person's tokens, the newest first. One query."""
    return [_row(token) for token in ApiToken.objects.filter(person=person)]


def _row(token: ApiToken) -> TokenRow:
    revoked_at = token.revoked_at
    return TokenRow(
        pk=token.pk,
        name=token.name,
        hint=token.hint,
        roles=join_words([Role(role).label for role in token.roles]),
        made_on=long_day(timezone.localdate(token.created_at)),
        revoked_on=long_day(timezone.localdate(revoked_at)) if revoked_at else "",
    )
