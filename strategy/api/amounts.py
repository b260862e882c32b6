"""Numbers of a measure, as programs read them: never without their unit."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from strategy.models import Measure

PENNY = Decimal("0.01")


class AmountSerializer(serializers.Serializer[Any]):
    """A number in a measure's unit: shares 0 to 1 and counts as numbers, money as a text."""

    unit = serializers.ChoiceField(choices=Measure.Unit.choices)
    number = serializers.FloatField(allow_null=True, help_text="Null for money, and for nothing.")
    money = serializers.CharField(allow_null=True, help_text="Such as 1234.50; null but for money.")
    currency = serializers.CharField(allow_null=True, help_text="ISO 4217; null but for money.")


def amount(value: float | Decimal | None, measure: Measure) -> dict[str, Any]:
    """Return a value as AmountSerializer describes it; None is nothing measured."""
    is_money = measure.unit == Measure.Unit.MONEY
    money = None
    if is_money and value is not None:
        money = str(Decimal(str(value)).quantize(PENNY, rounding=ROUND_HALF_UP))
    return {
        "unit": measure.unit,
        "number": None if is_money or value is None else float(value),
        "money": money,
        "currency": settings.CURRENCY if is_money else None,
    }
