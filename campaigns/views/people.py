"""Who gets an initiative: choosing the audience, drawing the arms, handing people over."""

import csv
from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions import audiences, deliveries, holdout, sent_counts
from campaigns.actions.initiatives import RefusedError
from campaigns.forms.audiences import ChooseForm, DeliverForm, DrawForm
from campaigns.models import Delivery, Initiative
from campaigns.queries.deliveries import delivery_lines
from campaigns.queries.people import people_page
from customers.intake.rejected import inert
from strategy import permissions
from strategy.models import Department, Person
from strategy.views import MISTAKES, SignedInRequest


class _Echo:
    """Gives back what a csv.writer writes, so that it can be streamed."""

    def write(self, text: str) -> str:
        return text


@require_safe
def initiative_people(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show who gets it, who is held out, and who was really contacted."""
    permissions.check_can_see_customers(request.user)
    return _page(request, _initiative(pk))


@require_POST
def initiative_audience(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose the audience."""
    form = ChooseForm(request.POST)
    may = permissions.check_can_make_audience
    done = "Who it is for is saved."
    return _changed(request, pk, may, audiences.choose_audience, done, choose_form=form)


@require_POST
def initiative_draw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have the arms drawn."""
    form = DrawForm(request.POST)
    may = permissions.check_can_draw_arms
    done = "The arms are being drawn."
    return _changed(request, pk, may, holdout.give_draw, done, draw_form=form)


@require_POST
def initiative_deliver(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose who is handed over now; the page then offers the file."""
    form = DeliverForm(request.POST)
    may = permissions.check_can_take_people
    done = "The file is ready below. Everybody in it is noted."
    return _changed(request, pk, may, deliveries.make_delivery, done, deliver_form=form)


@require_safe
def delivery_csv(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a delivery as CSV; whoever may no longer be contacted is not in it any more."""
    delivery = get_object_or_404(Delivery.objects.select_related("initiative__department"), pk=pk)
    try:
        deliveries.note_taken(delivery=delivery, by=request.user, at=timezone.now())
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("initiative_people", pk=delivery.initiative_id)
    writer = csv.writer(_Echo())
    name = f"{delivery.initiative.key}-{delivery.pk}.csv"
    return StreamingHttpResponse(
        (writer.writerow([inert(cell) for cell in line]) for line in delivery_lines(delivery)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _initiative(pk: int) -> Initiative:
    found = Initiative.objects.select_related("department", "audience_version__audience")
    return get_object_or_404(found, pk=pk)


def _changed(
    request: SignedInRequest,
    pk: int,
    check: Callable[[Person, Department], None],
    act: Callable[..., object],
    done: str,
    **forms: Form,
) -> HttpResponse:
    """Act on what the one form says, and show the page again, with what is wrong if anything is."""
    initiative = _initiative(pk)
    check(request.user, initiative.department)
    (form,) = forms.values()
    if not form.is_valid():
        return _page(request, initiative, **forms)
    try:
        act(initiative=initiative, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("initiative_people", pk=pk)


def _page(request: SignedInRequest, initiative: Initiative, **mistaken: Form) -> HttpResponse:
    asked = sent_counts.ask(initiative=initiative, at=timezone.now())
    context = {
        "it": people_page(
            initiative,
            request.user,
            timezone.localtime(),
            count=asked.found,
            is_anybody_treated=asked.is_anybody_treated,
        ),
        "is_counting": asked.is_counting,
        "choose_form": ChooseForm(initial={"version": initiative.audience_version}),
        "draw_form": DrawForm(),
        "deliver_form": DeliverForm(),
    }
    status = MISTAKES if mistaken else None
    name = "campaigns/people.html#sent" if request.htmx else "campaigns/people.html"
    response = render(request, name, context | mistaken, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
