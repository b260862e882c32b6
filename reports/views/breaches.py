"""Rules that were broken with what was sent, with the customers that it happened to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.queries.breaches import breach_page
from strategy.permissions import can_see_customers
from strategy.views import SignedInRequest


@require_safe
def breaches(request: SignedInRequest) -> HttpResponse:
    """List the breaches of the last four weeks by department."""
    page = breach_page(timezone.localdate(), with_examples=can_see_customers(request.user))
    return render(request, "reports/breaches.html", {"page": page})
