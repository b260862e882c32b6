"""The first page: three questions, three answers, what to decide."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.queries.initiatives import departments_to_log_for
from reports.charts.pressure import pressure_chart
from reports.queries.freshness import as_of
from reports.queries.overview import overview as overview_of
from strategy.language.dates import day_with_year
from strategy.permissions import can_administer
from strategy.views import SignedInRequest


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Show how the company stands."""
    now = timezone.now()
    page = overview_of(now)
    context = {
        "page": page,
        "may_log": bool(departments_to_log_for(request.user)),
        "may_administer": can_administer(request.user),
        "today": day_with_year(timezone.localdate(now)),
        "pressure_chart": pressure_chart(page.pressure),
        "counting": page.is_counting,
        "as_of": as_of(page.as_of),
    }
    return render(request, "reports/overview.html", context)
