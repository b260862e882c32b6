"""The index of reports, a measure over time, and who comes again."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from customers.intake.rejected import inert
from reports.actions.asks import Answer, ask
from reports.charts.measure import measure_chart
from reports.forms import ExplorerFilter
from reports.measures.windows import Window
from reports.queries.cohorts import (
    cohort_rows,
    cohorts_answer,
    first_of_month,
    lacking_orders,
    rfm_answer,
    rfm_rows,
)
from reports.queries.definitions import definition
from reports.queries.explorer import (
    Explored,
    asked_points,
    explored,
    is_kept,
    kept_points,
    versions_of,
    windows_of,
)
from reports.queries.freshness import as_of, counted_at, is_counting, lacking, source_rows
from reports.queries.measures import measure_index
from reports.queries.questions import of_cohorts, of_measure, of_rfm
from strategy.models import Measure
from strategy.permissions import can_administer
from strategy.views import MISTAKES, SignedInRequest


class Report(NamedTuple):
    """A page that the index of reports names: the name of its address, and what it answers."""

    address: str
    name: str
    asks: str


REPORTS = [
    Report("cohorts", "Who comes again", "Retention by month of first order, and RFM scores."),
    Report("pressure", "Contact pressure", "How many contacts customers get, and will get."),
    Report("clashes", "Clashes", "Which initiatives want the same customers at once."),
    Report("portfolio", "Portfolio", "What all tests add up to; what to stop and what to widen."),
    Report("claims", "Claims", "Uplifts that somebody states, beside what the data say."),
    Report("evaluate", "Judge a file", "Any randomised test, from its file."),
    Report("breaches", "Broken rules", "What was sent against the sheet, by department."),
]
"""Pages beside the measures themselves, in the order of the index."""


class _Asked(NamedTuple):
    """What a page of one measure was asked for, and what is known."""

    form: ExplorerFilter
    measure: Measure
    versions: list[Measure]
    found: Explored | None
    answer: Answer


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """List the reports, and every measure as it stands."""
    context = {
        "reports": REPORTS,
        "measures": measure_index(timezone.now()),
        "may_administer": can_administer(request.user),
        "counting": is_counting(),
        "as_of": as_of(counted_at()),
    }
    return render(request, "reports/reports.html", context)


@require_safe
def measure(request: SignedInRequest, key: str) -> HttpResponse:
    """Show a measure over time, by the cut and the windows in the address."""
    asked = _asked(request, key)
    context = {
        "measure": asked.measure,
        "versions": asked.versions,
        "filters": asked.form,
        "found": asked.found,
        "counting": asked.answer.is_counting,
        "refusal": asked.answer.refusal,
        "chart": measure_chart(asked.measure, asked.found) if asked.found else None,
        "may_administer": can_administer(request.user),
        "as_of": as_of(asked.answer.as_of),
        "stale": _stale(asked),
    }
    name = "reports/measure.html"
    response = render(
        request,
        f"{name}#found" if request.htmx else name,
        context,
        status=MISTAKES if asked.form.errors else None,
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def measure_csv(request: SignedInRequest, key: str) -> HttpResponse | StreamingHttpResponse:
    """Give the numbers of a measure's page as a file."""
    asked = _asked(request, key)
    if asked.found is None:
        return measure(request, key)
    writer = csv.writer(_Echo())
    lines = (writer.writerow([inert(str(cell)) for cell in line]) for line in _lines(asked))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{key}.csv"'},
    )


@require_safe
def cohorts(request: SignedInRequest) -> HttpResponse:
    """Show who comes again: cohorts by month of first order, customers by RFM."""
    now = timezone.now()
    today = timezone.localdate(now)
    month, monday = first_of_month(today), today - timedelta(days=today.weekday())
    again, scores = (ask(question, at=now) for question in (of_cohorts(month), of_rfm(monday)))
    sources = source_rows(now)
    rows, scored = again.rows or [], scores.rows or []
    triangle = cohort_rows(rows)
    context = {
        "triangle": triangle,
        "months": range(1, max((len(row.kept) for row in triangle), default=0) + 1),
        "cohorts_answer": cohorts_answer(rows) if again.rows is not None else "",
        "cohorts_stale": lacking_orders(month, sources),
        "rfm": rfm_rows(scored, settings.CURRENCY),
        "rfm_answer": rfm_answer(scored) if scores.rows is not None else "",
        "rfm_stale": lacking_orders(monday, sources),
        "counting": again.is_counting or scores.is_counting,
        "refusal": again.refusal or scores.refusal,
        "as_of": as_of(again.as_of),
    }
    name = "reports/cohorts.html"
    response = render(request, f"{name}#found" if request.htmx else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _stale(asked: _Asked) -> str:
    """Say why the newest window may lack events, "" where it does not."""
    if asked.found is None or not asked.found.windows:
        return ""
    sources = source_rows(timezone.now())
    return lacking([asked.measure], asked.found.windows[-1].ends_on, sources)


def _asked(request: HttpRequest, key: str) -> _Asked:
    now = timezone.now()
    versions = versions_of(key)
    if not versions:
        raise Http404
    newest = versions[0]
    form = ExplorerFilter(request.GET, today=timezone.localdate(now))
    if not form.is_valid():
        return _Asked(
            form, newest, versions, None, Answer(None, None, is_counting=False, refusal="")
        )
    said = form.cleaned_data
    windows = windows_of(said["span"], said["first"], said["last"])
    if is_kept(newest, said["by"], said["span"]):
        points = kept_points(key, by=said["by"], span=said["span"], windows=windows)
        known = Answer([], counted_at(), is_counting=is_counting(), refusal="")
        return _Asked(form, newest, versions, _explored(newest, said, windows, points), known)
    initiative = said["initiative"].pk if said["by"] == "arm" else None
    question = of_measure(definition(newest), windows, by=said["by"], initiative_id=initiative)
    known = ask(question, at=now)
    if known.rows is None:
        return _Asked(form, newest, versions, None, known)
    points = asked_points(known.rows, definition(newest), windows, newest.version)
    return _Asked(form, newest, versions, _explored(newest, said, windows, points), known)


def _explored(
    of: Measure, said: dict[str, Any], windows: list[Window], points: list[Any]
) -> Explored:
    return explored(of, by=said["by"], span=said["span"], windows=windows, points=points)


def _lines(asked: _Asked) -> Iterator[list[Any]]:
    yield ["measure", "version", "scope", "starts_on", "ends_on", "value", "numerator",
           "denominator", "uncapped", "left_out"]  # fmt: skip
    if asked.found:
        for one in sorted(asked.found.points.values(), key=lambda one: (one.ends_on, one.scope)):
            yield [
                asked.measure.key,
                one.version,
                asked.found.names[one.scope],
                one.starts_on,
                one.ends_on,
                "" if one.value is None else one.value,
                one.numerator,
                one.denominator,
                "" if one.uncapped is None else one.uncapped,
                one.left_out,
            ]


class _Echo:
    """Gives back what a csv.writer writes, so that it can be streamed."""

    def write(self, text: str) -> str:
        return text
