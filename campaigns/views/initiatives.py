"""The form of an initiative: it answers and keeps what is typed as it is filled in."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import replace_url

from campaigns.actions import initiatives
from campaigns.actions.initiatives import RefusedError
from campaigns.actions.sketches import drop_sketch, keep_sketch
from campaigns.forms import InitiativeForm
from campaigns.models import Initiative, Sketch
from campaigns.queries.answers import answers_of
from campaigns.queries.beginnings import beginning_of, beginnings, earlier_one
from campaigns.queries.initiatives import departments_to_log_for
from campaigns.queries.rules import SheetSays, judged, rules_in_force, waivers_of
from campaigns.queries.sketches import Typed, kept, sketch_of, sketch_of_draft, sketches_of
from campaigns.views.life import initiative_of, refused
from strategy import permissions
from strategy.views import MISTAKES, SignedInRequest

ID_DIGITS = 18


@require_http_methods(["GET", "POST"])
def initiative_new(request: SignedInRequest) -> HttpResponse:
    """Log an initiative: from nothing, a template, an earlier one, or what was typed before."""
    departments = departments_to_log_for(request.user)
    if not departments:
        raise permissions.NotAllowed("You may not log initiatives for any department.")
    if request.method == "POST":
        form = InitiativeForm(request.POST, departments=departments)
        if form.is_valid():
            now = timezone.now()
            logged = initiatives.log_initiative(**form.said(), by=request.user, at=now)
            if sketch_id := _whole(request.POST.get("sketch", "")):
                drop_sketch(sketch_id=sketch_id, by=request.user)
            messages.success(request, "Saved as a draft. Nothing is sent; propose it when ready.")
            return redirect("initiative", pk=logged.pk)
        return _form_page(request, form, None, None)
    typed = None
    initial: dict[str, Any] = {}
    if sketch_id := _whole(request.GET.get("sketch", "")):
        typed = sketch_of(request.user, sketch_id)
        initial = _as_typed(typed)
    elif copy_of := _whole(request.GET.get("copy", "")):
        earlier = earlier_one(copy_of)
        initial = InitiativeForm.copy_of(earlier, departments) if earlier else {}
    elif template := request.GET.get("template"):
        initial = beginning_of(template, departments)
    form = InitiativeForm(departments=departments, initial=initial)
    return _form_page(request, form, None, typed)


@require_http_methods(["GET", "POST"])
def initiative_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft; what was typed before and not saved is shown first."""
    initiative = initiative_of(pk)
    permissions.check_can_change_initiative(request.user, initiative.department)
    departments = departments_to_log_for(request.user)
    try:
        initiatives.check_status(initiative, "change")
        typed = sketch_of_draft(request.user, initiative)
        form = InitiativeForm(
            request.POST or None,
            departments=departments,
            initial=InitiativeForm.initial_of(initiative) | _as_typed(typed),
            is_new=False,
        )
        if form.is_valid():
            initiatives.change_initiative(
                initiative=initiative, **form.said(), by=request.user, at=timezone.now()
            )
            if typed:
                drop_sketch(sketch_id=typed.pk, by=request.user)
            messages.success(request, "The draft is saved.")
            return redirect("initiative", pk=pk)
    except RefusedError as error:
        return refused(request, pk, error)
    return _form_page(request, form, initiative, typed)


@require_POST
def initiative_check(request: SignedInRequest) -> HttpResponse:
    """Answer what is filled in so far, and keep it; the fragment beside the form."""
    departments = departments_to_log_for(request.user)
    form = InitiativeForm(request.POST, departments=departments)
    form.is_valid()
    now = timezone.now()
    draft_id = _whole(request.GET.get("draft", ""))
    sketch = _keep(request, draft_id, at=now) if departments else None
    context = {
        **_answers(form, draft_id, now),
        "sketch": sketch and {"pk": sketch.pk, "kept": kept(sketch)},
    }
    response = render(request, "campaigns/form.html#feedback", context)
    if sketch and not draft_id:
        replace_url(response, f"{reverse('initiative_new')}?sketch={sketch.pk}")
    return response


@require_POST
def sketch_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget what was typed and not saved."""
    draft = Sketch.objects.filter(pk=pk, person=request.user).values_list("initiative", flat=True)
    draft_id = draft.first()
    if drop_sketch(sketch_id=pk, by=request.user):
        messages.success(request, "What you had typed is forgotten.")
    if draft_id:
        return redirect("initiative_edit", pk=draft_id)
    return redirect("initiative_new")


def _keep(request: SignedInRequest, draft_id: int | None, *, at: datetime) -> Sketch | None:
    """Keep what is typed; of a draft only where the person may change it."""
    draft = None
    if draft_id:
        draft = Initiative.objects.select_related("department").filter(pk=draft_id).first()
        if draft is None or draft.status != Initiative.Status.DRAFT:
            return None
        if not permissions.can_change_initiative(request.user, draft.department):
            return None
    fields = InitiativeForm.base_fields
    answers = {name: request.POST.getlist(name) for name in fields if name in request.POST}
    sketch_id = _whole(request.POST.get("sketch", ""))
    return keep_sketch(
        answers=answers, initiative=draft, sketch_id=sketch_id, by=request.user, at=at
    )


def _form_page(
    request: SignedInRequest,
    form: InitiativeForm,
    initiative: Initiative | None,
    typed: Typed | None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "initiative": initiative, "typed": typed}
    asked = form if form.is_bound else _asked(form)
    if form.is_bound or form.initial.get("name"):
        context |= _answers(asked, initiative.pk if initiative else None, timezone.now())
    if typed:
        context["sketch"] = {"pk": typed.pk, "kept": typed.kept}
    if initiative is None and not form.is_bound:
        context |= {
            "sketches": [] if typed else sketches_of(request.user),
            "beginnings": beginnings(form.departments),
        }
    status = MISTAKES if form.is_bound else None
    return render(request, "campaigns/form.html", context, status=status)


def _asked(form: InitiativeForm) -> InitiativeForm:
    """Return the form as if what it shows had been sent, to be answered before it is."""
    shown: MultiValueDict[str, str] = MultiValueDict()
    for field in form:
        value = field.value()
        many = value if isinstance(value, list | tuple) or hasattr(value, "all") else [value]
        shown.setlist(
            field.name, [str(getattr(one, "pk", one)) for one in many if one not in {None, ""}]
        )
    asked = InitiativeForm(shown, departments=form.departments)
    asked.is_valid()
    return asked


def _answers(form: InitiativeForm, draft_id: int | None, now: datetime) -> dict[str, Any]:
    return {
        "sheet": _said_of(form, draft_id),
        "answers": answers_of(form.draft(draft_id), now),
    }


def _said_of(form: InitiativeForm, draft_id: int | None) -> SheetSays:
    """Return what the sheet says of the answers so far, with the waivers of the draft."""
    return judged(
        form.facts(draft_id),
        form.cleaned_data.get("mode", ""),
        rules_in_force(),
        waivers_of(draft_id) if draft_id else [],
        timezone.localdate(),
        leave_out=form.asked_anyway(),
    )


def _as_typed(typed: Typed | None) -> dict[str, Any]:
    """Return what was typed as the form's first values."""
    if typed is None:
        return {}
    many = {"goals", "uses", "guardrails"}
    absent: dict[str, Any] = {name: [] for name in many}
    return absent | {
        name: texts if name in many else texts[-1] for name, texts in typed.answers.items()
    }


def _whole(text: str) -> int | None:
    """Return an id typed into an address, None when it is none."""
    return int(text) if text.isdecimal() and len(text) <= ID_DIGITS else None
