"""How much contact customers get, got, and would get."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from campaigns.actions.contact_counts import ask
from campaigns.queries.forecasts import forecast_ahead
from reports.charts.pressure import pressure_chart
from reports.charts.spread import spread_chart
from reports.queries.doses import doses
from reports.queries.freshness import as_of, counted_at, source_rows
from reports.queries.pressure import pressure as pressure_by_department
from reports.queries.spread import spread_page
from strategy.views import SignedInRequest

ID_DIGITS = 18


@require_safe
def pressure(request: SignedInRequest) -> HttpResponse:
    """Show contacts by department, their spread over customers, and the weeks ahead.

    `?without=` names planned sends to do without: what the weeks would come to.
    """
    now = timezone.now()
    left_out = [
        int(pk) for pk in request.GET.getlist("without") if pk.isdecimal() and len(pk) <= ID_DIGITS
    ]
    by_department = pressure_by_department(now, source_rows(now))
    asked = ask(at=now)
    spread = spread_page(asked.found)
    context = {
        "by_department": by_department,
        "department_chart": pressure_chart(by_department),
        "spread": spread,
        "is_counting": asked.is_counting,
        "spread_chart": spread_chart(spread),
        "ahead": forecast_ahead(timezone.localdate(now), leave_out=left_out),
        "left_out": left_out,
        "doses": doses(),
        "as_of": as_of(counted_at()),
    }
    name = "reports/pressure.html"
    response = render(request, f"{name}#over" if request.htmx else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
