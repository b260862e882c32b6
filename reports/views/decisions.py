"""Recording what becomes of an initiative, in answer to the verdict that it has."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from campaigns.forms import DecideForm
from campaigns.models import Initiative
from campaigns.views.life import mistaken, step
from reports.actions.decisions import answer_verdict
from strategy.views import SignedInRequest


@step
def decide(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Record the decision; without a verdict there is nothing to decide yet."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        return mistaken(request, initiative, form)
    answer_verdict(initiative=initiative, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, "The decision is recorded. The reason stands in the history.")
    return redirect("initiative", pk=initiative.pk)
