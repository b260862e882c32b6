"""Sign-in rules: people are added by an admin, nobody signs up or changes their own address."""

from typing import Any, ClassVar

from allauth.account import urls as allauth_urls
from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.urls import reverse

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
    """allauth with its sign-up page closed, and in our words."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "enter_current_password": "That is not your password now.",
        "incorrect_password": "That is not your password.",
    }

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  allauth's signature
        """Return where somebody goes on who has changed their password."""
        return reverse("overview")

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        return False


class AdminsMayDoEverything(BaseBackend):
    """Django's admin asks this about each table: whoever may administer may change them all."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:  # noqa: ARG002  Django's signature
        return isinstance(user_obj, Person) and can_administer(user_obj)

    def has_module_perms(self, user_obj: Any, _app_label: str) -> bool:
        return self.has_perm(user_obj, "")
