"""Results: what each initiative's test came to."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from campaigns.models import Retest
from reports.api.aged import STALE, Aged
from reports.models import Check, Outcome, Result, RetestResult
from reports.observed.guardrails import Standing
from reports.queries.freshness import lacking
from reports.queries.lasted import LASTED, lasted
from reports.queries.outcomes import EXPLAIN_FIRST
from strategy.api.filters import by
from strategy.api.resources import Resource

INTERVAL = ("mean", "low", "high")
DIFFERENCES = (
    *("effect", "effect_low", "effect_high", "p", "p_adjusted"),
    *("relative", "relative_low", "relative_high"),
    *("beside", "beside_low", "beside_high"),
    *("beside_treated_mean", "beside_holdout_mean"),
)


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    """One measure in both arms, with 95 % intervals; what could not be computed says why.

    `p` is two-sided, of this measure alone. `p_adjusted` asks one-sided whether it is better than
    the holdout, by Holm over all success measures: at the planned end 0.02 shows success.
    `beside` is the effect with nobody counted above `cap`, or without it where the measure
    `is_capped`.
    """

    measure = serializers.CharField(source="measure.key")
    unit = serializers.CharField(source="measure.unit")

    class Meta:
        model = Outcome
        fields = [
            *("part", "measure", "unit"),
            *("treated_count", *(f"treated_{end}" for end in INTERVAL)),
            *("holdout_count", *(f"holdout_{end}" for end in INTERVAL)),
            *DIFFERENCES,
            *("cap", "is_capped"),
            *("margin", "status", "reason"),
        ]


class ObservedSerializer(serializers.Serializer[Any]):
    """Chosen places beside the others, by one method; values in the measure's unit, a place."""

    method = serializers.CharField()
    effect = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    p = serializers.FloatField()
    expected = serializers.FloatField()
    relative = serializers.FloatField(allow_null=True)
    treated = serializers.IntegerField(help_text="How many places.")
    others = serializers.IntegerField()
    sentence = serializers.CharField()


class ObservedGuardrailSerializer(serializers.Serializer[Any]):
    """A guardrail of chosen places beside the others; where it is not compared, the reason."""

    measure = serializers.CharField(help_text="Its key.")
    margin = serializers.FloatField(help_text="Relative worsening accepted: 0.25 is 25%.")
    standing = serializers.ChoiceField([one.value for one in Standing])
    reason = serializers.CharField(allow_blank=True)
    row = ObservedSerializer(allow_null=True)


class CheckSerializer(serializers.ModelSerializer[Check]):
    """One way in which the number could mislead, and what was found."""

    class Meta:
        model = Check
        fields = ["key", "title", "status", "sentence"]


class RetestFoundSerializer(serializers.ModelSerializer[RetestResult]):
    """What was found when it was looked at again, over the days [starts_on, ends_on)."""

    days = serializers.IntegerField(source="retest.days", help_text="After the end.")

    class Meta:
        model = RetestResult
        fields = ["days", "word", "sentence", "starts_on", "ends_on"]


class ResultSerializer(serializers.ModelSerializer[Result]):
    """The verdict with what it stands on; days counted are [starts_on, ends_on).

    On hold no difference is told: the data must be explained first.
    """

    initiative = serializers.IntegerField(source="initiative_id")
    initiative_key = serializers.CharField(source="initiative.key")
    plan = serializers.IntegerField(
        source="plan.version", allow_null=True, default=None, help_text="The plan’s version."
    )
    observed = ObservedSerializer(
        source="observed.rows", many=True, default=[], help_text="What chosen places show."
    )
    observed_guardrails = ObservedGuardrailSerializer(
        source="observed.guardrails", many=True, default=[], help_text="And of guardrails."
    )
    outcomes = OutcomeSerializer(many=True)
    checks = CheckSerializer(many=True)
    lasted = serializers.SerializerMethodField(
        help_text="What retests make of a win, “provisional” until one settles it; “” without one."
    )
    retests = serializers.SerializerMethodField(help_text="Those that are done, in turn.")
    stale = serializers.SerializerMethodField(help_text=STALE)

    class Meta:
        model = Result
        fields = [
            *("initiative", "initiative_key", "plan", "verdict", "grade", "sentence", "why"),
            *("safe_sentence", "starts_on", "ends_on", "as_of", "observed", "observed_guardrails"),
            *("outcomes", "checks", "lasted", "retests", "stale"),
        ]

    @extend_schema_field(serializers.ChoiceField(["", *LASTED]))
    def get_lasted(self, result: Result) -> str:
        """Return the word that pages put beside the verdict."""
        return lasted(result.verdict, result.get_verdict_display(), _retested(result)).found

    @extend_schema_field(RetestFoundSerializer(many=True))
    def get_retests(self, result: Result) -> Any:
        """Return what its retests found."""
        return RetestFoundSerializer(_retested(result), many=True).data

    def get_stale(self, result: Result) -> str:
        """Return what pages put beside its numbers."""
        measures = [outcome.measure for outcome in result.outcomes.all()]
        return lacking(measures, result.initiative.ends_on, self.context["view"].sources)

    def to_representation(self, instance: Result) -> dict[str, Any]:
        """Return the result, on hold without its differences."""
        shown = super().to_representation(instance)
        if instance.verdict == Result.Verdict.HOLD:
            kept_back = dict.fromkeys(DIFFERENCES) | {"reason": EXPLAIN_FIRST}
            shown["outcomes"] = [outcome | kept_back for outcome in shown["outcomes"]]
        return shown


def _retested(result: Result) -> list[RetestResult]:
    return [retest.result for retest in result.initiative.retests.all()]


class Results(Aged, ListModelMixin, RetrieveModelMixin, Resource[Result]):
    """Verdicts, grades, outcomes, checks and retests, by initiative. Seven queries a page."""

    queryset = Result.objects.all()
    serializer_class = ResultSerializer
    lookup_field = "initiative_id"
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(
        verdict=ChoiceFilter(choices=Result.Verdict.choices),
        department=CharFilter("initiative__department__key"),
    )

    def get_queryset(self) -> QuerySet[Result]:
        found = super().get_queryset().select_related("initiative", "plan")
        done = Retest.objects.filter(result__isnull=False).select_related("result")
        retests = Prefetch("initiative__retests", done.order_by("days"))
        return found.prefetch_related("outcomes__measure", "checks", retests)
