"""Departments, people, sheets, goals and limits, for admins; measures are in reports."""

# Django's admin classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from collections.abc import Callable
from typing import Any

from allauth.account.admin import EmailAddress
from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from strategy.actions.sheets import SheetError, draft_next_sheet, publish_sheet
from strategy.language.words import counted
from strategy.models import (
    AuditEntry,
    ChannelLimit,
    ContactPolicy,
    Department,
    Goal,
    Guardrail,
    Membership,
    Person,
    Rule,
    Sheet,
    Term,
)
from strategy.permissions import NotAllowed
from strategy.queries import checks
from strategy.queries.history import changes

admin.site.site_header = admin.site.site_title = "Hymnsheet"
admin.site.index_title = "How Hymnsheet is set up"
admin.site.enable_nav_sidebar = False
admin.site.unregister([Group, EmailAddress])  # roles and people's own addresses stand for them
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one sign-in page, one limiter


class ReadOnly:
    """An admin page or inline that shows rows and changes none."""

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, *_args: Any) -> bool:
        return False


class WithHistory(admin.ModelAdmin):
    """Shows who changed what from what to what, however it was changed."""

    object_history_template = "admin/changes.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        subject = self.get_object(request, object_id)
        found = changes(subject) if subject else []
        return super().history_view(request, object_id, (extra_context or {}) | {"changes": found})


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["name", "key", "position"]
    prepopulated_fields = {"key": ["name"]}


class PersonForm(UserChangeForm):
    class Meta:
        model = Person
        fields = "__all__"


class NewPersonForm(AdminUserCreationForm):
    class Meta:
        model = Person
        fields = ["email", "name", "title"]


class Labelled(forms.BaseInlineFormSet):
    """Rows of a table, each of whose controls has a name for those who do not see its column."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        row = "new row" if index is None else f"row {index + 1}"
        for name, field in form.fields.items():
            label = field.label or name.lower()
            inside: forms.Widget = field.widget
            if isinstance(inside, RelatedFieldWidgetWrapper):
                inside = inside.widget
            inside.attrs["aria-label"] = f"{label}, {row}"


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = Labelled
    extra = 1
    verbose_name = "role"


@admin.register(Person)
class PersonAdmin(UserAdmin):
    form, add_form = PersonForm, NewPersonForm
    list_display = ["name", "email", "title", "is_active", "is_staff"]
    list_filter = ["is_active", "memberships__role", "memberships__department"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    filter_horizontal = []
    inlines = [MembershipInline]
    readonly_fields = ["last_login", "joined_at"]
    fieldsets = [
        (None, {"fields": ["name", "title", "email", "password"]}),
        ("Access", {"fields": ["is_active", "is_staff"]}),
        ("Dates", {"fields": ["last_login", "joined_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["name", "title", "email", "usable_password", "password1", "password2"]})
    ]


class TermInline(admin.TabularInline):
    model = Term
    formset = Labelled
    extra = 0


class RuleForm(forms.ModelForm):
    """A rule whose machine check is chosen out of those there are, with parameters that suit it."""

    check_key = forms.ChoiceField(label="machine check", choices=checks.choices, required=False)

    class Meta:
        model = Rule
        fields = ["polarity", "text", "check_key", "parameters", "position"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        key, parameters = said.get("check_key"), said.get("parameters") or {}
        if not isinstance(parameters, dict):
            self.add_error("parameters", 'Write them as {"share": 0.1}; empty is as usual.')
        elif key and (wrong := checks.mistake(key, parameters)):
            self.add_error("parameters", wrong)
        elif parameters and not key:
            self.add_error("parameters", "Only a machine check takes parameters.")
        return said


class RuleInline(admin.TabularInline):
    model = Rule
    form = RuleForm
    formset = Labelled
    extra = 0
    formfield_overrides = {models.JSONField: {"widget": forms.TextInput}}


class ContactPolicyInline(admin.StackedInline):
    model = ContactPolicy
    formset = Labelled
    extra = 0


class ChannelLimitInline(admin.TabularInline):
    model = ChannelLimit
    formset = Labelled
    extra = 0


DRAFT_PARTS = [TermInline, RuleInline, ContactPolicyInline, ChannelLimitInline]


@admin.register(Sheet)
class SheetAdmin(admin.ModelAdmin):
    list_display = ["__str__", "published_at", "published_by", "review_on"]
    readonly_fields = ["content_hash", "published_at", "published_by"]
    actions = ["publish", "draft_next"]

    def view_on_site(self, obj: Sheet) -> str:
        return reverse("sheet", args=[obj.version])

    def get_inlines(self, _request: HttpRequest, obj: Sheet | None) -> list[type[InlineModelAdmin]]:
        """Return the parts of a draft while they may change; afterwards they are read."""
        return [] if obj and obj.published_at else [*DRAFT_PARTS]

    def has_change_permission(self, request: HttpRequest, obj: Sheet | None = None) -> bool:
        open_ = obj is None or obj.published_at is None
        return open_ and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Sheet | None = None) -> bool:
        return self.has_change_permission(request, obj)

    @admin.action(description="Publish the chosen draft")
    def publish(self, request: HttpRequest, chosen: models.QuerySet[Sheet]) -> None:
        for sheet in chosen:
            self._try(request, publish_sheet, f"Published {sheet}.", sheet=sheet)

    @admin.action(description="Draft the next version from the newest")
    def draft_next(self, request: HttpRequest, _chosen: models.QuerySet[Sheet]) -> None:
        self._try(request, draft_next_sheet, "The next version is drafted.")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Draft the next version whichever rows are ticked: it starts from the newest."""
        if request.method == "POST" and request.POST.get("action") == "draft_next":
            self.draft_next(request, Sheet.objects.none())
            return redirect("admin:strategy_sheet_changelist")
        return super().changelist_view(request, extra_context)

    def _try(
        self, request: HttpRequest, action: Callable[..., Any], done: str, **arguments: Any
    ) -> None:
        try:
            action(by=request.user, at=timezone.now(), **arguments)
        except (SheetError, NotAllowed) as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)


@admin.register(Goal)
class GoalAdmin(WithHistory):
    list_display = ["name", "measure", "baseline", "commit", "target", "due_on", "owner"]
    list_filter = ["department"]
    prepopulated_fields = {"key": ["name"]}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what holds a goal that initiatives serve, so that it is not deleted."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        served = [
            f"{goal} is served by {counted(serving, 'initiative')} and stays with them."
            for goal in objs
            if (serving := goal.initiatives.count())
        ]
        return found, counts, lacking, [*protected, *served]


@admin.register(Guardrail)
class GuardrailAdmin(WithHistory):
    list_display = ["measure", "limit", "margin", "position"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "by", "sentence", "act"]
    list_filter = ["act"]
    list_select_related = ["by"]
    search_fields = ["sentence", "by__name"]
    date_hierarchy = "at"
