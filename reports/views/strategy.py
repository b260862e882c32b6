"""The strategy: the sheet in force, who signed it, the goals and what serves them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Initiative
from reports.queries.freshness import as_of, counted_at, is_counting, source_rows
from reports.queries.goals import goal_counts, goal_rows, shared_window
from reports.queries.initiatives import initiative_rows
from reports.queries.strategy import coverage, goal_tree, older_versions
from strategy.language import answers
from strategy.permissions import can_administer, can_publish_sheet
from strategy.queries.sheets import current_sheet, departments_to_sign, drafts
from strategy.views import SignedInRequest


@require_safe
def strategy(request: SignedInRequest) -> HttpResponse:
    """Show what was agreed, and how far it is followed."""
    now = timezone.now()
    sheet = current_sheet(now)
    sources = source_rows(now)
    goals = goal_rows(now, sources)
    initiatives = initiative_rows(Initiative.objects.order_by("name"), sources)
    may_publish = can_publish_sheet(request.user)
    context = {
        "sheet": sheet,
        "older": older_versions(sheet.version) if sheet else [],
        "drafts": drafts() if may_publish else [],
        "may_publish": may_publish,
        "may_administer": can_administer(request.user),
        "to_sign": departments_to_sign(request.user, sheet) if sheet else [],
        "tree": goal_tree(goals, initiatives),
        "goals_answer": answers.goals(goal_counts(goals)),
        "goals_window": shared_window(goals),
        "coverage": coverage(goals, initiatives),
        "counting": is_counting(),
        "as_of": as_of(counted_at()),
    }
    return render(request, "reports/strategy.html", context)
