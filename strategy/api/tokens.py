"""Signing in with a token: `Authorization: Bearer hymn_…`."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from strategy.actions.api_tokens import token_of
from strategy.models import ApiToken, Person

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """The person of a token, in the token's roles; `request.auth` is the token. Two queries."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != SCHEME.lower().encode():
            return None
        found = token_of(text.strip().decode("latin-1"))
        if found is None:
            raise AuthenticationFailed("The token is unknown or revoked.")
        return found.person, found

    def authenticate_header(self, _request: Request) -> str:
        return SCHEME
