"""Initiatives in the admin: to read. They are changed on their own pages, where rules hold."""

# Django's admin classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from campaigns.models import (
    Approval,
    Assignment,
    Attachment,
    Breach,
    Comment,
    Initiative,
    Plan,
    Retest,
    Waiver,
)
from strategy.admin import ReadOnly


@admin.register(Initiative)
class InitiativeAdmin(ReadOnly, admin.ModelAdmin):
    """Initiatives, with how many customers their tests have."""

    list_display = ["name", "department", "owner", "kind", "status", "starts_on", "treated", "held"]
    list_filter = ["status", "department", "kind"]
    list_select_related = ["department", "owner"]
    search_fields = ["name", "key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the initiatives with how many are assigned to each arm."""
        counts = {
            f"{arm}_count": Count("assignments", filter=Q(assignments__arm=arm))
            for arm in Assignment.Arm.values
        }
        rows: QuerySet[Any] = super().get_queryset(request).annotate(**counts)
        return rows

    @admin.display(description="treated", ordering="treated_count")
    def treated(self, initiative: Any) -> int:
        return int(initiative.treated_count)

    @admin.display(description="held out", ordering="holdout_count")
    def held(self, initiative: Any) -> int:
        return int(initiative.holdout_count)


@admin.register(Plan)
class PlanAdmin(ReadOnly, admin.ModelAdmin):
    """Locked plans."""

    list_display = ["initiative", "version", "success_measure", "locked_at", "locked_by"]
    list_select_related = ["initiative", "success_measure", "locked_by"]


@admin.register(Waiver)
class WaiverAdmin(ReadOnly, admin.ModelAdmin):
    """Rules set aside, why and until when."""

    list_display = ["initiative", "rule", "reason", "ends_on", "owner", "granted_by"]
    list_select_related = ["initiative", "rule", "owner", "granted_by"]


class AttachmentInline(ReadOnly, admin.TabularInline):
    """The files beside a comment, by name; they are opened on the initiative's page."""

    model = Attachment
    fields = ["name", "media_type", "size"]


@admin.register(Comment)
class CommentAdmin(ReadOnly, admin.ModelAdmin):
    """What people said of initiatives, as it is worded now; the log has every wording."""

    list_display = ["initiative", "by", "at", "text", "changed_at"]
    list_filter = ["initiative__department"]
    list_select_related = ["initiative", "by"]
    search_fields = ["text", "initiative__name", "by__name"]
    date_hierarchy = "at"
    inlines = [AttachmentInline]


@admin.register(Approval)
class ApprovalAdmin(ReadOnly, admin.ModelAdmin):
    """Who was asked to approve which proposal, and who has."""

    list_display = ["initiative", "part", "goal", "approved_by", "approved_at"]
    list_select_related = ["initiative", "goal", "approved_by"]


@admin.register(Retest)
class RetestAdmin(ReadOnly, admin.ModelAdmin):
    """When it is looked at again whether an effect has lasted."""

    list_display = ["initiative", "days", "due_on", "done_at", "outcome"]
    list_select_related = ["initiative"]


@admin.register(Breach)
class BreachAdmin(ReadOnly, admin.ModelAdmin):
    """What was sent against the sheet's rules."""

    list_display = ["on", "department", "rule", "contact_count", "customer_count"]
    list_filter = ["department"]
    list_select_related = ["department", "rule"]
    date_hierarchy = "on"
