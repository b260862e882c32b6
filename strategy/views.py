"""The sheet's versions, signing, and one's tokens. The strategy page itself is in reports."""

import re
from contextlib import suppress
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.middleware import HtmxDetails

from strategy.actions.api_tokens import (
    RevokedError,
    TokenError,
    make_token,
    revoke_token,
    roles_of,
)
from strategy.actions.sheets import SheetError, draft_next_sheet, publish_sheet, sign_sheet
from strategy.forms import TokenForm
from strategy.models import ApiToken, Department, Person, Sheet
from strategy.permissions import can_administer, can_publish_sheet, check_can_make_token
from strategy.queries.differences import differences
from strategy.queries.sheets import SHORT_HASH, SheetText, departments_to_sign, sheet_text
from strategy.queries.tokens import tokens_of

MISTAKES = 422
"""The status of a page that shows a form again, with what is wrong in it."""


class SignedInRequest(HttpRequest):
    """A request past the sign-in; the middleware lets no other through."""

    user: Person
    htmx: HtmxDetails


def signed_in(request: HttpRequest) -> Person:
    """Return who asks; the middleware lets nobody else through."""
    if not request.user.is_authenticated:
        raise Http404
    return request.user


def readable(version: int | None, person: Person, now: datetime) -> SheetText | None:
    """Return a version that the person may read: drafts are for those who may publish them."""
    found = None if version is None else sheet_text(version, now)
    return None if found and found.is_draft and not can_publish_sheet(person) else found


def whole(text: str) -> int | None:
    """Return a version typed into an address, None when it is no number."""
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else None


def not_done(request: HttpRequest, page: str, *args: object) -> HttpResponseRedirect:
    """Lead a GET of a step to the page where it is taken: it came from signing in again."""
    messages.info(request, "Nothing was done: you were signed out. Please do it again.")
    return redirect(page, *args)


@require_safe
def sheet(request: HttpRequest, version: int) -> HttpResponse:
    """Show one version; with `?compare=3`, what changed since version 3."""
    person, now = signed_in(request), timezone.now()
    shown = readable(version, person, now)
    if shown is None:
        raise Http404
    older = readable(whole(request.GET.get("compare", "")), person, now)
    context = {
        "sheet": shown,
        "older": older,
        "differences": differences(older, shown) if older else [],
        "to_sign": departments_to_sign(person, shown),
        "may_edit": shown.is_draft and person.is_staff and can_administer(person),
    }
    return render(request, "strategy/sheet.html", context)


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponseRedirect:
    """Copy the newest sheet into a draft of the next version."""
    if request.method == "GET":
        return not_done(request, "strategy")
    try:
        made = draft_next_sheet(by=signed_in(request), at=timezone.now())
    except SheetError as error:
        messages.error(request, str(error))
        return redirect("strategy")
    messages.success(request, f"Drafted v{made.version} with the text of the newest version.")
    return redirect("sheet", made.version)


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, version: int) -> HttpResponseRedirect:
    """Publish a draft."""
    if request.method == "GET":
        return not_done(request, "sheet", version)
    draft = get_object_or_404(Sheet, version=version)
    try:
        publish_sheet(sheet=draft, by=signed_in(request), at=timezone.now())
    except SheetError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Published v{version}. Departments can sign it now.")
    return redirect("sheet", version)


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest) -> HttpResponseRedirect:
    """Sign the sheet for a department, under the hash that the page showed."""
    if request.method == "GET":
        return not_done(request, "strategy")
    person = signed_in(request)
    text = get_object_or_404(Sheet, version=whole(request.POST.get("version", "")))
    department = get_object_or_404(Department, key=request.POST.get("department", ""))
    seen = request.POST.get("content_hash", "")
    try:
        sign_sheet(
            sheet=text, department=department, content_hash=seen, by=person, at=timezone.now()
        )
    except SheetError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"Signed v{text.version} for {department}: text {seen[:SHORT_HASH]}."
        )
    return redirect(f"{reverse('strategy')}#signed")


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens; make one and show it in the answer, which is the only time."""
    person = signed_in(request)
    check_can_make_token(person)
    if request.method == "GET":
        return _tokens(request, person)
    form = TokenForm(request.POST, roles=roles_of(person))
    if not form.is_valid():
        return _tokens(request, person, form)
    try:
        made = make_token(person=person, **form.cleaned_data, by=person, at=timezone.now())
    except TokenError as error:
        form.add_error("name", str(error))
        return _tokens(request, person, form)
    return _tokens(request, person, made=made)


@require_http_methods(["GET", "POST"])
def token_revoke(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Refuse one of one's tokens from now on; one that is revoked already stays so."""
    if request.method == "GET":
        return not_done(request, "tokens")
    person = signed_in(request)
    token = get_object_or_404(ApiToken, pk=pk, person=person)
    with suppress(RevokedError):  # the page says so
        revoke_token(token=token, by=person, at=timezone.now())
    return redirect("tokens")


def _tokens(
    request: HttpRequest, person: Person, form: TokenForm | None = None, made: str = ""
) -> HttpResponse:
    context = {
        "rows": tokens_of(person),
        "form": form or TokenForm(roles=roles_of(person)),
        "made": made,
    }
    response = render(request, "strategy/tokens.html", context, status=MISTAKES if form else None)
    response["Cache-Control"] = "no-store"
    return response
