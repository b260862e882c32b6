"""Sign-in rules: people are added by an admin, nobody signs up or changes their own address."""

from typing import Any

from allauth.account import urls as allauth_urls
from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from strategy.models import Person
from strategy.permissions import can_administer

PAGES = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",  # answers that sign-up is closed
    "account_reauthenticate",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}

urlpatterns = [page for page in allauth_urls.urlpatterns if page.name in PAGES]


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth with its sign-up page closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        return False


class AdminsMayDoEverything(BaseBackend):
    """Django's admin asks this about each table: whoever may administer may change them all."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:  # noqa: ARG002  Django's signature
        return isinstance(user_obj, Person) and can_administer(user_obj)

    def has_module_perms(self, user_obj: Any, _app_label: str) -> bool:
        return self.has_perm(user_obj, "")
