"""The portfolio: all initiatives together."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from reports.actions.asks import ask
from reports.queries.personal import asked_contacts
from reports.queries.portfolio import portfolio as whole
from strategy.views import SignedInRequest


@require_safe
def portfolio(request: SignedInRequest) -> HttpResponse:
    """Show what all initiatives add up to, and what to stop and to widen."""
    now = timezone.now()
    contacts = ask(asked_contacts(timezone.localdate(now)), at=now)
    found = whole(now, contacts.rows or [])
    context = {"page": found, "as_of": found.as_of, "contacts": contacts}
    name = "reports/portfolio.html"
    response = render(request, f"{name}#personal" if request.htmx else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
