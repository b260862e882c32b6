"""Recording what becomes of an initiative, in answer to the verdict that it has."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from campaigns.actions import decisions
from campaigns.forms import DecideForm
from campaigns.models import Initiative
from campaigns.views.life import mistaken, step
from reports.models import Result
from strategy.views import SignedInRequest

UNANSWERABLE = {Result.Verdict.HOLD.value, Result.Verdict.NONE.value}


@step
def decide(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Record the decision; without a verdict there is nothing to decide yet."""
    result = Result.objects.filter(initiative=initiative).first()
    if result is None or result.verdict in UNANSWERABLE:
        messages.error(request, "There is no verdict to decide on yet.")
        return redirect("initiative", pk=initiative.pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return mistaken(request, initiative, form)
    decisions.decide(
        initiative=initiative,
        verdict=result.verdict,
        choice=form.cleaned_data["choice"],
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "The decision is recorded. The reason stands in the history.")
    return redirect("initiative", pk=initiative.pk)
