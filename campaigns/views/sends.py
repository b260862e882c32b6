"""What an initiative will send."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.actions.initiatives import RefusedError
from campaigns.actions.sends import drop_send, plan_send
from campaigns.forms import SendForm
from campaigns.queries.forecasts import sends_of
from campaigns.queries.steps import steps
from campaigns.views.life import initiative_of
from strategy.views import MISTAKES, SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def sends(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what an initiative plans to send; add to it, or take one out (`drop`), by POST."""
    initiative = initiative_of(pk)
    is_drop = "drop" in request.POST
    form = SendForm(None if is_drop else request.POST or None)
    try:
        if is_drop:
            drop = request.POST["drop"]
            send = get_object_or_404(
                initiative.sends.select_related("initiative"), pk=drop if drop.isdecimal() else 0
            )
            drop_send(send=send, by=request.user, at=timezone.now())
            return redirect("initiative_sends", pk)
        if form.is_valid():
            plan_send(
                initiative=initiative, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            return redirect("initiative_sends", pk)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("initiative_sends", pk)
    context = {
        "initiative": initiative,
        "sends": sends_of(initiative),
        "form": form,
        "may_change": steps(initiative, request.user, is_locked=False).change,
    }
    status = MISTAKES if form.is_bound else None
    return render(request, "campaigns/sends.html", context, status=status)
