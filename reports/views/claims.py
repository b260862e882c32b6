"""Claims: the list, a new one, one beside what the data say, and what it was read from."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from customers.views.uploads import is_too_large, takes_files
from reports.actions.claims import record_claim
from reports.charts.audit import drawn
from reports.forms import ClaimForm, ClaimUpload
from reports.models import Claim, ClaimFile
from reports.queries.claims import all_claims, claim_page, claim_row, claims_answer
from strategy.permissions import can_record_claim, check_can_record_claim
from strategy.views import MISTAKES, SignedInRequest

ON_A_PAGE = 50


@require_safe
def claims(request: SignedInRequest) -> HttpResponse:
    """List every claim with what the data say of it."""
    page = Paginator(all_claims(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "answer": claims_answer(page.object_list),
        "page": page,
        "rows": [claim_row(claim) for claim in page],
        "may_record": can_record_claim(request.user),
    }
    return render(request, "reports/claims.html", context)


@takes_files(ClaimUpload, check=check_can_record_claim)
@require_http_methods(["GET", "POST"])
def claim_new(request: SignedInRequest) -> HttpResponse:
    """Take a claim down."""
    check_can_record_claim(request.user)
    if request.method == "GET":
        return render(request, "reports/claim_new.html", {"form": ClaimForm()})
    form = ClaimForm(request.POST, request.FILES)
    if is_too_large(request):
        form.refuse_as_too_large()
    if form.is_valid():
        made = record_claim(**form.claimed, by=request.user, at=timezone.now())
        return redirect("claim", pk=made.pk)
    return render(request, "reports/claim_new.html", {"form": form}, status=MISTAKES)


@require_safe
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one claim; while it is being answered, the page asks for its fragment again."""
    try:
        found = claim_page(pk)
    except Claim.DoesNotExist:
        raise Http404 from None
    context = {
        "claim": found,
        "findings": drawn(found.findings),
        "as_of": found.as_of,
    }
    name = "reports/claim.html"
    return render(request, f"{name}#answer" if request.htmx else name, context)


@require_safe
def claim_file(_request: SignedInRequest, pk: int) -> HttpResponse:
    """Send what a claim was read from, to be kept and not shown: nobody has checked it."""
    file = get_object_or_404(ClaimFile, claim=pk)
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    named = content_disposition_header(as_attachment=True, filename=file.name)
    response.headers["Content-Disposition"] = named or "attachment"
    return response
