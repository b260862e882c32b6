"""Judging any randomised test from a file, as the command `evaluate` does."""

from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from customers.intake.streams import UnreadableFile
from customers.views.uploads import is_too_large, takes_files
from reports.actions.evaluations import choose_columns, hand_in_test
from reports.forms import ColumnsForm, TestFileForm, TestUpload
from reports.models import Evaluation
from reports.queries.evaluations import judged
from strategy.permissions import check_can_evaluate
from strategy.views import MISTAKES, SignedInRequest


@takes_files(TestUpload, check=check_can_evaluate)
@require_http_methods(["GET", "POST"])
def evaluate(request: SignedInRequest) -> HttpResponse:
    """Take a file."""
    check_can_evaluate(request.user)
    if request.method == "GET":
        return render(request, "reports/evaluate.html", {"form": TestFileForm()})
    form = TestFileForm(request.POST, request.FILES)
    if is_too_large(request):
        form.refuse_as_too_large()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = hand_in_test(
                path=Path(file.temporary_file_path()),
                file_name=file.name,
                by=request.user,
                at=timezone.now(),
            )
        except UnreadableFile as reason:
            form.add_error("file", str(reason))
        else:
            return redirect("evaluation", public_id=made.public_id)
    return render(request, "reports/evaluate.html", {"form": form}, status=MISTAKES)


@require_http_methods(["GET", "POST"])
def evaluation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ask which columns mean what, and show the judgement, to whoever handed the file in."""
    check_can_evaluate(request.user)
    found = get_object_or_404(Evaluation, public_id=public_id, asked_by=request.user)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        columns=found.columns,
        initial=found.asked,
    )
    if request.method == "POST" and form.is_valid():
        choose_columns(evaluation=found, asked=form.asked, by=request.user, at=timezone.now())
        return redirect("evaluation", public_id=public_id)
    context = {"evaluation": found, "judged": judged(found), "form": form}
    name = "reports/evaluation.html"
    status = MISTAKES if form.is_bound else None
    return render(request, f"{name}#judgement" if request.htmx else name, context, status=status)
