"""The list of initiatives, and one initiative with what came of it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from campaigns.forms import DecideForm
from campaigns.models import Initiative
from campaigns.queries.clashes import planned_clashes
from campaigns.queries.initiatives import departments_to_log_for, initiative_of, initiative_page
from reports.charts.audit import drawn
from reports.charts.uplift import uplift_chart
from reports.forms import ResultFilter
from reports.queries.decisions import deciding
from reports.queries.evidence import evidence_of
from reports.queries.freshness import as_of, is_counting, source_rows
from reports.queries.initiatives import initiative_rows, judged_at, status_counts
from reports.queries.lasted import lasted, results_of, retests_found
from strategy.language import answers
from strategy.language.life import running, unmeasured
from strategy.views import SignedInRequest

ON_A_PAGE = 50


@require_safe
def initiatives(request: SignedInRequest) -> HttpResponse:
    """List the initiatives that the filters in the address leave; to htmx only the rows."""
    filters = ResultFilter(request.GET, queryset=Initiative.objects.order_by("-starts_on", "name"))
    page = Paginator(filters.qs, ON_A_PAGE).get_page(request.GET.get("page"))
    first = (page.number - 1) * ON_A_PAGE
    statuses = status_counts()
    total = sum(statuses.values())
    context = {
        "filters": filters.form,
        "page": page,
        "rows": initiative_rows(filters.qs[first : first + ON_A_PAGE], source_rows(timezone.now())),
        "total": total,
        "running": running(statuses),
        "counted": answers.matching(page.paginator.count, total),
        "may_log": bool(departments_to_log_for(request.user)),
        "counting": is_counting(),
        "as_of": as_of(judged_at()),
    }
    name = "reports/initiatives.html"
    response = render(request, f"{name}#rows" if request.htmx else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def initiative(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one initiative: did it work, was it safe, what next, and all it stands on."""
    try:
        found = initiative_of(pk)
    except Initiative.DoesNotExist:
        raise Http404 from None
    evidence = evidence_of(pk, source_rows(timezone.now()))
    campaign = initiative_page(found, request.user, timezone.localdate())
    retests = results_of([pk]).get(pk, [])
    context = {
        "campaign": campaign,
        "deciding": deciding(campaign, evidence),
        "decide_form": DecideForm(),
        "evidence": evidence,
        "lasted": lasted(evidence.verdict, evidence.verdict_word, retests) if evidence else None,
        "retests_found": retests_found(retests),
        "findings": drawn(evidence.checks) if evidence else [],
        "answer": evidence.sentence if evidence else _unmeasured(found),
        "chart": uplift_chart(evidence) if evidence else None,
        "clashes": planned_clashes(timezone.localdate(), of=pk),
        "as_of": evidence.as_of if evidence else "",
    }
    return render(request, "reports/initiative.html", context)


def _unmeasured(found: Initiative) -> str:
    is_held_out = bool(found.holdout_share)
    return unmeasured(found.status, found.starts_on, is_held_out=is_held_out)
