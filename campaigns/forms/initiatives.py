"""The form by which an initiative is logged and its draft changed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from campaigns.actions.initiatives import Fields, cap_unfit, places_unfit
from campaigns.forms.fields import (
    HUNDRED,
    MOST_LETTERS_OF_PLACES,
    ONE_DAY,
    Places,
    Text,
    amount_field,
    audience_field,
    day_field,
    guardrails_field,
    hinted,
    percent_field,
    percent_of,
    planned_customers_field,
    planned_reads_field,
    smallest_effect_field,
)
from campaigns.models import Initiative
from campaigns.queries.answers import Draft
from campaigns.queries.audiences import newest_versions
from campaigns.queries.initiatives import measures_in_use
from campaigns.queries.rules import Others, others
from campaigns.rulebook.drafts import contradictions
from campaigns.rulebook.facts import Facts
from strategy.models import Department, Goal, Guardrail, Measure

USES_HINTS = {
    Initiative.Uses.GROUP: "Age band, tier, income area",
    Initiative.Uses.CHOICE: "Colour, size, store",
    Initiative.Uses.PLACE: "Country, postcode, store",
    Initiative.Uses.MOMENT: "Weather, time, this visit",
    Initiative.Uses.HISTORY: "Bought, asked, told us",
}
ID_DIGITS = 18
MODE_HINTS = {Initiative.Mode.PASSIVE: "Passive", Initiative.Mode.ACTIVE: "Active"}


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
    purpose = forms.ChoiceField(
        label="What is it for?",
        choices=Initiative.Purpose.choices,
        initial=Initiative.Purpose.MARKETING,
        help_text="Where two want the same customer, service goes first.",
        required=False,
    )
    audience = Text(
        label="Who gets it?",
        max_length=300,
        help_text="In words, such as “Gold tier with text consent”.",
        missing="Say who gets it.",
    )
    audience_version = audience_field("Which customers are these?")
    unit = forms.ChoiceField(
        label="What is held out by chance?",
        choices=Initiative.Unit.choices,
        initial=Initiative.Unit.CUSTOMER,
        help_text="Staff training is held out by store; a letter, by customer.",
        required=False,
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
    places = Places(
        label="Which stores or regions get it?",
        max_length=MOST_LETTERS_OF_PLACES,
        required=False,
        help_text="Only where chance chose none: one a line, as events name them.",
    )
    success_measure = forms.ModelChoiceField(
        queryset=Measure.objects.none(),
        empty_label="Choose one",
        help_text="The leading number that decides whether it worked.",
        error_messages={"required": "Choose the one measure that it should move."},
    )
    further_measures = forms.ModelMultipleChoiceField(
        label="Which others would show that it worked?",
        queryset=Measure.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Judged together with the first: each one more makes all of them harder to show.",
    )
    cap = amount_field(
        "Shown capped at",
        low="0.01",
        hint="The most that one customer counts for in a second look; empty for none.",
    )
    smallest_effect = smallest_effect_field()
    planned_customers = planned_customers_field()
    planned_reads = planned_reads_field()
    cost = amount_field(
        "Cost, all told",
        low="0",
        hint="In the company’s money, for the cost of each order that it adds.",
    )
    guardrails = guardrails_field()
    starts_on = day_field("First day", "Set the first day.")
    last_on = day_field("Last day", "Set the last day.")

    def __init__(
        self, *args: Any, departments: Iterable[Department], is_new: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.departments = list(departments)
        keys = [department.pk for department in self.departments]
        self._choose("department", Department.objects.filter(pk__in=keys))
        for name in ("success_measure", "further_measures"):
            self._choose(name, measures_in_use())
        self._choose("audience_version", newest_versions(_whole(self.initial, "audience_version")))
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
        share, leading, last = said.get("holdout"), said.get("success_measure"), said.get("last_on")
        wrong = contradictions(
            holdout_share=share,
            no_holdout_reason=said.get("no_holdout_reason", ""),
            unit=said.get("unit", ""),
            starts_on=said.get("starts_on"),
            ends_on=last + ONE_DAY if last else None,
        )
        for name, mistake in wrong.items():
            self.add_error("last_on" if name == "ends_on" else name, mistake)
        if said.get("places") and share is not None:
            reason = places_unfit(said.get("unit", ""), share)
            if reason:
                self.add_error("places", reason)
        if leading in said.get("further_measures", ()):
            self.add_error("further_measures", "Leave out the one that leads.")
        if said.get("cap") and leading and (reason := cap_unfit(leading)):
            self.add_error("cap", reason)
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
            audience_version=said["audience_version"],
            holdout_share=share,
            no_holdout_reason="" if share else said["no_holdout_reason"],
            success_measure=said["success_measure"],
            further_measures=list(said["further_measures"]),
            cap=said["cap"],
            places=said["places"],
            guardrails=list(said["guardrails"]),
            smallest_effect=said["smallest_effect"] / HUNDRED,
            starts_on=said["starts_on"],
            ends_on=said["last_on"] + ONE_DAY,
            purpose=said["purpose"] or Initiative.Purpose.MARKETING,
            unit=said["unit"] or Initiative.Unit.CUSTOMER,
            planned_customers=said["planned_customers"],
            planned_reads=said["planned_reads"] or 1,
            cost=said["cost"],
        )

    def facts(self, draft_id: int | None) -> Facts:
        """Return what the answers given so far tell a rule; wrong ones count as not given.

        One query: the department's other initiatives.
        """
        said = self.cleaned_data
        department = said.get("department")
        beside = others(department.pk, draft_id) if department else Others(0, 0)
        last = said.get("last_on")
        measure = said.get("success_measure")
        return Facts(
            name=said.get("name", ""),
            notice=said.get("notice", ""),
            audience=said.get("audience", ""),
            uses=frozenset(said.get("uses", ())),
            channel=said.get("channel", ""),
            mode=said.get("mode", ""),
            purpose=said.get("purpose", ""),
            others=beside.every,
            others_active=beside.active,
            holdout_share=said.get("holdout", Decimal(0)) / HUNDRED,
            places=len(said.get("places", ())),
            no_holdout_reason=said.get("no_holdout_reason", ""),
            success_measure=measure.name if measure else "",
            guardrail_count=len(said.get("guardrails", ())),
            starts_on=said.get("starts_on"),
            ends_before=last + ONE_DAY if last else None,
        )

    def draft(self, draft_id: int | None) -> Draft:
        """Return the answers given so far as those take them who know more of a draft."""
        said = self.cleaned_data
        last, share, effect = (said.get(n) for n in ("last_on", "holdout", "smallest_effect"))
        return Draft(
            initiative_id=draft_id,
            name=said.get("name", ""),
            department=said.get("department"),
            channel=said.get("channel", ""),
            purpose=said.get("purpose", ""),
            audience=said.get("audience", ""),
            audience_version=said.get("audience_version"),
            unit=said.get("unit", ""),
            holdout_share=None if share is None else share / HUNDRED,
            planned_customers=said.get("planned_customers"),
            planned_reads=said.get("planned_reads") or 1,
            success_measure=said.get("success_measure"),
            further_measures=tuple(said.get("further_measures", ())),
            guardrails=tuple(said.get("guardrails", ())),
            smallest_effect=None if effect is None else effect / HUNDRED,
            starts_on=said.get("starts_on"),
            ends_on=last + ONE_DAY if last else None,
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
            "audience_version": initiative.audience_version_id,
            "holdout": percent_of(initiative.holdout_share),
            "no_holdout_reason": initiative.no_holdout_reason,
            "success_measure": initiative.success_measure_id,
            "further_measures": initiative.further_measures.all(),
            "cap": initiative.cap,
            "places": initiative.places,
            "guardrails": initiative.guardrails.all(),
            "smallest_effect": percent_of(initiative.smallest_effect),
            "starts_on": initiative.starts_on,
            "last_on": initiative.last_on,
            "purpose": initiative.purpose,
            "unit": initiative.unit,
            "planned_customers": initiative.planned_customers,
            "planned_reads": initiative.planned_reads,
            "cost": initiative.cost,
        }

    @classmethod
    def copy_of(cls, earlier: Initiative, departments: Iterable[Department]) -> dict[str, Any]:
        """Return an earlier initiative as a new one begins: without its days.

        Its department is copied where the new one may be logged for it.
        """
        initial = cls.initial_of(earlier)
        del initial["starts_on"], initial["last_on"]
        if initial["department"] not in {department.pk for department in departments}:
            del initial["department"]
        return initial


def _whole(initial: Mapping[str, Any], name: str) -> int | None:
    """Return an id that a form begins with, as kept or as typed; None where it is none."""
    text = str(initial.get(name, ""))
    return int(text) if text.isdecimal() and len(text) <= ID_DIGITS else None
