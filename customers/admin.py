"""Sources, managed here; imports and background work, to read."""

# Django's admin classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from collections.abc import Sequence

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from customers.actions.write_keys import KeyIsRetiredError, make_write_key, retire_write_key
from customers.forms import SourceForm
from customers.models import Erasure, Import, Rate, Refusal, Retention, Source, Work, WriteKey
from strategy.admin import ReadOnly, WithHistory
from strategy.permissions import NotAllowed
from strategy.views import SignedInRequest


@admin.register(Source)
class SourceAdmin(WithHistory):
    form = SourceForm
    list_display = ["name", "key", "department", "owner", "feeds", "promise_hours", "trust_rank"]
    list_filter = ["department"]
    list_select_related = ["department", "owner"]
    actions = ["make_key"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Source | None = None) -> list[str]:
        """Keep the key of a source that is there: commands and senders name it."""
        return ["key"] if obj else []

    def get_prepopulated_fields(
        self, _request: HttpRequest, obj: Source | None = None
    ) -> dict[str, Sequence[str]]:
        """Offer a key made from the name of a new source."""
        return {} if obj else {"key": ["name"]}

    @admin.action(description="Make a write key for live events")
    def make_key(self, request: SignedInRequest, chosen: QuerySet[Source]) -> None:
        """Show a new key this once; the older ones stay good until they are retired."""
        for source in chosen:
            try:
                key = make_write_key(source=source, by=request.user, at=timezone.now())
            except NotAllowed as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                shown = f"The write key of {source}, shown only now: {key}"
                self.message_user(request, shown, messages.WARNING)


@admin.register(WriteKey)
class WriteKeyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["__str__", "source", "created_at", "created_by", "retired_at"]
    list_filter = ["source"]
    list_select_related = ["source", "created_by"]
    exclude = ["digest"]
    actions = ["retire"]

    @admin.action(description="Retire the chosen keys: events sent with them are refused")
    def retire(self, request: SignedInRequest, chosen: QuerySet[WriteKey]) -> None:
        for write_key in chosen:
            try:
                retire_write_key(write_key=write_key, by=request.user, at=timezone.now())
            except (NotAllowed, KeyIsRetiredError) as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, f"Retired {write_key}.", messages.SUCCESS)


@admin.register(Refusal)
class RefusalAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["refused_on", "source", "reason", "message_count", "example", "last_at"]
    list_filter = ["source", "refused_on"]
    list_select_related = ["source"]


@admin.register(Import)
class ImportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["file_name", "source", "kind", "read_count", "rejected_count", "loaded_at"]
    list_filter = ["source", "kind"]
    list_select_related = ["source"]
    search_fields = ["file_name", "sha256"]


@admin.register(Retention)
class RetentionAdmin(WithHistory):
    """How long events of a kind are kept; what is past it goes in the night."""

    list_display = ["event_kind", "keep_months"]


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["customer", "asked_at", "asked_by", "done_at"]
    list_select_related = ["asked_by"]


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


@admin.register(Rate)
class RateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["quoted_on", "base", "currency", "rate", "source"]
    list_filter = ["base", "currency"]
    list_select_related = ["source"]
    date_hierarchy = "quoted_on"
