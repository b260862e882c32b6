"""Sources, managed here; imports and background work, to read."""

# Django's admin classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from django.contrib import admin

from customers.models import Import, Source, Work
from strategy.admin import ReadOnly


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["name", "key", "department", "feeds", "promise_hours"]
    list_filter = ["department"]
    list_select_related = ["department"]
    prepopulated_fields = {"key": ["name"]}


@admin.register(Import)
class ImportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["file_name", "source", "kind", "read_count", "rejected_count", "loaded_at"]
    list_filter = ["source", "kind"]
    list_select_related = ["source"]
    search_fields = ["file_name", "sha256"]


@admin.register(Work)
class WorkAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "id",
        "kind",
        "state",
        "attempts",
        "step",
        "created_by",
        "created_at",
        "ended_at",
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["created_by"]
