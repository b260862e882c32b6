"""Fields that the forms of initiatives share: texts, days, shares in per cent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.models import AudienceVersion
from campaigns.queries.audiences import newest_versions
from strategy.language.characters import hidden_character
from strategy.models import Guardrail

HUNDRED = Decimal(100)
ONE_DAY = timedelta(days=1)
LONGEST_PLACE = 80
MOST_LETTERS_OF_PLACES = 100_000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def hinted[Choice: models.TextChoices](hints: dict[Choice, str]) -> list[tuple[str, SafeString]]:
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


class Places(Text):
    """Names of stores or regions, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # lines of a text
        """Return the names in the order given, each once."""
        names = (line.strip() for line in super().to_python(value).split("\n"))
        return list(dict.fromkeys(filter(None, names)))

    def prepare_value(self, value: Any) -> Any:
        """Return names as people type them."""
        return "\n".join(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        """Refuse names that are longer than any place's."""
        if longest := next((name for name in value if len(name) > LONGEST_PLACE), None):
            raise forms.ValidationError(
                f"Use {LONGEST_PLACE} letters at most; “{longest}” has more."
            )


def day_field(label: str, missing: str) -> forms.DateField:
    """Return a field for a day, picked by the browser's own calendar."""
    far = f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}."
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_DAY, far), MaxValueValidator(LAST_DAY, far)],
        error_messages={"required": missing, "invalid": "Write the day as 25/11/2026."},
    )


def smallest_effect_field() -> forms.DecimalField:
    """Return the field for the relative change worth having."""
    return percent_field(
        "Smallest effect worth having, %",
        low="0.1",
        high="1000",
        initial=5,
        hint="Relative: 5 is 5% better than the holdout.",
        missing="Say which change would be worth having.",
        wrong="Write a change from 0.1 to 1,000, with one decimal at most.",
    )


def planned_reads_field() -> forms.IntegerField:
    """Return the field for how often the result is read."""
    return whole_field(
        "Planned reads", low=1, high=52, hint="Once, at the end, is the strongest; empty is once."
    )


def planned_customers_field() -> forms.IntegerField:
    """Return the field for how many customers are in it."""
    return whole_field(
        "Planned customers",
        low=1,
        high=1_000_000_000,
        hint="Held out ones included; empty if not known yet.",
    )


def guardrails_field() -> "forms.ModelMultipleChoiceField[Guardrail]":
    """Return the field for what must not get worse."""
    return forms.ModelMultipleChoiceField(
        label="What must not get worse?",
        queryset=Guardrail.objects.select_related("measure"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def audience_field(label: str) -> "forms.ModelChoiceField[AudienceVersion]":
    """Return the field for the newest version of an audience."""
    return forms.ModelChoiceField(
        queryset=newest_versions(),
        label=label,
        empty_label="None yet",
        required=False,
        error_messages={"invalid_choice": "This audience has changed. Choose it again."},
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


def amount_field(label: str, *, low: str, hint: str) -> forms.DecimalField:
    """Return a field for an amount with two decimals that may be left empty."""
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(low),
        help_text=hint,
        widget=forms.NumberInput(attrs={"min": low, "step": "0.01", "inputmode": "decimal"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"),
            "Write an amount such as 1250.00.",
        ),
    )


def whole_field(label: str, *, low: int, high: int, hint: str) -> forms.IntegerField:
    """Return a field for a whole number that may be left empty."""
    wrong = f"Write a whole number from {low:,} to {high:,}."
    return forms.IntegerField(
        label=label,
        required=False,
        help_text=hint,
        validators=[MinValueValidator(low, wrong), MaxValueValidator(high, wrong)],
        widget=forms.NumberInput(attrs={"min": low, "max": high, "inputmode": "numeric"}),
        error_messages={"invalid": wrong},
    )


def percent_of(share: Decimal) -> str:
    """Return a share as people type it in per cent: 0.100 is "10"."""
    return f"{(share * HUNDRED).normalize():f}"
