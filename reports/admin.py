"""Measures in the admin: new ones and new versions, with what each comes to before it is saved."""

# Django's admin classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Max
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.actions.preview import preview
from strategy.language.events import EVENTS
from strategy.models import Measure
from strategy.queries.measures import is_used

KINDS = [(kind, name.capitalize()) for kind, name in EVENTS.items()]


class MeasureForm(forms.ModelForm):
    """A version of a measure. Asked for a preview it is never valid, so that nothing is saved."""

    counted = forms.MultipleChoiceField(choices=KINDS, help_text="Events counted.")
    per_events = forms.MultipleChoiceField(
        choices=KINDS, required=False, help_text="What they are counted over; none for customers."
    )
    scores = SimpleArrayField(forms.IntegerField(), required=False, help_text="Such as 9, 10.")
    against = SimpleArrayField(
        forms.IntegerField(), required=False, help_text="Answers taken off, such as 0, 1, 2."
    )
    answers = SimpleArrayField(
        forms.IntegerField(), required=False, help_text="All answers of the scale."
    )

    class Meta:
        model = Measure
        fields = [
            *("key", "version", "name", "note", "fold", "counted", "at_least", "per", "per_events"),
            *("contacts", "channels", "categories", "scores", "against", "answers", "cap"),
            *("scale", "weekly", "window_days", "shape", "days", "unit", "better"),
        ]

    def is_valid(self) -> bool:
        return super().is_valid() and "_preview" not in self.data

    def clean_version(self) -> int:
        """Refuse to leave a version out."""
        version: int = self.cleaned_data["version"]
        key = self.cleaned_data.get("key")
        others = Measure.objects.filter(key=key).exclude(pk=self.instance.pk)
        newest: int = others.aggregate(newest=Max("version"))["newest"] or 0
        if version > newest + 1:
            raise forms.ValidationError(f"The next version is {newest + 1}.")
        return version


@admin.register(Measure)
class MeasureAdmin(admin.ModelAdmin):
    form = MeasureForm
    list_display = ["name", "key", "version", "says", "unit", "better", "next_version"]
    search_fields = ["name", "key", "note"]
    change_form_template = "admin/measure.html"
    fieldsets = [
        (None, {"fields": ["name", "key", "version", "note"]}),
        ("What is counted", {"fields": ["fold", "counted", "at_least", "cap", "shape", "days"]}),
        ("Over what", {"fields": ["per", "per_events", "scale", "weekly", "window_days"]}),
        (
            "Which events only",
            {"fields": ["contacts", "channels", "categories", "scores", "against", "answers"]},
        ),
        ("How it is read", {"fields": ["unit", "better"]}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Measure | None = None) -> bool:
        """Leave a version alone that anything refers to: a changed definition is a new one."""
        open_ = obj is None or not is_used(obj)
        return open_ and super().has_change_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new version from the one that the address names."""
        of = request.GET.get("of", "")
        old = Measure.objects.filter(pk=of).first() if of.isdecimal() else None
        if old is None:
            return dict(super().get_changeform_initial_data(request))
        newest = Measure.objects.filter(key=old.key).aggregate(newest=Max("version"))["newest"]
        return model_to_dict(old, exclude=["id"]) | {"version": newest + 1}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show in words what the form says, and what it comes to, before it is saved."""
        form = context["adminform"].form
        if "_preview" in request.POST and not form.errors:
            context["preview"] = preview(form.instance, at=timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="")
    def next_version(self, measure: Measure) -> SafeString:
        address = f"{reverse('admin:strategy_measure_add')}?of={measure.pk}"
        return format_html('<a href="{}">New version</a>', address)
