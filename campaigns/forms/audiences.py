"""The form of an audience: groups of conditions as rows, read leniently while somebody types."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError

from campaigns.audience.definition import (
    MOST_CONDITIONS,
    MOST_GROUPS,
    Condition,
    Definition,
    Group,
    GroupMatch,
    Match,
)
from campaigns.audience.fields import FIELDS
from campaigns.audience.traits import WINDOW_DAYS
from campaigns.forms.fields import audience_field
from campaigns.models import Audience, Draw
from customers.models import Source
from strategy.language.characters import hidden_character
from strategy.models import Department

NUMBER_LABELS = {"days": "Days back", "least": "At least", "score": "At least", "money": "At least"}
USUAL = {"days": 90, "least": 2, "score": 4, "money": 100}
FIRST = "bought"
MATCH_CHOICES = [("all", "all of the groups"), ("any", "any of the groups")]
GROUP_CHOICES = [("all", "all of"), ("any", "any of"), ("none", "none of")]
MOST_DIGITS = 9


class RowShown(NamedTuple):
    """A condition as the form shows it; `prefix` begins the names of its inputs."""

    prefix: str
    place: str
    field: str
    is_not: bool
    value: str
    number: int | None
    number_label: str
    highest: int
    choices: list[tuple[str, str]]


class GroupShown(NamedTuple):
    """A group of conditions as the form shows it; `place` counts from 0."""

    place: int
    match: str
    rows: list[RowShown]


def _visible(text: str) -> None:
    if name := hidden_character(text):
        raise ValidationError(f"Take the hidden character out: {name}.")


class AudienceForm(forms.Form):
    """What an audience is called, whose it is, when it is asked, and how its groups are joined."""

    name = forms.CharField(
        max_length=120,
        validators=[_visible],
        error_messages={"required": "Give it a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    department = forms.ModelChoiceField(queryset=Department.objects.none(), empty_label=None)
    way = forms.ChoiceField(
        label="When is it asked?", choices=Audience.Way.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, departments: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Department]", self.fields["department"])
        field.queryset = Department.objects.filter(pk__in=[one.pk for one in departments])


class ChooseForm(forms.Form):
    """Which audience an initiative is for: the newest version of one."""

    version = audience_field("Audience")


class DrawForm(forms.Form):
    """How the arms are drawn; their unit and share are the plan's."""

    strata = forms.ChoiceField(
        label="Alike in each of", choices=Draw.Strata.choices, required=False
    )


class DeliverForm(forms.Form):
    """For which tool, and whether the holdout comes along."""

    source = forms.ModelChoiceField(
        queryset=Source.objects.order_by("name"),
        label="By whose ids",
        empty_label="Each person’s eldest record",
        required=False,
    )
    with_holdout = forms.BooleanField(label="With the holdout, marked as such", required=False)


class HoldoutForm(forms.Form):
    """The share of customers whom the whole company leaves alone."""

    share = forms.DecimalField(
        label="Per cent of all customers",
        min_value=0,
        max_value=50,
        decimal_places=1,
        error_messages={"required": "Set a share, 0 for none."},
    )
    salt = forms.SlugField(
        label="Name of the draw",
        max_length=40,
        help_text="Another name holds out other people.",
        error_messages={"required": "Name the draw, such as 2027."},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=300,
        validators=[_visible],
        error_messages={"required": "Give a reason, so that others can learn from it."},
    )

    def share_of_one(self) -> Decimal:
        """Return the share in [0, 1) of a valid form."""
        return Decimal(self.cleaned_data["share"]) / 100


def drafted(sent: Mapping[str, str]) -> Definition:
    """Read the rows of the form as they stand; what makes no sense yet is left as it is.

    The button that was pressed, "act", adds or drops a row or a group.
    """
    groups = []
    for place in range(MOST_GROUPS):
        if f"g{place}-match" not in sent:
            break
        conditions = []
        for row in range(MOST_CONDITIONS):
            prefix = f"g{place}-{row}"
            if f"{prefix}-field" not in sent:
                break
            conditions.append(_condition(sent, prefix))
        match = sent[f"g{place}-match"]
        groups.append(
            Group(cast("GroupMatch", match) if match in {"any", "none"} else "all",
                  tuple(conditions))
        )  # fmt: skip
    joined: Match = "any" if sent.get("match") == "any" else "all"
    return _acted(Definition(joined, tuple(groups)), sent.get("act", ""))


def shown(definition: Definition, choices: Mapping[str, list[tuple[str, str]]]) -> list[GroupShown]:
    """Return the rows that the form shows; a value that nobody has any more stays to be seen."""
    return [
        GroupShown(
            place,
            group.match,
            [_row(place, row, one, choices) for row, one in enumerate(group.conditions)],
        )
        for place, group in enumerate(definition.groups)
    ]


def _row(
    place: int, row: int, one: Condition, choices: Mapping[str, list[tuple[str, str]]]
) -> RowShown:
    kind = FIELDS[one.field].number
    of_field = choices.get(one.field, [])
    if one.value and one.value not in dict(of_field):
        of_field = [*of_field, (one.value, f"{one.value} (nobody today)")]
    return RowShown(
        prefix=f"g{place}-{row}",
        place=f"{place}-{row}",
        field=one.field,
        is_not=one.is_not,
        value=one.value,
        number=one.number,
        number_label=NUMBER_LABELS.get(kind, ""),
        highest={"days": WINDOW_DAYS, "score": 5}.get(kind, 10**MOST_DIGITS - 1),
        choices=of_field,
    )


def _condition(sent: Mapping[str, str], prefix: str) -> Condition:
    name = sent[f"{prefix}-field"]
    field = FIELDS.get(name, FIELDS[FIRST])
    typed = sent.get(f"{prefix}-number", "").strip()
    number = int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else None
    if not typed and f"{prefix}-number" not in sent:
        number = USUAL.get(field.number)
    value = sent.get(f"{prefix}-value", "")
    is_other = sent.get(f"{prefix}-was", field.name) != field.name
    return Condition(
        field=field.name,
        value=value if field.family and not is_other else "",
        number=(USUAL.get(field.number) if is_other else number) if field.number else None,
        is_not=sent.get(f"{prefix}-is") == "not",
    )


def _acted(definition: Definition, act: str) -> Definition:
    kind, _, where = act.partition(":")
    group, _, row = where.partition("-")
    groups = list(definition.groups)
    fresh = Condition(FIRST, number=USUAL["days"])
    if kind == "group" and len(groups) < MOST_GROUPS:
        groups.append(Group("all", (fresh,)))
    elif kind in {"add", "drop"} and group.isdecimal() and int(group) < len(groups):
        old = groups[int(group)]
        conditions = list(old.conditions)
        if kind == "add" and len(conditions) < MOST_CONDITIONS:
            conditions.append(fresh)
        elif kind == "drop" and row.isdecimal():
            del conditions[int(row) : int(row) + 1]
        groups[int(group)] = old._replace(conditions=tuple(conditions))
    return definition._replace(groups=tuple(one for one in groups if one.conditions))
