"""What others do to a department's customers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.queries.week import week_of
from strategy.models import Department
from strategy.views import SignedInRequest


@require_safe
def week(request: SignedInRequest, key: str) -> HttpResponse:
    """Show what others sent in the last seven days, and plan for the next."""
    department = get_object_or_404(Department, key=key)
    page = week_of(department, timezone.localdate())
    return render(request, "reports/week.html", {"page": page})
