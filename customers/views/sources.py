"""Sources: whether they can be relied on, what is said of them, and their write keys."""

from contextlib import suppress
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.actions.sources import add_source, change_source
from customers.actions.write_keys import KeyIsRetiredError, make_write_key, retire_write_key
from customers.forms import ChangeSourceForm, SourceForm
from customers.intake.presets import presets
from customers.models import Source, WriteKey
from customers.queries.sources import all_sources, source_list, source_page
from strategy.permissions import (
    can_change_sources,
    check_can_change_sources,
    check_can_see_imports,
)
from strategy.views import MISTAKES, SignedInRequest


@require_safe
def sources(request: SignedInRequest) -> HttpResponse:
    """Show every source, and whether it can be relied on."""
    check_can_see_imports(request.user)
    context = {
        "page": source_list(timezone.now()),
        "presets": presets(),
        "may_change": can_change_sources(request.user),
    }
    return render(request, "customers/sources.html", context)


@require_safe
def source(request: SignedInRequest, key: str) -> HttpResponse:
    """Show one source: its files, its live events, what it sends, its keys and its history."""
    check_can_see_imports(request.user)
    return _show(request, key)


def _show(request: SignedInRequest, key: str, **more: Any) -> HttpResponse:
    now = timezone.now()
    context = {
        "it": source_page(get_object_or_404(all_sources(now), key=key), now),
        "may_change": can_change_sources(request.user),
        **more,
    }
    return render(request, "customers/source.html", context)


@require_http_methods(["GET", "POST"])
def source_new(request: SignedInRequest) -> HttpResponse:
    """Add a source."""
    check_can_change_sources(request.user)
    form = SourceForm(_sent(request))
    if form.is_valid():
        added = add_source(by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect("source", key=added.key)
    return _form(request, form)


@require_http_methods(["GET", "POST"])
def source_edit(request: SignedInRequest, key: str) -> HttpResponse:
    """Change what is said of a source."""
    check_can_change_sources(request.user)
    found = get_object_or_404(Source, key=key)
    form = ChangeSourceForm(_sent(request), instance=found)
    if form.is_valid():
        change_source(source=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect("source", key=key)
    return _form(request, form, key)


def _sent(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _form(request: SignedInRequest, form: SourceForm, key: str = "") -> HttpResponse:
    status = MISTAKES if form.is_bound else None
    context = {"form": form, "key": key}
    return render(request, "customers/source_form.html", context, status=status)


@never_cache
@require_POST
def source_key_new(request: SignedInRequest, key: str) -> HttpResponse:
    """Make a write key and show it in the answer, which is the only time."""
    check_can_change_sources(request.user)
    found = get_object_or_404(Source, key=key)
    made = make_write_key(source=found, by=request.user, at=timezone.now())
    return _show(request, key, new_key=made)


@require_POST
def source_key_retire(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    """Refuse a write key from now on; one that is retired already stays so."""
    check_can_change_sources(request.user)
    write_key = get_object_or_404(WriteKey, pk=pk, source__key=key)
    with suppress(KeyIsRetiredError):  # the page says so
        retire_write_key(write_key=write_key, by=request.user, at=timezone.now())
    return redirect("source", key=key)
