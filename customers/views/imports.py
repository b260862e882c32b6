"""Imports: the list with its form, one import's page, and its error file."""

from pathlib import Path

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.actions.imports import (
    NotHeldError,
    cancel,
    change_mapping,
    hand_in,
    start,
    take_errors,
)
from customers.actions.kinds import KINDS
from customers.forms import BoundedUpload, ImportForm, chosen_mapping
from customers.intake.mapping import MappingError
from customers.intake.presets import presets
from customers.intake.streams import UnreadableFile
from customers.models import Import
from customers.queries.freshness import freshness
from customers.queries.imports import (
    all_imports,
    import_page,
    import_row,
    last_answer,
    rejected_rows,
)
from customers.queries.previews import preview
from customers.views.uploads import is_too_large, takes_files
from strategy.permissions import (
    can_import,
    check_can_import,
    check_can_see_imports,
)
from strategy.views import MISTAKES, SignedInRequest

IMPORTS_A_PAGE = 50
_CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".jsonl": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@takes_files(BoundedUpload, check=check_can_import)
@require_http_methods(["GET", "POST"])
def imports(request: SignedInRequest) -> HttpResponse:
    """Show every import; take a file from those who may import."""
    check_can_see_imports(request.user)
    if request.method == "POST":
        return _take(request)
    return _list(request, ImportForm() if can_import(request.user) else None)


def _take(request: SignedInRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if is_too_large(request):
        form.refuse_as_too_large()
    if form.is_valid():
        said = form.cleaned_data
        try:
            file_import = hand_in(
                source=said["source"],
                path=Path(said["file"].temporary_file_path()),
                file_name=said["file"].name,
                mapping=said["mapping"],
                at=timezone.now(),
                by=request.user,
                held=True,
            )
        except UnreadableFile as reason:
            form.add_error("file", str(reason))
        except MappingError as mistake:
            form.add_error("mapping" if said["mapping"] else "file", str(mistake))
        else:
            return redirect("import", pk=file_import.pk)
    return _list(request, form)


def _list(request: SignedInRequest, form: ImportForm | None) -> HttpResponse:
    page = Paginator(all_imports(), IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "answer": last_answer(),
        "form": form,
        "freshness": freshness(now),
        "presets": presets(),
        "page": page,
        "rows": [import_row(file_import, now) for file_import in page],
    }
    status = MISTAKES if form and form.is_bound else None
    return render(request, "customers/imports.html", context, status=status)


@require_safe
def file_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one import; while it waits or runs, the page asks for its fragment again."""
    check_can_see_imports(request.user)
    return _show(request, _import(pk))


def _show(request: SignedInRequest, found: Import, mistake: str = "") -> HttpResponse:
    may_import = can_import(request.user)
    now = timezone.now()
    it = import_page(found, now)
    kinds = {name: registered.kind for name, registered in KINDS.items()}
    context = {
        "it": it,
        "may_import": may_import,
        "mistake": mistake,
        "preview": preview(found, kinds, now) if it.is_held and may_import else None,
        "rejected": rejected_rows(found) if may_import else [],
    }
    page = "customers/import.html"
    status = MISTAKES if mistake else None
    return render(request, f"{page}#outcome" if request.htmx else page, context, status=status)


@require_POST
def import_start(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep how a held file is to be read; with do=start, let it go."""
    check_can_see_imports(request.user)
    check_can_import(request.user)
    found = _import(pk)
    try:
        change_mapping(file_import=found, mapping=chosen_mapping(request.POST.dict(), found))
        if request.POST.get("do") == "start":
            start(file_import=found, by=request.user, at=timezone.now())
    except MappingError as mistake:
        return _show(request, found, str(mistake))
    except NotHeldError:
        pass  # the page says what became of it
    return redirect("import", pk=pk)


@require_POST
def import_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an import that is not over; nothing of it is kept."""
    check_can_see_imports(request.user)
    check_can_import(request.user)
    cancel(file_import=_import(pk), by=request.user, at=timezone.now())
    return redirect("import", pk=pk)


@require_safe
def import_errors(request: SignedInRequest, pk: int) -> FileResponse:
    """Send the error file; it may hold personal data, so only to those who may import."""
    check_can_see_imports(request.user)
    check_can_import(request.user)
    path = take_errors(file_import=_import(pk), by=request.user, at=timezone.now())
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"import-{pk}-errors{path.suffix}",
        content_type=_CONTENT_TYPES[path.suffix],
    )


def _import(pk: int) -> Import:
    return get_object_or_404(all_imports(), pk=pk)
