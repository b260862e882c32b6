"""Deciding which records are one person, and what was decided."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import replace_url

from customers.actions import review
from customers.actions.looks import CHECKING_A_LINK, note_review, reveal
from customers.actions.review import AlreadyRuledError, NotProposedError, Step
from customers.forms import MadeFilters, ReasonForm
from customers.models import Customer, Proposal, Ruling
from customers.queries.looks import hidden_in, revealed_until
from customers.queries.made import chosen, made, made_rows, who_ruled
from customers.queries.pairs import find_proposal, pair
from customers.queries.passes import passes, passes_answer
from customers.queries.review import first_waiting, waiting_answer, why_empty
from strategy.language.words import counted
from strategy.permissions import can_reveal, check_can_rule
from strategy.views import SignedInRequest

PAGE = "customers/links.html"
LINKS_A_PAGE = 50
STEPS = "link_steps"
"""The part of a session that holds what its person did last, so that it can be taken back."""
STEPS_KEPT = 20
SAID = {
    "joined": "Joined: they become one customer in a moment.",
    "apart": "Kept apart: no machine will join them.",
    "later": "Put off for a week.",
}


@require_safe
def links(request: SignedInRequest) -> HttpResponse:
    """Show the pair that is asked next."""
    check_can_rule(request.user)
    return _show(request, first_waiting(timezone.now()))


@require_safe
def link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one pair, wherever it stands in the queue and also where it was decided."""
    check_can_rule(request.user)
    if not Proposal.objects.filter(pk=pk).exists():
        raise Http404
    return _show(request, pk)


@require_POST
def link_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an answer on a pair, and show the next."""
    check_can_rule(request.user)
    said = request.POST.get("answer", "")
    now = timezone.now()
    try:
        if said == "later":
            step = review.put_off(proposal_id=pk, by=request.user, at=now)
        elif said in Ruling.Answer:
            decided = Ruling.Answer(said)
            step = review.answer(proposal_id=pk, answer=decided, by=request.user, at=now)
        else:
            raise Http404
    except (NotProposedError, AlreadyRuledError) as reason:
        messages.error(request, str(reason))
    else:
        _remember(request, step, pk)
        messages.success(request, SAID[said])
    return _next(request, None)


@require_POST
def link_reveal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show both people's details in clear for a while, for a reason that is logged of each."""
    check_can_rule(request.user)
    proposal = find_proposal(pk)
    if proposal is None:
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        now, reason = timezone.now(), form.cleaned_data["reason"]
        for customer in _customers(proposal):
            reveal(customer=customer, by=request.user, at=now, reason=reason)
    else:
        messages.error(request, "Choose the reason why you need it.")
    return _next(request, pk, read="both")


@require_POST
def links_undo(request: SignedInRequest) -> HttpResponse:
    """Take back what this person did last, and show what it was about."""
    check_can_rule(request.user)
    steps = request.session.get(STEPS, [])
    if not steps:
        messages.error(request, "There is nothing of yours to undo.")
        return _next(request, None)
    *request.session[STEPS], last = steps
    step = Step(**last["step"])
    count = review.take_back(step=step, by=request.user, at=timezone.now())
    if count:
        messages.success(request, f"{counted(count, 'decision', capital=True)} taken back.")
    else:
        messages.error(request, "Somebody has changed that meanwhile; nothing was undone.")
    if last["pair"] is None:
        return redirect("links_made")
    return _next(request, last["pair"])


@require_safe
def links_made(request: SignedInRequest) -> HttpResponse:
    """Show what people ruled and what likeness linked, and how the last passes went."""
    check_can_rule(request.user)
    now = timezone.localtime()
    filters = MadeFilters(request.GET, people=who_ruled())
    page = Paginator(made(**filters.chosen()), LINKS_A_PAGE).get_page(request.GET.get("page"))
    runs = passes(now)
    context = {
        "answer": passes_answer(runs),
        "passes": runs,
        "filters": filters,
        "is_filtered": any(filters.chosen().values()),
        "page": page,
        "rows": made_rows(list(page), now),
        "can_undo": bool(request.session.get(STEPS)),
    }
    return render(request, "customers/links_made.html", context)


@require_POST
def links_made_undo(request: SignedInRequest) -> HttpResponse:
    """Undo the links that were ticked; one press takes that back."""
    check_can_rule(request.user)
    rulings, proposals = chosen(request.POST.getlist("chosen"))
    step = review.undo_many(
        rulings=rulings, proposals=proposals, by=request.user, at=timezone.now()
    )
    if step.size:
        _remember(request, step, None)
        messages.success(request, f"{counted(step.size, 'link', capital=True)} undone.")
    else:
        messages.error(request, "Tick the links to undo first.")
    return redirect("links_made")


def _remember(request: SignedInRequest, step: Step, pk: int | None) -> None:
    """Keep what was done with the session; `pk` is the pair that it was about, if one."""
    done = {"step": step._asdict(), "pair": pk}
    request.session[STEPS] = [*request.session.get(STEPS, []), done][-STEPS_KEPT:]


def _next(request: SignedInRequest, pk: int | None, *, read: str = "queue") -> HttpResponse:
    """Go on to a pair, or to the one that is asked next; `read` is what htmx's reader hears."""
    if pk is not None and not Proposal.objects.filter(pk=pk).exists():
        pk = None
    if not request.htmx:
        return redirect("links") if pk is None else redirect("link", pk)
    following = first_waiting(timezone.now()) if pk is None else pk
    return replace_url(_show(request, following, read=read), reverse("links"))


def _show(request: SignedInRequest, pk: int | None, *, read: str = "") -> HttpResponse:
    now = timezone.now()
    proposal = None if pk is None else find_proposal(pk)
    context: dict[str, Any] = {
        "answer": waiting_answer(now),
        "read": read,
        "can_undo": bool(request.session.get(STEPS)),
    }
    if proposal is None:
        context["why_empty"] = why_empty(now)
    else:
        customers = {each.public_id for each in _customers(proposal)}
        note_review(customers=customers, by=request.user, at=now)
        until = [revealed_until(request.user, public_id, now) for public_id in customers]
        known = [each for each in until if each is not None]
        both = min(known) if len(known) == len(until) else None
        context["pair"] = pair(proposal, both)
        context["hidden_in"] = hidden_in(both, now)
        if can_reveal(request.user):
            context["reveal_form"] = ReasonForm(initial={"reason": CHECKING_A_LINK})
    response = render(request, f"{PAGE}#pair" if request.htmx else PAGE, context)
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response


def _customers(proposal: Proposal) -> list[Customer]:
    """Return the one or two customers that a pair out of `find_proposal` belongs to."""
    found = {each.customer_id: each.customer for each in (proposal.a, proposal.b)}
    return list(found.values())
