"""What the law asks for: consent, who looked at whom, a copy of everything, erasure.

Pages and files of one customer take any id that leads to them.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from customers.actions.answers import note_taken
from customers.actions.consent import note_answer
from customers.actions.erasure import NobodyError, NotConfirmedError, ask
from customers.actions.looks import note_export, note_looks_taken, note_view
from customers.forms import AnswerForm, EraseForm, LookFilters, ReasonForm
from customers.intake.fields import CONSENTS
from customers.intake.rejected import inert
from customers.models import Customer, Erasure
from customers.queries.consent import consents_of, every_answer, register, register_answer
from customers.queries.copies import Section, everything, plain
from customers.queries.looks import (
    all_looks,
    hidden_in,
    look_lines,
    look_row,
    looks_answer,
    looks_at,
    revealed_until,
    unusual_looks,
)
from customers.queries.people import find_customer
from customers.queries.privacy import certificate, certificates, details, held
from strategy import permissions
from strategy.views import MISTAKES, SignedInRequest

LOOKS_A_PAGE = 100


class _Echo:
    """Gives back what a csv.writer writes, so that it can be streamed."""

    def write(self, text: str) -> str:
        return text


@require_safe
def looks(request: SignedInRequest) -> HttpResponse:
    """Show who looked at whom; what is unusual comes first."""
    permissions.check_can_read_looks(request.user)
    chosen = LookFilters(request.GET, queryset=all_looks())
    page = Paginator(chosen.qs, LOOKS_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "answer": looks_answer(now),
        "filters": chosen.form,
        "page": page,
        "rows": [look_row(look) for look in page],
        "unusual": unusual_looks(now),
    }
    return render(request, "customers/looks.html", context)


@require_safe
def looks_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """Send the log, filtered as the page is; that it was taken is logged."""
    note_looks_taken(by=request.user, at=timezone.now())
    return _csv(look_lines(LookFilters(request.GET, queryset=all_looks()).qs), "looks.csv")


@require_safe
def consents(request: SignedInRequest) -> HttpResponse:
    """Show how many customers allow what."""
    permissions.check_can_see_consents(request.user)
    rows = register()
    return render(
        request, "customers/consents.html", {"answer": register_answer(rows), "rows": rows}
    )


@require_safe
def consents_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """Send every answer ever told, by columns that an import takes."""
    note_taken(by=request.user, at=timezone.now())
    header = [field.name for field in CONSENTS.fields]
    lines = (
        [
            one.record.source.key,
            one.record.external_id,
            one.channel,
            one.purpose,
            "yes" if one.is_allowed else "no",
            one.told_at.isoformat(),
            one.evidence,
        ]
        for one in every_answer()
    )
    return _csv(_with(header, lines), "consents.csv")


@require_safe
def customer_privacy(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show what a customer allows; to some also who looked at them, and what can be asked for.

    Somebody who was forgotten has a certificate instead.
    """
    if permissions.can_erase(request.user) and Erasure.objects.filter(
        customer=public_id, done_at__isnull=False
    ):
        return redirect("erasure", public_id)
    customer = _customer(public_id)
    permissions.check_can_note_consent(request.user)
    if customer.public_id != public_id:
        return redirect("customer_privacy", customer.public_id)
    return _privacy(request, customer)


