"""The calendar, and moving a draft on it."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.actions.initiatives import RefusedError, check_status
from campaigns.actions.moves import move_draft
from campaigns.forms import MoveForm
from campaigns.queries.calendar import calendar_page, if_moved
from campaigns.views.life import initiative_of
from strategy import permissions
from strategy.language.dates import day
from strategy.views import MISTAKES, SignedInRequest


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """Show what all departments do to customers, week by week."""
    page = calendar_page(request.user, timezone.localdate())
    return render(request, "campaigns/calendar.html", {"calendar": page})


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what a draft would do on other days, by GET; move it there, by POST."""
    found = initiative_of(pk)
    permissions.check_can_change_initiative(request.user, found.department)
    try:
        check_status(found, "change")
        if request.method == "POST":
            form = MoveForm(request.POST)
            if form.is_valid():
                starts_on = form.cleaned_data["starts_on"]
                move_draft(
                    initiative=found, starts_on=starts_on, by=request.user, at=timezone.now()
                )
                messages.success(request, f"“{found}” now begins on {day(starts_on)}.")
                return redirect("calendar")
        else:
            form = MoveForm(request.GET or {"starts_on": found.starts_on})
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("initiative", pk=pk)
    starts_on = form.cleaned_data["starts_on"] if form.is_valid() else found.starts_on
    context = {
        "initiative": found,
        "form": form,
        "moved": if_moved(found, starts_on, timezone.localdate()),
        "day_before": starts_on - timedelta(days=1),
        "day_after": starts_on + timedelta(days=1),
    }
    name = "campaigns/move.html"
    response = render(
        request,
        f"{name}#preview" if request.htmx else name,
        context,
        status=None if form.is_valid() else MISTAKES,
    )
    patch_vary_headers(response, ["HX-Request"])
    return response
