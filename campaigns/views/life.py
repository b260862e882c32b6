"""Every step of an initiative's life.

Steps are POST only. A refused one is answered with its reason on the initiative's page.
"""

from collections.abc import Callable
from functools import wraps

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
from strategy.views import SignedInRequest, not_done

MISTAKES = 422

type Act = Callable[[SignedInRequest, Initiative], HttpResponse]
type View = Callable[[SignedInRequest, int], HttpResponse]


def step(act: Act) -> View:
    """Turn one step of an initiative's life into a POST view that names its refusals.

    Who was signed out meanwhile comes back by GET, and is led to the initiative's page.
    """

    @require_http_methods(["GET", "POST"])
    @wraps(act)
    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        if request.method == "GET":
            return not_done(request, "initiative", pk)
        try:
            return act(request, initiative_of(pk))
        except RefusedError as error:
            return refused(request, pk, error)

    return view


@step
def initiative_discard(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Throw a draft away."""
    initiatives.discard_draft(initiative=initiative, by=request.user, at=timezone.now())
    messages.success(request, f"The draft “{initiative}” is deleted.")
    return redirect("initiatives")


@step
def initiative_propose(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Propose a draft; where rules stand in the way, the page that says which."""
    try:
        proposed = proposals.propose(initiative=initiative, by=request.user, at=timezone.now())
    except plans.RulesBrokenError as broken:
        return _broken(request, initiative, broken, "It is not proposed")
    is_agreed = proposed.status == Initiative.Status.AGREED
    done = "Agreed. Lock the plan, or launch on its first day." if is_agreed else "Proposed."
    messages.success(request, done)
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_take_back(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Make a proposal a draft again."""
    proposals.take_back(initiative=initiative, by=request.user, at=timezone.now())
    messages.success(request, "It is a draft again. Approvals that were given have fallen.")
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_approve(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Give one approval."""
    approval, _ = _asked(request, initiative)
    agreed = proposals.approve(approval=approval, by=request.user, at=timezone.now())
    is_agreed = agreed.status == Initiative.Status.AGREED
    done = "Approved, and agreed with that." if is_agreed else "Approved. Others still have to."
    messages.success(request, done)
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_send_back(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Send a proposal back with a reason."""
    approval, reason = _asked(request, initiative)
    proposals.send_back(approval=approval, reason=reason, by=request.user, at=timezone.now())
    messages.success(request, "Sent back. Its department can change it and propose it again.")
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_lock(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Lock the plan; where rules stand in the way, the page that says which."""
    try:
        plans.lock_plan(initiative=initiative, by=request.user, at=timezone.now())
    except plans.RulesBrokenError as broken:
        return _broken(request, initiative, broken, "The plan is not locked")
    messages.success(request, "The plan is locked. Launch when you are ready.")
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_launch(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Launch; where rules stand in the way, the page that says which."""
    try:
        launched = plans.launch(initiative=initiative, by=request.user, at=timezone.now())
    except plans.RulesBrokenError as broken:
        return _broken(request, initiative, broken, "It is not launched")
    is_live = launched.status == Initiative.Status.LIVE
    done = "Launched." if is_live else "Its arms are being drawn; it is live as soon as they are."
    messages.success(request, done)
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_pause(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Pause, with a reason."""
    form = PauseForm(request.POST)
    if not form.is_valid():
        return mistaken(request, initiative, form)
    reason = form.cleaned_data["reason"]
    plans.pause(initiative=initiative, reason=reason, by=request.user, at=timezone.now())
    messages.success(request, "Paused. It reaches nobody until somebody resumes it.")
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_resume(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Resume what is paused; where rules stand in the way by now, the page that says which."""
    try:
        plans.resume(initiative=initiative, by=request.user, at=timezone.now())
    except plans.RulesBrokenError as broken:
        return _broken(request, initiative, broken, "It is not resumed")
    messages.success(request, "Resumed.")
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_end(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """End, with a reason."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return mistaken(request, initiative, form)
    reason = form.cleaned_data["reason"]
    plans.end(initiative=initiative, reason=reason, by=request.user, at=timezone.now())
    messages.success(request, "Ended. The reason stands in the history.")
    return redirect("initiative", pk=initiative.pk)


@require_http_methods(["GET", "POST"])
def initiative_waive(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the rules that stand in the way; waive one with a reason and a last day."""
    initiative, today = initiative_of(pk), timezone.localdate()
    says = sheet_says(initiative, today)
    first = {"rule": says.standing[0].rule_id} if says.standing else {}
    broken = says.standing + says.waived
    form = WaiveForm(request.POST or None, broken=broken, today=today, initial=first)
    if form.is_valid():
        rule, reason, ends_on = form.said()
        try:
            waivers.waive_rule(
                initiative=initiative,
                rule=rule,
                reason=reason,
                ends_on=ends_on,
                by=request.user,
                at=timezone.now(),
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
    except plans.RulesBrokenError as broken:
        return _broken(request, initiative, broken, "The plan is not changed")
    except RefusedError as error:
        return refused(request, pk, error)
    context = {"initiative": initiative, "form": form}
    status = MISTAKES if form.is_bound else None
    return render(request, "campaigns/plan.html", context, status=status)


def initiative_of(pk: int) -> Initiative:
    """Return the initiative with its department, or answer that there is none."""
    return get_object_or_404(Initiative.objects.select_related("department"), pk=pk)


def mistaken(request: SignedInRequest, initiative: Initiative, form: forms.Form) -> HttpResponse:
    """Say what is wrong with what was sent, on the initiative's page."""
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect("initiative", pk=initiative.pk)


def refused(request: SignedInRequest, pk: int, error: RefusedError) -> HttpResponse:
    """Say on the initiative's page why a step was refused."""
    messages.error(request, str(error))
    return redirect("initiative", pk=pk)


def _broken(
    request: SignedInRequest, initiative: Initiative, broken: plans.RulesBrokenError, what: str
) -> HttpResponse:
    rules = counted(len(broken.breaches), "rule")
    messages.error(request, f"{what}: it breaks {rules} of the sheet.")
    return redirect("initiative_waive", pk=initiative.pk)


def _asked(request: SignedInRequest, initiative: Initiative) -> tuple[Approval, str]:
    """Return the approval that is answered and the reason given, "" without one."""
    form = ApproveForm(request.POST)
    found = None
    if form.is_valid():
        found = initiative.approvals.filter(pk=form.cleaned_data["approval"]).first()
    if found is None:
        raise proposals.NotAskedError("This approval is not asked any more.")
    return found, form.cleaned_data["reason"]
