"""Audiences: the list, one, the builder with its live count; and the company's holdout."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions import audiences as actions
from campaigns.actions.company_holdout import set_company_holdout
from campaigns.audience.definition import EVERYBODY, Definition, mistakes_in
from campaigns.audience.fields import FIELDS
from campaigns.forms.audiences import (
    GROUP_CHOICES,
    MATCH_CHOICES,
    AudienceForm,
    HoldoutForm,
    drafted,
    shown,
)
from campaigns.models import Audience
from campaigns.queries.audiences import (
    Counted,
    audience_page,
    audience_rows,
    choices,
    counted,
    newest_definition,
)
from campaigns.queries.people import company_holdout
from strategy import permissions
from strategy.models import Department
from strategy.views import MISTAKES, SignedInRequest


@require_safe
def audiences(request: SignedInRequest) -> HttpResponse:
    """List the audiences, and whom the whole company leaves alone."""
    permissions.check_can_see_customers(request.user)
    return _list(request, HoldoutForm())


@require_POST
def company_holdout_set(request: SignedInRequest) -> HttpResponse:
    """Set the share of customers whom the whole company leaves alone."""
    permissions.check_can_hold_out(request.user)
    form = HoldoutForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    set_company_holdout(
        share=form.share_of_one(),
        salt=form.cleaned_data["salt"],
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "Set. Who is held out is being drawn.")
    return redirect("audiences")


@require_safe
def audience(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one audience: how many it is today, what it says and said."""
    permissions.check_can_see_customers(request.user)
    found = _audience(pk)
    now = timezone.localtime()
    context = {
        "it": audience_page(found, now),
        "counted": counted(newest_definition(found), now),
        "may_change": permissions.can_make_audience(request.user, found.department),
    }
    return render(request, "campaigns/audience.html", context)


@require_http_methods(["GET", "POST"])
def audience_new(request: SignedInRequest) -> HttpResponse:
    """Make an audience; any button but the one that saves shows the form again."""
    departments = _departments(request)
    if not departments:
        raise permissions.NotAllowed("You may not make audiences for any department.")
    return _edit(request, None, departments)


@require_http_methods(["GET", "POST"])
def audience_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let an audience say something else, as a new version."""
    found = _audience(pk)
    permissions.check_can_make_audience(request.user, found.department)
    return _edit(request, found, [found.department])


@require_POST
def audience_look(request: SignedInRequest) -> HttpResponse:
    """Count what the form says so far; to whoever chose another field, the rows anew."""
    permissions.check_can_see_customers(request.user)
    definition = drafted(request.POST)
    if "rows" in request.GET:
        context = _builder(definition)
        return render(request, "campaigns/audience_form.html#builder", context)
    context = {"counted": _counted(definition), "mistakes": mistakes_in(definition)}
    return render(request, "campaigns/audience_form.html#count", context)


def _edit(
    request: SignedInRequest, found: Audience | None, departments: list[Department]
) -> HttpResponse:
    definition = newest_definition(found) if found else EVERYBODY
    initial = (
        {"name": found.name, "department": found.department, "way": found.way}
        if found
        else {"department": departments[0], "way": Audience.Way.FROZEN}
    )
    sent = request.POST if request.method == "POST" else None
    is_saving = sent is not None and sent.get("act", "save") == "save"
    form = AudienceForm(sent if is_saving else None, departments=departments, initial=initial)
    if found:
        form.fields["name"].disabled = form.fields["department"].disabled = True
    if sent is not None:
        definition = drafted(sent)
        if not is_saving:
            typed = {name: sent[name] for name in form.fields if sent.get(name)}
            form.initial = {**initial, **typed}
    mistakes = mistakes_in(definition) if is_saving else []
    if is_saving and form.is_valid() and not mistakes:
        try:
            saved = _save(request, found, form, definition)
        except actions.NameTakenError as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, "Saved.")
            return redirect("audience", pk=saved.pk)
    for mistake in mistakes:
        form.add_error(None, mistake)
    context = {
        "form": form,
        "audience": found,
        "counted": _counted(definition),
        "mistakes": mistakes,
    } | _builder(definition)
    status = MISTAKES if form.is_bound else None
    return render(request, "campaigns/audience_form.html", context, status=status)


def _save(
    request: SignedInRequest, found: Audience | None, form: AudienceForm, definition: Definition
) -> Audience:
    said, by, at = form.cleaned_data, request.user, timezone.now()
    if found is None:
        return actions.make_audience(definition=definition, by=by, at=at, **said).audience
    return actions.change_audience(
        audience=found, way=said["way"], definition=definition, by=by, at=at
    ).audience


def _builder(definition: Definition) -> dict[str, object]:
    return {
        "groups": shown(definition, choices()),
        "match": definition.match,
        "fields": [(field.name, field.label) for field in FIELDS.values()],
        "matches": MATCH_CHOICES,
        "group_matches": GROUP_CHOICES,
    }


def _counted(definition: Definition) -> Counted | None:
    return None if mistakes_in(definition) else counted(definition, timezone.localtime())


def _list(request: SignedInRequest, form: HoldoutForm) -> HttpResponse:
    context = {
        "rows": audience_rows(),
        "holdout": company_holdout(),
        "form": form,
        "may_make": bool(_departments(request)),
        "may_hold_out": permissions.can_hold_out(request.user),
    }
    status = MISTAKES if form.is_bound else None
    return render(request, "campaigns/audiences.html", context, status=status)


def _departments(request: SignedInRequest) -> list[Department]:
    every = Department.objects.order_by("name")
    return [one for one in every if permissions.can_make_audience(request.user, one)]


def _audience(pk: int) -> Audience:
    return get_object_or_404(Audience.objects.select_related("department"), pk=pk)