@require_POST
def customer_consent(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Note what a customer told one of us."""
    customer = _customer(public_id)
    permissions.check_can_note_consent(request.user)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _privacy(request, customer, answer_form=form)
    said = form.cleaned_data
    note_answer(
        customer=customer,
        channel=said["channel"],
        purpose=said["purpose"].lower(),
        is_allowed=said["answer"] == "yes",
        evidence=said["evidence"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "Noted. It holds from now on.")
    return redirect("customer_privacy", customer.public_id)


@require_POST
def customer_copy(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """Send everything that is held of a customer, as JSON or to be read and printed."""
    customer = _customer(public_id)
    permissions.check_can_take_copy(request.user)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _privacy(request, customer, copy_form=form)
    now = timezone.now()
    reason = form.cleaned_data["reason"]
    note_export(customer=customer, by=request.user, at=now, reason=reason)
    sections = everything(customer.pk)
    if request.POST.get("as") == "json":
        return _file(_as_json(sections), "copy.json", "application/json")
    return _file(_as_page(sections), "copy.html", "text/html; charset=utf-8")


@require_POST
def customer_erase(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Have a customer forgotten; the certificate's page says how far it is."""
    customer = _customer(public_id)
    permissions.check_can_erase(request.user)
    form = EraseForm(request.POST)
    if form.is_valid():
        try:
            asked = ask(
                public_id=public_id,
                confirmation=form.cleaned_data["confirmation"],
                by=request.user,
                at=timezone.now(),
            )
        except NotConfirmedError as mistake:
            form.add_error("confirmation", str(mistake))
        except NobodyError:
            raise Http404 from None
        else:
            return redirect("erasure", asked.customer)
    return _privacy(request, customer, erase_form=form)


@require_safe
def erasures(request: SignedInRequest) -> HttpResponse:
    """Show everybody who was forgotten, by ids that nobody has any more."""
    permissions.check_can_erase(request.user)
    return render(request, "customers/erasures.html", {"rows": certificates()})


@require_safe
def erasure(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the certificate of an erasure, without a word about the person."""
    permissions.check_can_erase(request.user)
    return render(request, "customers/erasure.html", {"it": certificate(_erasure(public_id))})


@require_safe
def erasure_json(request: SignedInRequest, public_id: UUID) -> JsonResponse:
    """Send the certificate of an erasure."""
    permissions.check_can_erase(request.user)
    found = _erasure(public_id)
    return JsonResponse(
        {
            "customer": str(found.customer),
            "asked_at": found.asked_at,
            "done_at": found.done_at,
            "removed": found.removed,
        }
    )


def _privacy(request: SignedInRequest, customer: Customer, **sent: forms.Form) -> HttpResponse:
    """Show a customer's page, with what was sent where it could not be taken; that is a look."""
    person, now = request.user, timezone.now()
    note_view(customer=customer, by=person, at=now)
    until = revealed_until(person, customer.public_id, now)
    may_read = permissions.can_read_looks(person)
    theirs = held(customer.pk)
    context = {
        "customer": customer.public_id,
        "held": theirs,
        "rows": consents_of(customer.pk),
        "revealed_until": until,
        "hidden_in": hidden_in(until, now),
        "details": details(customer.pk, in_clear=until is not None),
        "looks": looks_at(theirs.ids) if may_read else [],
        "may_read_looks": may_read,
        "may_take_copy": permissions.can_take_copy(person),
        "may_erase": permissions.can_erase(person),
        "copy_form": ReasonForm(auto_id="copy_%s"),
        "answer_form": AnswerForm(auto_id="answer_%s"),
        "erase_form": EraseForm(auto_id="erase_%s"),
    } | sent
    status = MISTAKES if sent else None
    response = render(request, "customers/privacy.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _customer(public_id: UUID) -> Customer:
    found = find_customer(public_id)
    if found is None:
        raise Http404
    return Customer.objects.get(pk=found.customer_id)


def _erasure(public_id: UUID) -> Erasure:
    return get_object_or_404(Erasure.objects.select_related("asked_by", "work"), customer=public_id)


def _as_json(sections: Iterable[Section]) -> Iterator[str]:
    yield "{"
    for place, section in enumerate(sections):
        yield f"{', ' if place else ''}{json.dumps(section.title)}: ["
        for nth, line in enumerate(section.lines):
            said = {name: plain(value) for name, value in line.items()}
            yield f"{',' if nth else ''}\n  {json.dumps(said, ensure_ascii=False)}"
        yield "]\n"
    yield "}\n"


HERE = "<!-- here -->"
"""Where in the frame of a copy its sections go, as they are read."""


def _as_page(sections: Iterable[Section]) -> Iterator[str]:
    begin, end = render_to_string("customers/copy.html").lstrip().split(HERE)
    yield begin
    for section in sections:
        yield render_to_string("customers/copy.html#section", {"title": section.title})
        for line in section.lines:
            said = [(name.replace("_", " "), plain(value)) for name, value in line.items()]
            yield render_to_string("customers/copy.html#line", {"said": said})
    yield end


def _with(header: list[str], lines: Iterable[list[str]]) -> Iterator[list[str]]:
    yield header
    yield from lines


def _csv(lines: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    """Send lines as CSV that no spreadsheet takes for formulas."""
    writer = csv.writer(_Echo())
    texts = (writer.writerow([inert(cell) for cell in line]) for line in lines)
    return _file(texts, name, "text/csv; charset=utf-8")


def _file(texts: Iterable[str], name: str, content_type: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        texts,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
