"""Clashes: those that are planned, those that happened, and the customers behind a number."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Initiative
from campaigns.queries.clashes import (
    MEASURED_DAYS,
    PEOPLE_NAMED,
    measured_clashes,
    people_met,
    planned,
)
from strategy import permissions
from strategy.language.dates import span
from strategy.views import SignedInRequest


@require_safe
def clashes(request: SignedInRequest) -> HttpResponse:
    """Show which initiatives want the same customers, and which reached them."""
    today = timezone.localdate()
    context = {
        "planned": planned(today),
        "measured": measured_clashes(today),
        "days": span(today - timedelta(days=MEASURED_DAYS), today),
        "may_see_customers": permissions.can_see_customers(request.user),
    }
    return render(request, "campaigns/clashes.html", context)


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
        "people": people_met(first, second, timezone.localdate()),
        "most": PEOPLE_NAMED,
    }
    response = render(request, "campaigns/clash_people.html", context)
    response["Cache-Control"] = "no-store"
    return response
