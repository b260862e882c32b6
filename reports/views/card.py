"""A customer's card: what to know, say and leave alone, and why it is one person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from customers.actions.looks import note_view, reveal
from customers.actions.rulings import DecidedOtherwiseError, NotTwoRecordsError, report_wrong_link
from customers.models import Customer, Record
from customers.queries.looks import hidden_in, revealed_until
from customers.queries.people import Found, find_customer, records_of
from reports.forms import RevealForm, TimelineFilter, WrongLinkForm
from reports.queries.card import GROUPS, card, timeline_of
from reports.queries.who import who_of
from strategy.permissions import (
    can_report_wrong_link,
    can_reveal,
    check_can_report_wrong_link,
    check_can_see_customers,
)
from strategy.views import MISTAKES, SignedInRequest

PAGE = "reports/customer.html"
NOT_HERE = 404


@require_safe
def customer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show a card and note that it was opened; to htmx only its timeline, or its head."""
    check_can_see_customers(request.user)
    found = find_customer(public_id)
    if found is None:
        return _nobody(request)
    if found.public_id != public_id:
        return redirect("customer", found.public_id)
    note_view(customer=_customer(found), by=request.user, at=timezone.now())
    if request.htmx.target == "who":
        return _head(request, found, RevealForm())
    asked = {name: request.GET.get(name, "") for name in ("department", "group", "before")}
    if request.htmx:
        context = {
            "public_id": public_id,
            "timeline": timeline_of(records_of(found.customer_id), timezone.localtime(), **asked),
        }
        return _kept_from_caches(render(request, f"{PAGE}#timeline", context))
    return _show(request, found, asked)


def _show(
    request: SignedInRequest,
    found: Found,
    asked: dict[str, str],
    wrong: WrongLinkForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    until = revealed_until(request.user, found.public_id, now)
    shown = card(found, timezone.localtime(now), revealed_until=until, **asked)
    records = [(one.pk, f"{one.source}, since {one.since}") for one in shown.linked.records]
    context = {
        "card": shown,
        "public_id": found.public_id,
        "who": shown.who,
        "hidden_in": hidden_in(until, now),
        "timeline": shown.timeline,
        "filters": TimelineFilter(
            asked,
            departments=shown.departments,
            groups=[(key, name) for key, (name, _) in GROUPS.items()],
        ),
        "reveal_form": RevealForm() if can_reveal(request.user) else None,
        "wrong_form": (wrong or WrongLinkForm(records=records))
        if can_report_wrong_link(request.user) and len(records) > 1
        else None,
    }
    status = MISTAKES if wrong else None
    return _kept_from_caches(render(request, PAGE, context, status=status))


@require_POST
def reveal_details(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show name and contact details in clear for a while, for a reason that is logged."""
    check_can_see_customers(request.user)
    found = find_customer(public_id)
    if found is None:
        return _nobody(request)
    form = RevealForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        reveal(customer=_customer(found), by=request.user, at=timezone.now(), reason=reason)
    elif not request.htmx:
        messages.error(request, "Choose the reason why you need it.")
    if not request.htmx:
        return redirect("customer", found.public_id)
    return _head(request, found, form if form.errors else RevealForm(), fresh=True)


def _head(
    request: SignedInRequest, found: Found, form: RevealForm, *, fresh: bool = False
) -> HttpResponse:
    """Show name and details by themselves; a `fresh` head is what is read next."""
    now = timezone.now()
    until = revealed_until(request.user, found.public_id, now)
    context = {
        "public_id": found.public_id,
        "who": who_of(found.customer_id, timezone.localtime(now), until),
        "hidden_in": hidden_in(until, now),
        "reveal_form": form if can_reveal(request.user) else None,
        "fresh": fresh,
    }
    status = MISTAKES if form.errors else None
    return _kept_from_caches(render(request, f"{PAGE}#who", context, status=status))


@require_POST
def wrong_link(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take the report that one of the records is somebody else's."""
    check_can_report_wrong_link(request.user)
    found = find_customer(public_id)
    if found is None:
        return _nobody(request)
    records = [(one.pk, one.source) for one in records_of(found.customer_id)]
    form = WrongLinkForm(request.POST, records=records)
    if not form.is_valid():
        return _show(request, found, {}, form)
    record = get_object_or_404(Record, pk=form.cleaned_data["record"])
    try:
        reason = form.cleaned_data["reason"]
        report_wrong_link(record=record, by=request.user, at=timezone.now(), reason=reason)
    except DecidedOtherwiseError as reason:
        messages.error(request, f"{reason} Ask an analyst to look at it.")
    except NotTwoRecordsError:
        messages.error(request, "It is the only record of this customer: nothing is linked to it.")
    else:
        messages.success(
            request, "Reported. The record is kept apart as soon as the links are made anew."
        )
    return redirect("customer", found.public_id)


def _customer(found: Found) -> Customer:
    """Return the customer as the log of looks takes it, without asking the database again."""
    return Customer(id=found.customer_id, public_id=found.public_id)


def _nobody(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/no_customer.html", status=NOT_HERE)


def _kept_from_caches(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response
