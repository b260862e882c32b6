"""Every step of an initiative's life.

Steps are POST only: each does one thing and returns what was done, in a sentence. A refused one is
answered with its reason on the initiative's page, or on the page of the rules that it breaks.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.actions import initiatives, plans, proposals, waivers
from campaigns.actions.initiatives import RefusedError
from campaigns.forms import AmendForm, ApproveForm, EndForm, PauseForm, WaiveForm
from campaigns.models import Approval, Initiative
from campaigns.queries.rules import sheet_says
from campaigns.queries.steps import steps
from strategy import permissions
from strategy.language.words import counted
from strategy.views import MISTAKES, SignedInRequest, not_done

type Act = Callable[[SignedInRequest, Initiative], str]
type View = Callable[[SignedInRequest, int], HttpResponse]


class MistakenError(RefusedError):
    """What was sent with a step cannot be; the text says why."""


def step(act: Act, *, is_last: bool = False) -> View:
    """Turn one step of an initiative's life into a POST view that names its refusals.

    It leads to the initiative's page, to the list after its last one. Who was signed out meanwhile
    comes back by GET, and is led there, too.
    """

    @require_http_methods(["GET", "POST"])
    @wraps(act)
    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        if request.method == "GET":
            return not_done(request, "initiative", pk)
        try:
            done = act(request, initiative_of(pk))
        except RefusedError as error:
            return refused(request, pk, error)
        messages.success(request, done)
        return redirect("initiatives") if is_last else redirect("initiative", pk=pk)

    return view


@partial(step, is_last=True)
def initiative_discard(request: SignedInRequest, initiative: Initiative) -> str:
    """Throw a draft away."""
    initiatives.discard_draft(initiative=initiative, by=request.user, at=timezone.now())
    return f"The draft “{initiative}” is deleted."


@step
def initiative_propose(request: SignedInRequest, initiative: Initiative) -> str:
    """Propose a draft."""
    proposed = proposals.propose(initiative=initiative, by=request.user, at=timezone.now())
    is_agreed = proposed.status == Initiative.Status.AGREED
    return "Agreed. Lock the plan, or launch on its first day." if is_agreed else "Proposed."


@step
def initiative_take_back(request: SignedInRequest, initiative: Initiative) -> str:
    """Make a proposal a draft again."""
    proposals.take_back(initiative=initiative, by=request.user, at=timezone.now())
    return "It is a draft again. Approvals that were given have fallen."


@step
def initiative_approve(request: SignedInRequest, initiative: Initiative) -> str:
    """Give one approval."""
    approval, _ = _asked(request, initiative)
    agreed = proposals.approve(approval=approval, by=request.user, at=timezone.now())
    is_agreed = agreed.status == Initiative.Status.AGREED
    return "Approved, and agreed with that." if is_agreed else "Approved. Others still have to."


@step
def initiative_send_back(request: SignedInRequest, initiative: Initiative) -> str:
    """Send a proposal back with a reason."""
    approval, reason = _asked(request, initiative)
    proposals.send_back(approval=approval, reason=reason, by=request.user, at=timezone.now())
    return "Sent back. Its department can change it and propose it again."


@step
def initiative_lock(request: SignedInRequest, initiative: Initiative) -> str:
    """Lock the plan."""
    plans.lock_plan(initiative=initiative, by=request.user, at=timezone.now())
    return "The plan is locked. Launch when you are ready."


@step
def initiative_launch(request: SignedInRequest, initiative: Initiative) -> str:
    """Launch, or have the arms drawn first."""
    launched = plans.launch(initiative=initiative, by=request.user, at=timezone.now())
    is_live = launched.status == Initiative.Status.LIVE
    return "Launched." if is_live else "Its arms are being drawn; it is live as soon as they are."


@step
def initiative_pause(request: SignedInRequest, initiative: Initiative) -> str:
    """Pause, with a reason."""
    said = said_in(PauseForm(request.POST))
    plans.pause(initiative=initiative, **said, by=request.user, at=timezone.now())
    return "Paused. It reaches nobody until somebody resumes it."


@step
def initiative_resume(request: SignedInRequest, initiative: Initiative) -> str:
    """Resume what is paused."""
    plans.resume(initiative=initiative, by=request.user, at=timezone.now())
    return "Resumed."


@step
def initiative_end(request: SignedInRequest, initiative: Initiative) -> str:
    """End, with a reason."""
    said = said_in(EndForm(request.POST))
    plans.end(initiative=initiative, **said, by=request.user, at=timezone.now())
    return "Ended. The reason stands in the history."


@require_http_methods(["GET", "POST"])
def initiative_waive(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the rules that stand in the way; waive one with a reason and a last day."""
    initiative, today = initiative_of(pk), timezone.localdate()
    says = sheet_says(initiative, today)
    first: dict[str, Any] = {"owner": request.user}
    if says.standing:
        first["rule"] = says.standing[0].rule_id
    broken = says.standing + says.waived
    form = WaiveForm(request.POST or None, broken=broken, today=today, initial=first)
    if form.is_valid():
        try:
            waivers.waive_rule(
                initiative=initiative, **form.said(), by=request.user, at=timezone.now()
            )
        except RefusedError as error:
            return refused(request, pk, error)
        messages.success(request, "The rule is waived. The reason stands in the history.")
        return redirect("initiative", pk=pk)
    context = {
        "initiative": initiative,
        "sheet": says,
        "form": form,
        "may": steps(initiative, request.user, is_locked=initiative.plans.exists()),
    }
    return render(
        request, "campaigns/rules.html", context, status=MISTAKES if form.is_bound else None
    )


