"""Clashes: those that are planned, those that happened, and the customers behind a number."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from campaigns.actions.contact_counts import ask
from campaigns.models import Initiative
from campaigns.queries.clashes import (
    MEASURED_DAYS,
    PEOPLE_NAMED,
    measured_clashes,
    people_met,
    planned,
)
from strategy import permissions
from strategy.language.dates import span, stamp
from strategy.views import SignedInRequest

CLASHES, PAIRS = 12, 25
"""On a page."""


@require_safe
def clashes(request: SignedInRequest) -> HttpResponse:
    """Show which initiatives want the same customers, and which reached them."""
    now = timezone.now()
    asked = ask(at=now)
    count, measured = asked.found, measured_clashes(asked.found)
    ahead = planned(timezone.localdate(now))
    context = {
        "planned": ahead,
        "page": Paginator(ahead.clashes, CLASHES).get_page(request.GET.get("page")),
        "counted": count,
        "measured": measured,
        "met": Paginator(measured, PAIRS).get_page(request.GET.get("met")),
        "days": span(count.ends_on - timedelta(days=MEASURED_DAYS), count.ends_on) if count else "",
        "as_of": stamp(timezone.localtime(count.at)) if count else "",
        "is_counting": asked.is_counting,
        "may_see_customers": permissions.can_see_customers(request.user),
    }
    name = "campaigns/clashes.html"
    response = render(request, f"{name}#behind" if request.htmx else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def people(request: SignedInRequest, first: int, second: int) -> HttpResponse:
    """Show some of the customers whom two initiatives reached within the gap, names masked."""
    permissions.check_can_see_customers(request.user)
    names = dict(Initiative.objects.filter(pk__in=[first, second]).values_list("pk", "name"))
    if len(names) < len({first, second}) or first == second:
        raise Http404
    context = {
        "first": names[first],
        "second": names[second],
        "people": people_met(ask(at=timezone.now()).found, first, second),
        "most": PEOPLE_NAMED,
    }
    response = render(request, "campaigns/clash_people.html", context)
    response["Cache-Control"] = "no-store"
    return response
