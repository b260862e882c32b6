"""The forms of an initiative's steps: reasons, decisions, waivers, changes of a plan."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from campaigns.actions.plans import Amendment
from campaigns.actions.waivers import LONGEST_WAIVER
from campaigns.forms.fields import (
    HUNDRED,
    ONE_DAY,
    Text,
    day_field,
    guardrails_field,
    hinted,
    percent_of,
    planned_customers_field,
    planned_reads_field,
    smallest_effect_field,
)
from campaigns.models import Decision, Initiative
from campaigns.queries.rules import Broken
from strategy.models import Person, Rule

DECISION_HINTS = {
    Decision.Choice.STOP: "Nobody gets it any more",
    Decision.Choice.CHANGE: "As a new initiative, with a plan of its own",
    Decision.Choice.KEEP: "For the same customers",
    Decision.Choice.WIDEN: "To more customers, some still held out",
}


class EndForm(forms.Form):
    """Why it ends."""

    reason = Text(max_length=300, missing="Say why it ends, so that others can learn.")


class PauseForm(forms.Form):
    """Why it is paused."""

    reason = Text(max_length=300, missing="Say why it is paused.")


class ApproveForm(forms.Form):
    """Which approval is given, or why the proposal is sent back."""

    approval = forms.IntegerField(error_messages={"required": "Choose the approval."})
    reason = Text(max_length=300, required=False)


class AmendForm(forms.Form):
    """What changes in a locked plan, and why. The last day is inclusive, shares are per cent."""

    last_on = day_field("Last day", "Set the last day.")
    smallest_effect = smallest_effect_field()
    planned_customers = planned_customers_field()
    planned_reads = planned_reads_field()
    guardrails = guardrails_field()
    reason = Text(max_length=300, label="Why?", missing="Say why the plan changes.")

    def said(self) -> tuple[Amendment, str]:
        """Return the change and its reason, of a valid form."""
        said = self.cleaned_data
        amendment = Amendment(
            ends_on=said["last_on"] + ONE_DAY,
            smallest_effect=said["smallest_effect"] / HUNDRED,
            planned_customers=said["planned_customers"],
            planned_reads=said["planned_reads"] or 1,
            guardrails=list(said["guardrails"]),
        )
        return amendment, said["reason"]

    @staticmethod
    def initial_of(initiative: Initiative) -> dict[str, Any]:
        """Return the plan in force as the form shows it."""
        return {
            "last_on": initiative.last_on,
            "smallest_effect": percent_of(initiative.smallest_effect),
            "planned_customers": initiative.planned_customers,
            "planned_reads": initiative.planned_reads,
            "guardrails": initiative.guardrails.all(),
        }


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
    owner = forms.ModelChoiceField(
        queryset=Person.objects.filter(is_active=True).order_by("name"),
        label="Who answers for it?",
        empty_label=None,
        required=False,
        error_messages={"invalid_choice": "Choose somebody who may sign in."},
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

    def said(self) -> dict[str, Any]:
        """Return rule, reason, owner and the first day without leave, of a valid form."""
        said = dict(self.cleaned_data)
        return said | {"ends_on": said.pop("last_on") + ONE_DAY}