@require_http_methods(["GET", "POST"])
def initiative_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a locked plan: a further version, with a reason."""
    initiative = initiative_of(pk)
    permissions.check_can_lock_plan(request.user, initiative.department)
    form = AmendForm(request.POST or None, initial=AmendForm.initial_of(initiative))
    try:
        initiatives.check_status(initiative, "amend")
        if form.is_valid():
            said, reason = form.said()
            plan = plans.amend_plan(
                initiative=initiative, reason=reason, by=request.user, at=timezone.now(), **said
            )
            messages.success(request, f"The plan stands as version {plan.version}.")
            return redirect("initiative", pk=pk)
    except RefusedError as error:
        return refused(request, pk, error)
    context = {"initiative": initiative, "form": form}
    status = MISTAKES if form.is_bound else None
    return render(request, "campaigns/plan.html", context, status=status)


def initiative_of(pk: int) -> Initiative:
    """Return the initiative with its department, or answer that there is none."""
    return get_object_or_404(Initiative.objects.select_related("department"), pk=pk)


def said_in(form: forms.Form) -> dict[str, Any]:
    """Return what a form says. Raises MistakenError where it cannot be."""
    if not form.is_valid():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        raise MistakenError(" ".join(errors))
    return form.cleaned_data


def refused(request: SignedInRequest, pk: int, error: RefusedError) -> HttpResponse:
    """Say on the initiative's page why a step was refused; of rules, on the page that has them."""
    if isinstance(error, plans.RulesBrokenError):
        rules = counted(len(error.breaches), "rule")
        messages.error(request, f"This is not done: it breaks {rules} of the sheet.")
        return redirect("initiative_waive", pk=pk)
    messages.error(request, str(error))
    return redirect("initiative", pk=pk)


def _asked(request: SignedInRequest, initiative: Initiative) -> tuple[Approval, str]:
    """Return the approval that is answered and the reason given, "" without one."""
    form = ApproveForm(request.POST)
    found = None
    if form.is_valid():
        found = initiative.approvals.filter(pk=form.cleaned_data["approval"]).first()
    if found is None:
        raise proposals.NotAskedError("This approval is not asked any more.")
    return found, form.cleaned_data["reason"]
