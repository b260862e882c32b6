"""The portfolio: all initiatives together."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.queries.portfolio import portfolio as whole
from strategy.views import SignedInRequest


@require_safe
def portfolio(request: SignedInRequest) -> HttpResponse:
    """Show what all initiatives add up to, and what to stop and to widen."""
    found = whole(timezone.now())
    return render(request, "reports/portfolio.html", {"page": found, "as_of": found.as_of})
