"""The forms of an initiative's life, and the filters of the list."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.actions.initiatives import Fields
from campaigns.actions.plans import LONGEST_WAIVER
from campaigns.models import Decision, Initiative
from campaigns.queries.initiatives import measures_in_use
from campaigns.queries.rules import Broken
from campaigns.rulebook.facts import Facts
from strategy.language.characters import hidden_character
from strategy.models import Department, Goal, Guardrail, Measure, Rule

HUNDRED = Decimal(100)
MOST_DAYS = 3_650
ONE_DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
USES_HINTS = {
    Initiative.Uses.GROUP: "Age band, tier, income area",
    Initiative.Uses.CHOICE: "Colour, size, store",
    Initiative.Uses.PLACE: "Country, postcode, store",
    Initiative.Uses.MOMENT: "Weather, time, this visit",
    Initiative.Uses.HISTORY: "Bought, asked, told us",
}
MODE_HINTS = {Initiative.Mode.PASSIVE: "Passive", Initiative.Mode.ACTIVE: "Active"}

DECISION_HINTS = {
    Decision.Choice.STOP: "Nobody gets it any more",
    Decision.Choice.CHANGE: "As a new initiative, with a plan of its own",
    Decision.Choice.KEEP: "For the same customers",
    Decision.Choice.WIDEN: "To more customers, some still held out",
}


def hinted[Choice: (Initiative.Uses, Initiative.Mode, Decision.Choice)](
    hints: dict[Choice, str],
) -> list[tuple[str, SafeString]]:
    """Return choices whose labels carry a hint in small letters."""
    return [
        (choice.value, format_html("{}<small>{}</small>", choice.label, hint))
        for choice, hint in hints.items()
    ]


class Text(forms.CharField):
    """A text that people write: of bounded length, without characters that nobody sees."""

    def __init__(self, *, max_length: int, missing: str = "", **kwargs: Any) -> None:
        too_long = f"Use {max_length:,} letters at most; it has %(show_value)d."
        super().__init__(
            max_length=max_length,
            error_messages={"required": missing, "max_length": too_long},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        """Return the text with line ends of one letter, as browsers count them."""
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        if name := hidden_character(text):
            raise forms.ValidationError(f"Take the hidden character out: {name}.")
        return text


def day_field(label: str, missing: str) -> forms.DateField:
    """Return a field for a day, picked by the browser's own calendar."""
    far = f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}."
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_DAY, far), MaxValueValidator(LAST_DAY, far)],
        error_messages={"required": missing, "invalid": "Write the day as 25/11/2026."},
    )


def percent_field(
    label: str, *, low: str, high: str, missing: str, wrong: str, initial: int, hint: str
) -> forms.DecimalField:
    """Return a field in per cent, with one decimal."""
    return forms.DecimalField(
        label=label,
        initial=initial,
        decimal_places=1,
        help_text=hint,
        validators=[
            MinValueValidator(Decimal(low), wrong),
            MaxValueValidator(Decimal(high), wrong),
        ],
        widget=forms.NumberInput(attrs={"min": low, "max": high, "inputmode": "decimal"}),
        error_messages={"required": missing, "invalid": wrong, "max_decimal_places": wrong},
    )


def percent_of(share: Decimal) -> str:
    """Return a share as people type it in per cent: 0.100 is "10"."""
    return f"{(share * HUNDRED).normalize():f}"


