"""The form of an initiative, and every step of its life.

Steps are POST only. A refused one is answered with its reason on the initiative's page.
"""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.actions import initiatives, plans
from campaigns.actions.initiatives import RefusedError
from campaigns.forms import CommentForm, EndForm, InitiativeForm, WaiveForm
from campaigns.models import Initiative
from campaigns.queries.initiatives import departments_to_log_for
from campaigns.queries.rules import (
    SheetSays,
    judged,
    rules_in_force,
    sheet_says,
    waivers_of,
)
from campaigns.queries.steps import steps
from strategy import permissions
from strategy.language.words import counted
from strategy.views import SignedInRequest, not_done

MISTAKES = 422
ID_DIGITS = 18


type Act = Callable[[SignedInRequest, Initiative], HttpResponse]
type View = Callable[[SignedInRequest, int], HttpResponse]


@require_http_methods(["GET", "POST"])
def initiative_new(request: SignedInRequest) -> HttpResponse:
    """Log an initiative."""
    departments = departments_to_log_for(request.user)
    if not departments:
        raise permissions.NotAllowed("You may not log initiatives for any department.")
    form = InitiativeForm(request.POST or None, departments=departments)
    if form.is_valid():
        logged = initiatives.log_initiative(**form.said(), by=request.user, at=timezone.now())
        messages.success(request, "Saved as a draft. Nothing is sent; lock the plan before launch.")
        return redirect("initiative", pk=logged.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
def initiative_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    initiative = _initiative(pk)
    permissions.check_can_change_initiative(request.user, initiative.department)
    try:
        initiatives.check_status(initiative, "change")
        form = InitiativeForm(
            request.POST or None,
            departments=departments_to_log_for(request.user),
            initial=InitiativeForm.initial_of(initiative),
            is_new=False,
        )
        if form.is_valid():
            initiatives.change_initiative(
                initiative=initiative, **form.said(), by=request.user, at=timezone.now()
            )
            messages.success(request, "The draft is saved.")
            return redirect("initiative", pk=pk)
    except RefusedError as refused:
        return _refused(request, pk, refused)
    return _form_page(request, form, initiative)


@require_POST
def initiative_check(request: SignedInRequest) -> HttpResponse:
    """Say what the sheet says of the answers so far; the fragment beside the form."""
    departments = departments_to_log_for(request.user)
    form = InitiativeForm(request.POST, departments=departments)
    form.is_valid()
    draft = request.GET.get("draft", "")
    says = _said_of(form, int(draft) if draft.isdecimal() and len(draft) <= ID_DIGITS else None)
    return render(request, "campaigns/form.html#feedback", {"sheet": says})


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
            return act(request, _initiative(pk))
        except RefusedError as refused:
            return _refused(request, pk, refused)

    return view


@step
def initiative_discard(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Throw a draft away."""
    initiatives.discard_draft(initiative=initiative, by=request.user, at=timezone.now())
    messages.success(request, f"The draft “{initiative}” is deleted.")
    return redirect("initiatives")


@step
def initiative_lock(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Lock the plan; where rules stand in the way, the page that says which."""
    try:
        plans.lock_plan(initiative=initiative, by=request.user, at=timezone.now())
    except plans.RulesBrokenError as broken:
        rules = counted(len(broken.breaches), "rule")
        messages.error(request, f"The plan is not locked: it breaks {rules} of the sheet.")
        return redirect("initiative_waive", pk=initiative.pk)
    messages.success(request, "The plan is locked. Launch when you are ready.")
    return redirect("initiative", pk=initiative.pk)


@step
def initiative_launch(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Launch."""
    plans.launch(initiative=initiative, by=request.user, at=timezone.now())
    messages.success(request, "Launched.")
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


@step
def initiative_comment(request: SignedInRequest, initiative: Initiative) -> HttpResponse:
    """Comment."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return mistaken(request, initiative, form)
    text = form.cleaned_data["text"]
    initiatives.comment(initiative=initiative, text=text, by=request.user, at=timezone.now())
    messages.success(request, "Your comment is in the history.")
    return redirect("initiative", pk=initiative.pk)


@require_http_methods(["GET", "POST"])
def initiative_waive(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the rules that stand in the way; waive one with a reason and a last day."""
    initiative, today = _initiative(pk), timezone.localdate()
    says = sheet_says(initiative, today)
    first = {"rule": says.standing[0].rule_id} if says.standing else {}
    broken = says.standing + says.waived
    form = WaiveForm(request.POST or None, broken=broken, today=today, initial=first)
    if form.is_valid():
        rule, reason, ends_on = form.said()
        try:
            plans.waive_rule(
                initiative=initiative,
                rule=rule,
                reason=reason,
                ends_on=ends_on,
                by=request.user,
                at=timezone.now(),
            )
        except RefusedError as refused:
            return _refused(request, pk, refused)
        messages.success(request, "The rule is waived. The reason stands in the history.")
        return redirect("initiative", pk=pk)
    context = {
        "initiative": initiative,
        "sheet": says,
        "form": form,
        "may": steps(initiative, request.user),
    }
    return render(
        request, "campaigns/rules.html", context, status=MISTAKES if form.is_bound else None
    )


def _initiative(pk: int) -> Initiative:
    return get_object_or_404(Initiative.objects.select_related("department"), pk=pk)


def _form_page(
    request: SignedInRequest, form: InitiativeForm, initiative: Initiative | None
) -> HttpResponse:
    says = None
    if form.is_bound:
        says = _said_of(form, initiative.pk if initiative else None)
    elif initiative:
        says = sheet_says(initiative, timezone.localdate())
    context = {"form": form, "initiative": initiative, "sheet": says}
    status = MISTAKES if form.is_bound else None
    return render(request, "campaigns/form.html", context, status=status)


def _said_of(form: InitiativeForm, draft: int | None) -> SheetSays:
    """Return what the sheet says of the answers so far, with the waivers of the draft."""
    return judged(
        form.facts(),
        form.cleaned_data.get("mode", ""),
        rules_in_force(),
        waivers_of(draft) if draft else [],
        timezone.localdate(),
        leave_out=form.asked_anyway(),
    )


def mistaken(request: SignedInRequest, initiative: Initiative, form: forms.Form) -> HttpResponse:
    """Say what is wrong with what was sent, on the initiative's page."""
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect("initiative", pk=initiative.pk)


def _refused(request: SignedInRequest, pk: int, refused: RefusedError) -> HttpResponse:
    messages.error(request, str(refused))
    return redirect("initiative", pk=pk)
