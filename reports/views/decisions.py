"""Recording what becomes of an initiative, in answer to the verdict that it has."""

from django.utils import timezone

from campaigns.forms import DecideForm
from campaigns.models import Initiative
from campaigns.views.life import said_in, step
from reports.actions.decisions import answer_verdict
from strategy.views import SignedInRequest


@step
def decide(request: SignedInRequest, initiative: Initiative) -> str:
    """Record the decision; without a verdict there is nothing to decide yet."""
    said = said_in(DecideForm(request.POST))
    answer_verdict(initiative=initiative, **said, by=request.user, at=timezone.now())
    return "The decision is recorded. The reason stands in the history."