class InitiativeForm(forms.Form):
    """Log an initiative, or change its draft. Days are inclusive here, shares are per cent."""

    name = Text(
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        missing="Give it a name.",
    )
    notice = Text(
        label="What will the customer notice?",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        missing="Say what the customer will notice.",
    )
    department = forms.ModelChoiceField(
        queryset=Department.objects.none(),
        empty_label="Choose one",
        error_messages={
            "required": "Choose the department.",
            "invalid_choice": "Choose a department that you may log for.",
        },
    )
    channel = forms.ChoiceField(
        choices=[("", "Choose one"), *Initiative.Channel.choices],
        error_messages={"required": "Choose the channel."},
    )
    goals = forms.ModelMultipleChoiceField(
        label="Which goals does it serve?",
        queryset=Goal.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one goal."},
    )
    uses = forms.MultipleChoiceField(
        label="What does it really use?",
        choices=hinted(USES_HINTS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Its kind follows from this, not from its name.",
    )
    mode = forms.ChoiceField(
        label="Does it repeat or introduce?",
        choices=hinted(MODE_HINTS),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it repeats or introduces something."},
    )
    audience = Text(
        label="Who gets it?",
        max_length=300,
        help_text="In words, such as “Gold tier with text consent”.",
        missing="Say who gets it.",
    )
    holdout = percent_field(
        "Holdout, %",
        low="0",
        high="90",
        initial=10,
        hint="At random. 0 is none, and needs a reason.",
        missing="Say how many are held out; 0 is none.",
        wrong="Write a share from 0 to 90, with one decimal at most.",
    )
    no_holdout_reason = Text(
        label="Why is nobody held out?",
        max_length=300,
        required=False,
        help_text="Only with a holdout of 0.",
    )
    success_measure = forms.ModelChoiceField(
        queryset=Measure.objects.none(),
        empty_label="Choose one",
        help_text="The one number that decides whether it worked.",
        error_messages={"required": "Choose the one measure that it should move."},
    )
    smallest_effect = percent_field(
        "Smallest effect worth having, %",
        low="0.1",
        high="1000",
        initial=5,
        hint="Relative: 5 is 5% better than the holdout.",
        missing="Say which change would be worth having.",
        wrong="Write a change from 0.1 to 1,000, with one decimal at most.",
    )
    guardrails = forms.ModelMultipleChoiceField(
        label="What must not get worse?",
        queryset=Guardrail.objects.select_related("measure"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    starts_on = day_field("First day", "Set the first day.")
    last_on = day_field("Last day", "Set the last day.")

    def __init__(
        self, *args: Any, departments: Iterable[Department], is_new: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        keys = [department.pk for department in departments]
        measures = [measure.pk for measure in measures_in_use()]
        self._choose("department", Department.objects.filter(pk__in=keys))
        self._choose("success_measure", Measure.objects.filter(pk__in=measures))
        if len(keys) == 1:
            self.initial.setdefault("department", keys[0])
        if is_new:
            self.initial.setdefault("guardrails", Guardrail.objects.all())

    def _choose(self, name: str, queryset: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  as declared above
        field.queryset = queryset

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("holdout") == 0 and not said.get("no_holdout_reason"):
            self.add_error("no_holdout_reason", "Say why nobody can be held out.")
        first, last = said.get("starts_on"), said.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "The last day is before the first. Choose a later one.")
        return said

    def said(self) -> Fields:
        """Return the answers of a valid form as the actions take them."""
        said = self.cleaned_data
        share = said["holdout"] / HUNDRED
        return Fields(
            name=said["name"],
            notice=said["notice"],
            department=said["department"],
            goals=list(said["goals"]),
            uses=said["uses"],
            mode=said["mode"],
            channel=said["channel"],
            audience=said["audience"],
            holdout_share=share,
            no_holdout_reason="" if share else said["no_holdout_reason"],
            success_measure=said["success_measure"],
            guardrails=list(said["guardrails"]),
            smallest_effect=said["smallest_effect"] / HUNDRED,
            starts_on=said["starts_on"],
            ends_on=said["last_on"] + ONE_DAY,
        )

    def facts(self) -> Facts:
        """Return what the answers given so far tell a rule; wrong ones count as not given."""
        said = self.cleaned_data
        last = said.get("last_on")
        measure = said.get("success_measure")
        return Facts(
            name=said.get("name", ""),
            notice=said.get("notice", ""),
            audience=said.get("audience", ""),
            uses=frozenset(said.get("uses", ())),
            channel=said.get("channel", ""),
            holdout_share=said.get("holdout", Decimal(0)) / HUNDRED,
            no_holdout_reason=said.get("no_holdout_reason", ""),
            success_measure=measure.name if measure else "",
            guardrail_count=len(said.get("guardrails", ())),
            starts_on=said.get("starts_on"),
            ends_before=last + ONE_DAY if last else None,
        )

    def asked_anyway(self) -> set[str]:
        """Return the checks that only repeat what the form itself will ask for."""
        said = self.cleaned_data
        checks = set() if said.get("success_measure") else {"success_measure_required"}
        return (
            checks if said.get("starts_on") and said.get("last_on") else {*checks, "window_needed"}
        )

    @staticmethod
    def initial_of(initiative: Initiative) -> dict[str, Any]:
        """Return a draft as the form shows it."""
        return {
            "name": initiative.name,
            "notice": initiative.notice,
            "department": initiative.department_id,
            "goals": initiative.goals.all(),
            "uses": initiative.uses,
            "mode": initiative.mode,
            "channel": initiative.channel,
            "audience": initiative.audience,
            "holdout": percent_of(initiative.holdout_share),
            "no_holdout_reason": initiative.no_holdout_reason,
            "success_measure": initiative.success_measure_id,
            "guardrails": initiative.guardrails.all(),
            "smallest_effect": percent_of(initiative.smallest_effect),
            "starts_on": initiative.starts_on,
            "last_on": initiative.last_on,
        }


class EndForm(forms.Form):
    """Why it ends."""

    reason = Text(max_length=300, missing="Say why it ends, so that others can learn.")


class DecideForm(forms.Form):
    """What becomes of it after its verdict, and why."""

    choice = forms.ChoiceField(
        label="What becomes of it?",
        choices=hinted(DECISION_HINTS),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of it."},
    )
    reason = Text(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        missing="Give a reason, so that others can learn from it.",
    )


class CommentForm(forms.Form):
    """A comment for the history."""

    text = Text(max_length=2000, missing="Write the comment first.")


class WaiveForm(forms.Form):
    """Leave to break one rule; the last day is inclusive."""

    rule = forms.ModelChoiceField(
        queryset=Rule.objects.none(),
        label="Which rule may it break?",
        empty_label="Choose one",
        error_messages={"required": "Choose the rule."},
    )
    reason = Text(
        max_length=300,
        label="Why?",
        missing="Give a reason, so that others can learn from it.",
    )
    last_on = day_field("Last day of the waiver", "Set the last day. No waiver is for ever.")

    def __init__(self, *args: Any, broken: Iterable[Broken], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["rule"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  as declared above
        field.queryset = Rule.objects.filter(pk__in=[rule.rule_id for rule in broken])

    def clean_last_on(self) -> date:
        last: date = self.cleaned_data["last_on"]
        if last < self.today:
            raise forms.ValidationError("That day is over. Choose today or a later one.")
        if last + ONE_DAY > self.today + LONGEST_WAIVER:
            raise forms.ValidationError("A waiver holds for a year at most.")
        return last

    def said(self) -> tuple[Rule, str, date]:
        """Return rule, reason and the first day without leave, of a valid form."""
        said = self.cleaned_data
        return said["rule"], said["reason"], said["last_on"] + ONE_DAY


class MoveForm(forms.Form):
    """The day on which a draft is to begin."""

    starts_on = day_field("First day", "Choose the first day.")


class SendForm(forms.Form):
    """A contact that every customer of an initiative is to get."""

    name = Text(max_length=80, label="What?", missing="Name it, such as “Third mail”.")
    day = forms.IntegerField(
        label="Days after the first day",
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={"required": "Say how many days after the first day; 0 is that day."},
    )


class InitiativeFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library is untyped
    """The filters of the list, as they stand in its address; unknown values filter nothing."""

    q = django_filters.CharFilter(label="Search", method="search")
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="key", empty_label="All"
    )
    kind = django_filters.ChoiceFilter(
        choices=[(value or "none", label) for value, label in Initiative.Kind.choices],
        method="of_kind",
        empty_label="All",
    )
    status = django_filters.ChoiceFilter(choices=Initiative.Status.choices, empty_label="All")

    class Meta:
        model = Initiative
        fields = ["q", "department", "kind", "status"]

    def search(
        self, initiatives: QuerySet[Initiative], _name: str, text: str
    ) -> QuerySet[Initiative]:
        """Keep those with every word in name, key, notice or audience."""
        for word in text.split():
            initiatives = initiatives.filter(
                Q(name__icontains=word)
                | Q(key__icontains=word)
                | Q(notice__icontains=word)
                | Q(audience__icontains=word)
            )
        return initiatives

    def of_kind(
        self, initiatives: QuerySet[Initiative], _name: str, kind: str
    ) -> QuerySet[Initiative]:
        """Keep those of the kind; "none" is the same for everyone."""
        return initiatives.filter(kind="" if kind == "none" else kind)
