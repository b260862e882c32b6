"""What an initiative says, as programs read it and log it."""

from decimal import Decimal
from typing import Any, cast

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.actions.initiatives import Fields
from campaigns.forms.fields import FIRST_DAY, LAST_DAY
from campaigns.models import AudienceVersion, Initiative
from campaigns.queries.audiences import newest_versions
from campaigns.queries.initiatives import measures_in_use
from campaigns.rulebook.drafts import contradictions
from strategy.api.fields import KeyField, TextField
from strategy.models import Department, Goal, Guardrail

MOST_CUSTOMERS = 1_000_000_000
WITHIN = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
SEVERAL = ("goals", "guardrails", "further_measures")


@extend_schema_field(OpenApiTypes.STR)
class GuardrailField(KeyField):
    """A guardrail by the key of its measure."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="measure__key", **kwargs)


@extend_schema_field(OpenApiTypes.INT)
class AudienceField(serializers.PrimaryKeyRelatedField[AudienceVersion]):
    """The newest version of an audience, or the one that the draft has already."""

    def get_queryset(self) -> QuerySet[AudienceVersion]:
        draft = self.root.instance if isinstance(self.root, InitiativeSerializer) else None
        return newest_versions(draft.audience_version_id if draft else None)


class InitiativeSerializer(serializers.ModelSerializer[Initiative]):
    """An initiative; its window is [starts_on, ends_on), its shares are from 0 to 1."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: TextField
    }

    department = KeyField(slug_field="key", queryset=Department.objects.all())
    goals = KeyField(slug_field="key", queryset=Goal.objects.all(), many=True, allow_empty=False)
    uses = serializers.MultipleChoiceField(choices=Initiative.Uses.choices, required=False)
    audience_version = AudienceField(
        queryset=AudienceVersion.objects.none(),
        required=False,
        allow_null=True,
        help_text="The id of an audience’s newest version.",
    )
    success_measure = serializers.PrimaryKeyRelatedField(
        queryset=measures_in_use(), help_text="The id of a measure’s newest version."
    )
    further_measures = serializers.PrimaryKeyRelatedField(
        queryset=measures_in_use(),
        many=True,
        required=False,
        help_text="Ids of those that are judged together with the leading one.",
    )
    cap = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0.01"),
        allow_null=True,
        required=False,
        help_text="The most that one customer counts for where the measure is shown capped.",
    )
    guardrails = GuardrailField(
        queryset=Guardrail.objects.select_related("measure"),
        many=True,
        required=False,
        help_text="By the keys of their measures.",
    )
    holdout_share = serializers.FloatField(min_value=0, max_value=0.9)
    smallest_effect = serializers.FloatField(
        min_value=0.001, max_value=10, help_text="Relative change worth having: 0.05 is 5%."
    )
    planned_customers = serializers.IntegerField(
        min_value=1,
        max_value=MOST_CUSTOMERS,
        required=False,
        allow_null=True,
        help_text="How many customers are in it, held out ones included.",
    )
    planned_reads = serializers.IntegerField(min_value=1, max_value=52, required=False)
    cost = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        allow_null=True,
        help_text="All that it costs, in the company’s money.",
    )
    starts_on = serializers.DateField(validators=WITHIN)
    ends_on = serializers.DateField(validators=WITHIN, help_text="The first day after it.")
    owner = serializers.CharField(source="owner.name", read_only=True)

    class Meta:
        model = Initiative
        fields = [
            *("id", "key", "name", "notice", "department", "owner", "goals", "uses", "kind"),
            *("mode", "channel", "purpose", "audience", "audience_version"),
            *("unit", "holdout_share", "no_holdout_reason", "places"),
            *("success_measure", "further_measures", "cap", "guardrails"),
            *("smallest_effect", "planned_customers"),
            *("planned_reads", "cost", "starts_on", "ends_on"),
            *("status", "created_at", "launched_at", "ended_at"),
        ]
        read_only_fields = ["key", "kind", "status", "created_at", "launched_at", "ended_at"]

    def validate_holdout_share(self, share: float) -> Decimal:
        """Return the share with the digits that are kept."""
        return round(Decimal(str(share)), 3)

    def validate_smallest_effect(self, effect: float) -> Decimal:
        """Return the effect with the digits that are kept."""
        return round(Decimal(str(effect)), 3)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse answers that contradict each other, or what a draft says beside them."""
        said = (standing(self.instance) if self.instance else {}) | attrs
        wrong = contradictions(
            holdout_share=said["holdout_share"],
            no_holdout_reason=said.get("no_holdout_reason", ""),
            unit=said.get("unit", Initiative.Unit.CUSTOMER),
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
        )
        if wrong:
            raise serializers.ValidationError(wrong)
        return said

    def to_fields(self) -> Fields:
        """Return what was sent as the actions take it, with what a draft said before."""
        said = {"uses": (), "guardrails": [], "no_holdout_reason": ""} | self.validated_data
        if said["holdout_share"]:
            said["no_holdout_reason"] = ""
        return cast("Fields", said)


def standing(draft: Initiative) -> dict[str, Any]:
    """Return what a draft says by now, as the actions take it. At most six queries."""
    return {
        name: list(getattr(draft, name).all()) if name in SEVERAL else getattr(draft, name)
        for name in Fields.__annotations__
    }
